// A backend that makes a function of each site: its name holds the label, its body is the one atomic operation, as the
// production backend would inline it. Define HALLMARK_BACKEND as this header. check_sites.py reads the assembly.
//
// HALLMARK_WEAKENED="label" makes that site relaxed: what the check must notice.
#pragma once

#include <atomic>

#include <hallmark/sync/misuse.hpp>
#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/standard_atomic.hpp>
#include <hallmark/sync/vocabulary.hpp>

#define HALLMARK_NAMESPACE assembly

#ifndef HALLMARK_WEAKENED
#define HALLMARK_WEAKENED ""
#endif

namespace hallmark::inline HALLMARK_NAMESPACE::sync {

template <vocabulary::Label L, vocabulary::MemoryOrder Order>
struct SiteOrder {
  static constexpr std::memory_order
      kValue = vocabulary::StandardOrder<vocabulary::operation_of(L.view())>::template of_site < L,
      L.view() == HALLMARK_WEAKENED ? vocabulary::MemoryOrder::relaxed : Order > ().value();
};

template <vocabulary::Label L, vocabulary::MemoryOrder Order>
requires vocabulary::Site<L, Order>
consteval SiteOrder<L, Order> order(vocabulary::OrderConstant<Order>) { return {}; }

namespace sites {

using vocabulary::Label;

template <Label L, std::memory_order Order, class T>
[[gnu::noinline]] T site_load(const std::atomic<T>& object) {
  return object.load(Order);
}

template <Label L, std::memory_order Order, class T>
[[gnu::noinline]] void site_store(std::atomic<T>& object, T value) {
  object.store(value, Order);
}

template <Label L, std::memory_order Order, class T>
[[gnu::noinline]] T site_swp(std::atomic<T>& object, T value) {
  return object.exchange(value, Order);
}

template <Label L, std::memory_order Order, class T>
[[gnu::noinline]] T site_ldadd(std::atomic<T>& object, T value) {
  return object.fetch_add(value, Order);
}

template <Label L, std::memory_order Order, class T>
[[gnu::noinline]] T site_ldset(std::atomic<T>& object, T value) {
  return object.fetch_or(value, Order);
}

template <Label L, std::memory_order Order, class T>
[[gnu::noinline]] T site_ldclr(std::atomic<T>& object, T value) {
  return object.fetch_and(value, Order);
}

template <Label L, std::memory_order Order, Label Failed, std::memory_order OrderFailed, class T>
[[gnu::noinline]] bool site_cas(std::atomic<T>& object, T& expected, T value) {
  return object.compare_exchange_strong(expected, value, Order, OrderFailed);
}

}  // namespace sites

/// As sync::atomic of the production backend; the order's type names the site.
template <class T>
class atomic {
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  using At = SiteOrder<L, Order>;

 public:
  constexpr atomic() noexcept : value_(T()) {}
  constexpr explicit atomic(T initial) noexcept : value_(initial) {}

  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  T load(At<L, Order>) const {
    return sites::site_load<L, At<L, Order>::kValue>(value_);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  void store(T value, At<L, Order>) {
    sites::site_store<L, At<L, Order>::kValue, T>(value_, value);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  T exchange(T value, At<L, Order>) {
    return sites::site_swp<L, At<L, Order>::kValue, T>(value_, value);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  T fetch_add(T value, At<L, Order>) {
    return sites::site_ldadd<L, At<L, Order>::kValue, T>(value_, value);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  T fetch_sub(T value, At<L, Order>) {
    return sites::site_ldadd<L, At<L, Order>::kValue, T>(value_, static_cast<T>(-value));
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  T fetch_or(T value, At<L, Order>) {
    return sites::site_ldset<L, At<L, Order>::kValue, T>(value_, value);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order>
  T fetch_and(T value, At<L, Order>) {
    return sites::site_ldclr<L, At<L, Order>::kValue, T>(value_, value);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order, vocabulary::Label F,
            vocabulary::MemoryOrder OrderFailed>
  bool compare_exchange_strong(T& expected, T value, At<L, Order>, At<F, OrderFailed>) {
    return sites::site_cas<L, At<L, Order>::kValue, F, At<F, OrderFailed>::kValue, T>(value_, expected, value);
  }
  template <vocabulary::Label L, vocabulary::MemoryOrder Order, vocabulary::Label F,
            vocabulary::MemoryOrder OrderFailed>
  bool compare_exchange_weak(T& expected, T value, At<L, Order> order, At<F, OrderFailed> failed) {
    return compare_exchange_strong(expected, value, order, failed);
  }

 private:
  std::atomic<T> value_;
};

template <class T>
using plain = vocabulary::StandardPlain<T>;

inline constexpr bool kChecked = false;

using mutex = vocabulary::StandardMutex<kChecked>;
using condition = vocabulary::StandardCondition<kChecked>;

inline void expect_no_lock_held(const char*, vocabulary::Place) {}

using vocabulary::report_misuse;

}  // namespace hallmark::inline HALLMARK_NAMESPACE::sync
