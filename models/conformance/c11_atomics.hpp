// The macros of tests/conformance/c11/atomics.h over a model backend: the C11 port's source, compiled as C++, runs on
// the checkers as it stands. Labels are those of the kernel, so its verdicts can be compared with the kernel's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE::c11_port {

/// The kernel's lock with its rank, but a default constructor: in C, a lock is initialised where it lies.
class Mutex : public sync::mutex {
 public:
  Mutex() : sync::mutex(vocabulary::LockRank{400}, "dirty_pages") {}
};

/// In a model an atomic's first value comes with its construction.
template <class T>
void init(sync::atomic<T>* place, std::type_identity_t<T> value) {
  std::destroy_at(place);
  std::construct_at(place, value);
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE::c11_port

#define HM_ATOMIC(T) hallmark::sync::atomic<T>
#define HM_INIT(place, value) hallmark::c11_port::init(place, value)

#define HM_SITE(label, order_word) hallmark::order<label>(hallmark::order_word)
#define HM_LOAD(place, label, order_word) (place)->load(HM_SITE(label, order_word))
#define HM_STORE(place, value, label, order_word) (place)->store(value, HM_SITE(label, order_word))
#define HM_EXCHANGE(place, value, label, order_word) (place)->exchange(value, HM_SITE(label, order_word))
#define HM_FETCH_OR(place, bits, label, order_word) (place)->fetch_or(bits, HM_SITE(label, order_word))
#define HM_FETCH_AND(place, bits, label, order_word) (place)->fetch_and(bits, HM_SITE(label, order_word))
#define HM_CAS(place, expected, desired, label, order_word, fail_label, fail_word) \
  (place)->compare_exchange_strong(*(expected), desired, HM_SITE(label, order_word), HM_SITE(fail_label, fail_word))

#define HM_PLAIN(T) hallmark::sync::plain<T>
#define HM_READ(place) (place)->read()
#define HM_WRITE(place, value) (place)->write(value)

#define HM_MUTEX hallmark::c11_port::Mutex
#define HM_MUTEX_INIT(mutex) static_cast<void>(mutex)  // done by its constructor
#define HM_LOCK(mutex) (mutex)->lock()
#define HM_UNLOCK(mutex) (mutex)->unlock()
