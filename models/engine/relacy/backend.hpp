// The Relacy backend of sync: the kernel under the Relacy race detector's random scheduler.
//
// The atomics are ours, on Relacy's memory model core (cells.cpp), so that they can do what rl::atomic can't: tell
// which store a load read from, let a failing compare-exchange read an old value, take any pair of orders, and end a
// release sequence at a plain store of the same thread, as C++20 does.
#pragma once

#include <array>
#include <string_view>

#include "models/engine/core/model_types.hpp"

namespace rl {
struct atomic_data;
struct var_data;
struct generic_mutex_data;
struct condvar_data;
}  // namespace rl

namespace hallmark::relacy_engine {

using check::Place;
using check::Rmw;
using check::Site;
using check::Word;

class AtomicCell {
 public:
  explicit AtomicCell(Word initial);
  ~AtomicCell();
  Word load(const Site& site);
  void store(Word desired, const Site& site);
  Word rmw(Rmw operation, Word operand, Word mask, const Site& site);
  bool compare_exchange(Word& expected, Word desired, bool weak, const Site& success, const Site& failure);

 private:
  static constexpr unsigned kRemembered = 3;  // stores that Relacy remembers for each atomic

  void wrote(unsigned index, Word value);

  rl::atomic_data* data_;
  Word newest_;
  unsigned newest_index_;
  std::array<Word, kRemembered> values_{};
  std::array<unsigned, kRemembered> writers_{};  // index of the event that stored it
  unsigned object_;
};

class PlainCell {
 public:
  explicit PlainCell(Word initial);
  ~PlainCell();
  Word read(Place place);
  void write(Word value, Place place);

 private:
  rl::var_data* data_;
  Word value_;
  unsigned writer_;
  unsigned object_;
};

class MutexCell {
 public:
  MutexCell();
  ~MutexCell();
  void lock(Place place);
  bool try_lock(Place place);
  void unlock(Place place);

 private:
  rl::generic_mutex_data* data_;
  unsigned object_;
};

class ConditionCell {
 public:
  ConditionCell();
  ~ConditionCell();
  bool wait(MutexCell& mutex, bool may_time_out, Place place);  // false: timed out
  void notify(bool all, Place place);

 private:
  rl::condvar_data* data_;
  unsigned object_;
};

unsigned locks_held();

}  // namespace hallmark::relacy_engine

#define HALLMARK_NAMESPACE relacy

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

inline constexpr std::string_view kEngine = "relacy";
/// The engines that run what is compiled for this backend.
inline constexpr std::array<std::string_view, 1> kEngines = {"relacy"};

using check::order;

template <class T>
using atomic = check::ModelAtomic<T, relacy_engine::AtomicCell>;

template <class T>
using plain = check::ModelPlain<T, relacy_engine::PlainCell>;

using mutex = check::ModelMutex<relacy_engine::MutexCell>;
using condition = check::ModelCondition<relacy_engine::ConditionCell, mutex>;

inline constexpr bool kChecked = true;
inline void expect_no_lock_held(const char*, vocabulary::Place place) {
  check::expect_no_lock_held(relacy_engine::locks_held(), place);
}
using check::report_misuse;

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
