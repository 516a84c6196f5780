// The explorer's backend of sync: the kernel under the stateless model checker that visits every execution.
//
// Beyond what every backend has:
//   sync::await(predicate)   waits until predicate(), which only loads, is true. As a loop would, but the engine knows
//                            that a round which fails has no effect, so that it explores no unrolling and can tell
//                            when nothing will ever satisfy the predicate (a hang).
#pragma once

#include <array>
#include <string_view>

#include "models/engine/core/model_types.hpp"

namespace hallmark::explorer_engine {

using check::Place;
using check::Rmw;
using check::Site;
using check::Word;

class AtomicCell {
 public:
  explicit AtomicCell(Word initial);
  Word load(const Site& site);
  void store(Word desired, const Site& site);
  Word rmw(Rmw operation, Word operand, Word mask, const Site& site);
  bool compare_exchange(Word& expected, Word desired, bool weak, const Site& success, const Site& failure);

 private:
  std::uint16_t location_;
};

class PlainCell {
 public:
  explicit PlainCell(Word initial);
  Word read(Place place);
  void write(Word value, Place place);

 private:
  std::uint16_t location_;
};

class MutexCell {
 public:
  MutexCell();
  void lock(Place place);
  bool try_lock(Place place);
  void unlock(Place place);

 private:
  std::uint16_t location_;
};

class ConditionCell {
 public:
  ConditionCell();
  bool wait(MutexCell& mutex, bool may_time_out, Place place);  // false: timed out
  void notify(bool all, Place place);

 private:
  std::uint16_t location_;
};

/// Before and after the predicate of an await. end_await(false) does not return.
void begin_await();
void end_await(bool satisfied);

unsigned locks_held();

}  // namespace hallmark::explorer_engine

#define HALLMARK_NAMESPACE explorer

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

inline constexpr std::string_view kEngine = "explorer";
/// The engines that run what is compiled for this backend.
inline constexpr std::array<std::string_view, 2> kEngines = {"explorer", "explorer-lb"};

using check::order;

template <class T>
using atomic = check::ModelAtomic<T, explorer_engine::AtomicCell>;

template <class T>
using plain = check::ModelPlain<T, explorer_engine::PlainCell>;

using mutex = check::ModelMutex<explorer_engine::MutexCell>;
using condition = check::ModelCondition<explorer_engine::ConditionCell, mutex>;

inline constexpr bool kChecked = true;
inline void expect_no_lock_held(const char*, vocabulary::Place place) {
  check::expect_no_lock_held(explorer_engine::locks_held(), place);
}
using check::report_misuse;

/// Blocks until `predicate` returns true. It may only load.
template <class Predicate>
void await(Predicate predicate) {
  explorer_engine::begin_await();
  explorer_engine::end_await(predicate());
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
