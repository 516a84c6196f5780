// A litmus program: two to four threads of a few atomic operations, and the registers that are looked at afterwards.
//
// It is written as text, the way the literature does:
//
//     x.rlx = 1; y.rel = 1 || r0 = y.acq; r1 = x.rlx
//
//   x.rel = 1            store; the value is a constant, a register, or register + constant
//   r0 = x.acq           load
//   r0 = xchg(x, 1, ar)  read-modify-write: xchg, add, or; the register gets the old value
//   r0 = cas(x, 0, 1, ar, acq)        strong compare-exchange: success and failure order; the old value
//   r0,r1 = weak(x, 0, 1, ar, acq)    weak one; r1 is 1 if it succeeded
//   d.na = 1, r0 = d.na  plain accesses
//   lock m, unlock m     mutex
//   x[r0].rlx = 1        the location after x by as many places as r0 says, cyclically: an address dependency
//   if r0==1: OPERATION  only if the register has the value: a control dependency
//   ... ? x y            at the end: the final values of x and y are looked at, too
//
// Orders: rlx acq rel ar sc. Locations: x y z w atomic, d e plain, m n mutexes; all are 0 at the beginning. Registers
// belong to one thread each, begin as 0, and are all looked at.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <hallmark/sync/vocabulary.hpp>

namespace hallmark::litmus {

using vocabulary::MemoryOrder;
using Value = std::uint64_t;

inline constexpr unsigned kMostThreads = 4;
inline constexpr unsigned kMostLocations = 4;  // of each kind
inline constexpr unsigned kMostRegisters = 8;
inline constexpr unsigned kNone = ~0U;

enum class Action : unsigned char {
  load,
  store,
  exchange,
  add,
  bit_or,
  cas,
  weak_cas,  // atomic
  plain_read,
  plain_write,
  lock,
  unlock
};

constexpr bool is_cas(Action action) { return action == Action::cas || action == Action::weak_cas; }

/// constant + the value of the register, if there is one.
struct Operand {
  Value constant = 0;
  unsigned from = kNone;
};

struct Instruction {
  Action action{};
  unsigned location = 0;   ///< number among the locations of its kind
  unsigned index = kNone;  ///< register that is added to the location
  MemoryOrder order{};
  MemoryOrder failure{};     ///< compare-exchange only
  Operand value{};           ///< written
  Operand expected{};        ///< compare-exchange only
  unsigned result = kNone;   ///< register that gets the value read
  unsigned success = kNone;  ///< weak compare-exchange: register that gets 1 or 0
  unsigned guard = kNone;    ///< register that decides whether the instruction is executed
  Value guard_value = 0;
};

struct Program {
  std::string name;
  std::vector<std::vector<Instruction>> threads;
  std::vector<unsigned> final_locations;  ///< atomic locations whose last values are part of the outcome
  unsigned atomics = 0;                   ///< how many of each are used
  unsigned plains = 0;
  unsigned mutexes = 0;
  unsigned registers = 0;

  unsigned observed() const { return registers + static_cast<unsigned>(final_locations.size()); }
};

/// Throws std::invalid_argument with the offending text.
Program parse(std::string_view name, std::string_view text);

/// The text that parse() reads.
std::string to_text(const Program& program);

/// What one execution showed: registers in order, then final values, a byte each from the lowest on.
using Outcome = std::uint64_t;
inline constexpr unsigned kMostObserved = 8;

constexpr Outcome with_value(Outcome outcome, unsigned position, Value value) {
  return outcome | (value & 0xff) << (8 * position);
}

/// All that a program can show. A program with a data race has undefined behaviour: then there are no outcomes.
struct Behaviour {
  bool race = false;
  std::set<Outcome> outcomes;

  bool operator==(const Behaviour&) const = default;
};

/// "r0=1 r1=0".
std::string to_text(const Program& program, Outcome outcome);

/// A digit an observed value: "10". The compact form of tables; values are below 10 there.
std::string to_digits(const Program& program, Outcome outcome);

/// "00 01 11", or "race".
std::string to_digits(const Program& program, const Behaviour& behaviour);

/// Inverse of to_digits.
Behaviour parse_digits(const Program& program, std::string_view digits);

std::string_view short_name(MemoryOrder order);

}  // namespace hallmark::litmus
