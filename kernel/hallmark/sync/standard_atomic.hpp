// Atomics over std::atomic with labelled orders. Compiles to the same instructions as std::atomic with the orders
// written out (tests/sync/assembly_test.cmake compares them).
//
// Hook::before_operation() runs before each operation: empty in production, a seeded pause in stress builds.
#pragma once

#include <atomic>
#include <type_traits>

#include <hallmark/sync/vocabulary.hpp>

namespace hallmark::vocabulary {

/// The order of one site, as a compile-time value. Only order<"...">() makes one.
template <Operation Kind>
class StandardOrder {
 public:
  template <Label L, MemoryOrder Order>
  requires(Site<L, Order>&& operation_of(L.view()) == Kind) static consteval StandardOrder of_site() {
    return StandardOrder(translate(Order));
  }

  constexpr std::memory_order value() const { return value_; }

 private:
  constexpr explicit StandardOrder(std::memory_order value) : value_(value) {}

  static constexpr std::memory_order translate(MemoryOrder order) {
    switch (order) {
      case MemoryOrder::relaxed: return std::memory_order_relaxed;
      case MemoryOrder::acquire: return std::memory_order_acquire;
      case MemoryOrder::release: return std::memory_order_release;
      case MemoryOrder::acq_rel: return std::memory_order_acq_rel;
      case MemoryOrder::seq_cst: return std::memory_order_seq_cst;
    }
    return std::memory_order_seq_cst;
  }

  std::memory_order value_;
};

/// std::atomic<T> whose operations take the order of a labelled site and nothing else.
template <class T, class Hook>
class StandardAtomic {
  static_assert(std::is_trivially_copyable_v<T> && std::atomic<T>::is_always_lock_free,
                "sync::atomic<T>: T must be trivially copyable and lock-free on this target");

 public:
  /// Initialisation is not atomic: publish the object before another thread uses it.
  constexpr StandardAtomic() noexcept : value_(T()) {}
  constexpr explicit StandardAtomic(T initial) noexcept : value_(initial) {}
  StandardAtomic(const StandardAtomic&) = delete;
  StandardAtomic& operator=(const StandardAtomic&) = delete;

  T load(StandardOrder<Operation::load> order) const noexcept {
    Hook::before_operation();
    return value_.load(order.value());
  }

  void store(T desired, StandardOrder<Operation::store> order) noexcept {
    Hook::before_operation();
    value_.store(desired, order.value());
  }

  T exchange(T desired, StandardOrder<Operation::rmw> order) noexcept {
    Hook::before_operation();
    return value_.exchange(desired, order.value());
  }

  T fetch_add(T operand, StandardOrder<Operation::rmw> order) noexcept requires std::is_integral_v<T> {
    Hook::before_operation();
    return value_.fetch_add(operand, order.value());
  }

  T fetch_sub(T operand, StandardOrder<Operation::rmw> order) noexcept requires std::is_integral_v<T> {
    Hook::before_operation();
    return value_.fetch_sub(operand, order.value());
  }

  T fetch_or(T operand, StandardOrder<Operation::rmw> order) noexcept requires std::is_integral_v<T> {
    Hook::before_operation();
    return value_.fetch_or(operand, order.value());
  }

  T fetch_and(T operand, StandardOrder<Operation::rmw> order) noexcept requires std::is_integral_v<T> {
    Hook::before_operation();
    return value_.fetch_and(operand, order.value());
  }

  /// Returns true and stores `desired` if the value equals `expected`; otherwise loads it into `expected`.
  bool compare_exchange_strong(T& expected, T desired, StandardOrder<Operation::cas> success,
                               StandardOrder<Operation::cas_fail> failure) noexcept {
    Hook::before_operation();
    return value_.compare_exchange_strong(expected, desired, success.value(), failure.value());
  }

  /// As compare_exchange_strong, but may fail although the value equals `expected`.
  bool compare_exchange_weak(T& expected, T desired, StandardOrder<Operation::cas> success,
                             StandardOrder<Operation::cas_fail> failure) noexcept {
    Hook::before_operation();
    return value_.compare_exchange_weak(expected, desired, success.value(), failure.value());
  }

 private:
  std::atomic<T> value_;
};

/// A bare T. Models check every access for data races; here read and write are plain accesses.
template <class T>
class StandardPlain {
 public:
  constexpr StandardPlain() : value_(T()) {}
  constexpr explicit StandardPlain(T initial) : value_(initial) {}
  StandardPlain(const StandardPlain&) = delete;
  StandardPlain& operator=(const StandardPlain&) = delete;

  T read() const { return value_; }
  void write(T value) { value_ = value; }

 private:
  T value_;
};

namespace standard {

/// order<"label">(order constant) of every backend over StandardAtomic. Throws nothing, costs nothing: the result is a
/// compile-time constant.
template <Label L, MemoryOrder Order>
requires Site<L, Order>
consteval auto order(OrderConstant<Order>) {
  return StandardOrder<operation_of(L.view())>::template of_site<L, Order>();
}

}  // namespace standard

}  // namespace hallmark::vocabulary
