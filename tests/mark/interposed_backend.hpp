// A backend of sync for tests on one thread: before the chosen atomic operation, the test's own code runs, as if
// another thread had been scheduled there. Define HALLMARK_BACKEND as this header.
#pragma once

#include <cstddef>
#include <functional>

#include <hallmark/sync/misuse.hpp>
#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/standard_atomic.hpp>
#include <hallmark/sync/vocabulary.hpp>

#define HALLMARK_NAMESPACE interposed

namespace hallmark::testing {

/// Runs `code` once, before operation number `at` (from 0) of those that follow. Not for more than one thread.
class Interposition {
 public:
  Interposition(std::size_t at, std::function<void()> code) : at_(at), code_(std::move(code)) { active_ = this; }
  ~Interposition() { active_ = nullptr; }
  Interposition(const Interposition&) = delete;
  Interposition& operator=(const Interposition&) = delete;

  /// False when there were not so many operations.
  bool has_run() const { return has_run_; }

  static void before_operation() {
    Interposition* const active = active_;
    if (active == nullptr || active->has_run_ || active->seen_++ != active->at_) return;
    active->has_run_ = true;
    active->code_();
  }

 private:
  static inline Interposition* active_ = nullptr;

  std::size_t at_;
  std::size_t seen_ = 0;
  bool has_run_ = false;
  std::function<void()> code_;
};

}  // namespace hallmark::testing

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

template <class T>
using atomic = vocabulary::StandardAtomic<T, hallmark::testing::Interposition>;

template <class T>
using plain = vocabulary::StandardPlain<T>;

inline constexpr bool kChecked = true;

using mutex = vocabulary::StandardMutex<kChecked>;
using condition = vocabulary::StandardCondition<kChecked>;

inline void expect_no_lock_held(const char* action, vocabulary::Place place) {
  vocabulary::standard::expect_no_lock_held<kChecked>(action, place);
}

using vocabulary::report_misuse;

using vocabulary::standard::order;

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
