/* The macros of atomics.h over <stdatomic.h>. Labels are for readers and for the explorer: here they vanish. */
#ifndef HM_STANDARD_ATOMICS_H
#define HM_STANDARD_ATOMICS_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>

#define HM_ATOMIC(T) _Atomic(T)
#define HM_INIT(place, value) atomic_init(place, value)

#define HM_LOAD(place, label, order) atomic_load_explicit(place, memory_order_##order)
#define HM_STORE(place, value, label, order) atomic_store_explicit(place, value, memory_order_##order)
#define HM_EXCHANGE(place, value, label, order) atomic_exchange_explicit(place, value, memory_order_##order)
#define HM_FETCH_OR(place, bits, label, order) atomic_fetch_or_explicit(place, bits, memory_order_##order)
#define HM_FETCH_AND(place, bits, label, order) atomic_fetch_and_explicit(place, bits, memory_order_##order)
#define HM_CAS(place, expected, desired, label, order, fail_label, fail_order) \
  atomic_compare_exchange_strong_explicit(place, expected, desired, memory_order_##order, memory_order_##fail_order)

#define HM_PLAIN(T) T
#define HM_READ(place) (*(place))
#define HM_WRITE(place, value) (*(place) = (value))

#define HM_MUTEX pthread_mutex_t
#define HM_MUTEX_INIT(mutex) pthread_mutex_init(mutex, NULL)
#define HM_LOCK(mutex) pthread_mutex_lock(mutex)
#define HM_UNLOCK(mutex) pthread_mutex_unlock(mutex)

#endif
