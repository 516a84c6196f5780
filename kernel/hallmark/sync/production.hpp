// The production backend: std::atomic, bare data, std::mutex. Everything about labels is gone at compile time.
//
// HALLMARK_CHECKED=1 adds the lock-rank checks of lock_rank.hpp, and what else sync::kChecked asks for. Checked and
// unchecked translation units have different namespaces, so they can't be mixed by accident.
#pragma once

#include <hallmark/sync/misuse.hpp>
#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/standard_atomic.hpp>
#include <hallmark/sync/vocabulary.hpp>

#ifndef HALLMARK_CHECKED
#define HALLMARK_CHECKED 0
#endif

#if HALLMARK_CHECKED
#define HALLMARK_NAMESPACE production_checked
#else
#define HALLMARK_NAMESPACE production
#endif

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

struct NoHook {
  static constexpr void before_operation() {}
};

template <class T>
using atomic = vocabulary::StandardAtomic<T, NoHook>;

template <class T>
using plain = vocabulary::StandardPlain<T>;

inline constexpr bool kChecked = HALLMARK_CHECKED != 0;

using mutex = vocabulary::StandardMutex<kChecked>;
using condition = vocabulary::StandardCondition<kChecked>;

inline void expect_no_lock_held(const char* action, vocabulary::Place place) {
  vocabulary::standard::expect_no_lock_held<kChecked>(action, place);
}

using vocabulary::report_misuse;

using vocabulary::standard::order;

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
