/* The macros of standard_atomics.h, but whatever order a site names, it is relaxed. */
#include "../standard_atomics.h"

#undef HM_LOAD
#undef HM_STORE
#undef HM_EXCHANGE
#undef HM_FETCH_OR
#undef HM_FETCH_AND
#undef HM_CAS
#define HM_LOAD(place, label, order) atomic_load_explicit(place, memory_order_relaxed)
#define HM_STORE(place, value, label, order) atomic_store_explicit(place, value, memory_order_relaxed)
#define HM_EXCHANGE(place, value, label, order) atomic_exchange_explicit(place, value, memory_order_relaxed)
#define HM_FETCH_OR(place, bits, label, order) atomic_fetch_or_explicit(place, bits, memory_order_relaxed)
#define HM_FETCH_AND(place, bits, label, order) atomic_fetch_and_explicit(place, bits, memory_order_relaxed)
#define HM_CAS(place, expected, desired, label, order, fail_label, fail_order) \
  atomic_compare_exchange_strong_explicit(place, expected, desired, memory_order_relaxed, memory_order_relaxed)
