// The production atomics with a seeded pause before each operation (chaos.hpp). Define HALLMARK_BACKEND as this header.
#pragma once

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

using mutex = vocabulary::StandardMutex<true>;
using condition = vocabulary::StandardCondition<true>;

using vocabulary::standard::order;

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
