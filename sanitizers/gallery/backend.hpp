// The backend of the gallery on real threads: the production atomics with a seeded pause before each operation, and
// what scenarios ask of an engine. Locks don't check ranks: of a lock scenario its own checker is judged. Waits wake up
// for no reason at times.
#pragma once

#include <array>
#include <string_view>

#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/standard_atomic.hpp>
#include <hallmark/sync/vocabulary.hpp>

#include "models/engine/core/model_types.hpp"
#include "tests/stress/chaos.hpp"

#define HALLMARK_NAMESPACE threads

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

using vocabulary::standard::order;

/// Scenarios that only the explorer can judge are compiled, too.
inline constexpr std::string_view kEngine = "explorer";
inline constexpr std::array<std::string_view, 2> kEngines = {"explorer", "relacy"};

template <class T>
class atomic : public vocabulary::StandardAtomic<T, testing::Chaos> {
  using Base = vocabulary::StandardAtomic<T, testing::Chaos>;

 public:
  using Base::Base;
  using Base::load;
  /// Observed by a scenario, between executions.
  T load(check::ModelOrder<vocabulary::Operation::load>) const {
    return Base::load(order<"check.observe.load_newest">(vocabulary::relaxed));
  }
};

template <class T>
using plain = vocabulary::StandardPlain<T>;

using mutex = vocabulary::StandardMutex<false>;

class condition : public vocabulary::StandardCondition<false> {
 public:
  void wait(mutex& owned) HALLMARK_REQUIRES(owned) {
    if (testing::Chaos::next() % 8 != 0) return StandardCondition::wait(owned);
    owned.unlock();
    owned.lock();
  }
};

inline constexpr bool kChecked = true;
inline void expect_no_lock_held(const char*, vocabulary::Place) {}
using check::report_misuse;

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
