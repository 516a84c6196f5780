/* The only switch of the port: what HM_ATOMIC, HM_LOAD and the others mean. A build that defines HM_ATOMICS (the header
 * to include) runs the same source on something else: the explorer does (models/conformance/c11_atomics.hpp).
 *
 * Every operation names its site by the label that the kernel has for it, and its order by a word of the language:
 *
 *   HM_ATOMIC(T), HM_PLAIN(T), HM_MUTEX       types; plain is data that threads share without atomics
 *   HM_INIT(place, value), HM_MUTEX_INIT(m)   before another thread knows the object
 *   HM_LOAD(place, label, order)
 *   HM_STORE(place, value, label, order)
 *   HM_EXCHANGE, HM_FETCH_OR, HM_FETCH_AND(place, operand, label, order)     return the value before
 *   HM_CAS(place, expected, desired, label, order, failure label, order)     strong; true: it was exchanged
 *   HM_READ(place), HM_WRITE(place, value)    plain accesses
 *   HM_LOCK(m), HM_UNLOCK(m)
 */
#ifndef HM_ATOMICS_H
#define HM_ATOMICS_H

#ifndef HM_ATOMICS
#define HM_ATOMICS "standard_atomics.h"
#endif
#include HM_ATOMICS

#endif
