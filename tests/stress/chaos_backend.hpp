// The production atomics with a seeded pause before each operation (chaos.hpp). Define HALLMARK_BACKEND as this header.
#pragma once

#include <hallmark/sync/misuse.hpp>
#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/standard_atomic.hpp>
#include <hallmark/sync/vocabulary.hpp>

#include "tests/stress/chaos.hpp"

#define HALLMARK_NAMESPACE chaos

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

template <class T>
using atomic = vocabulary::StandardAtomic<T, hallmark::testing::Chaos>;

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
