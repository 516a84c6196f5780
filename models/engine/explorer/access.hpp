// What a thread asks of one location, and what it does there once it is known which value it reads.
//
// A mutex is a location that holds 0 (free) or 1 (held): lock is an acquire read-modify-write that blocks while it
// reads 1, unlock a release store. A condition is a location that holds two sets of threads, the waiting and the woken
// ones. wait is, in this order: a read-modify-write that enters the thread into the waiting set, unlock, a
// read-modify-write that blocks until the thread is in the woken set and leaves it, lock. A wait that may time out has
// a second way to go on: it leaves the waiting set instead of blocking. notify moves one thread or
// all from waiting to woken, or only reads if nobody waits. All of it is relaxed: a condition orders nothing, its mutex
// does. The C++ standard asks for one total order of these steps that agrees with happens-before; modification order
// is one, and a notification that only reads stands right behind the step that it read from.
#pragma once

#include "models/engine/core/model_types.hpp"
#include "models/engine/core/pairs.hpp"

namespace hallmark::explorer_engine {

using check::MemoryOrder;
using check::Rmw;
using check::Word;

using LocationId = std::uint16_t;

enum class AccessKind : unsigned char {
  load,
  store,
  rmw,
  cas,
  plain_read,
  plain_write,
  lock,
  try_lock,
  unlock,
  enter_wait,
  leave_wait,
  notify_one,
  notify_all
};

struct Access {
  AccessKind kind{};
  Rmw rmw{};
  MemoryOrder order{};               // of a compare-exchange: when it succeeds
  MemoryOrder failure_order{};       // of a compare-exchange that fails
  bool may_fail_spuriously = false;  // of a weak compare-exchange; of leave_wait: may time out
  bool awaits = false;               // part of the predicate of an await
  LocationId location = 0;
  const check::Site* site = nullptr;          // atomics
  const check::Site* failure_site = nullptr;  // compare-exchange
  Word operand = 0;  // value stored, or operand of the read-modify-write; the thread's bit for waits
  Word expected = 0;
  Word mask = ~Word{0};

  bool operator==(const Access&) const = default;

  bool is_plain() const { return kind == AccessKind::plain_read || kind == AccessKind::plain_write; }
  bool is_pure_write() const {
    return kind == AccessKind::store || kind == AccessKind::unlock || kind == AccessKind::plain_write;
  }
};

/// Part of a mutex or a condition.
constexpr bool is_synchronisation(AccessKind kind) { return kind >= AccessKind::lock; }

/// How data races are reported, by the access that completes them.
inline constexpr const char* kReadRaces = "data race: this plain read is concurrent with a write";
inline constexpr const char* kWriteRaces = "data race: this plain write is concurrent with another access";

/// What an access that reads does, given the value.
struct Effect {
  bool writes = false;
  bool blocks = false;    // the thread can't go on from this value
  unsigned variants = 1;  // ways to go on: success or spurious failure, which waiting thread is woken
  Word written = 0;
  MemoryOrder order{};  // the order in force, which for a compare-exchange depends on success
};

/// True if a condition with this value has woken the thread of this bit.
bool is_woken(Word value, Word bit);

/// The effect of reading `value`, in the given variant. Variant 0 is the canonical one: no spurious failure.
Effect effect_of(const Access& access, Word value, unsigned variant);

using check::acquires;
using check::releases;

}  // namespace hallmark::explorer_engine
