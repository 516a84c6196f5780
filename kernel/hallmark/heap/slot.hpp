// Slot: a place in an object that holds a reference to another object, or none.
//
// Thread roles: mutators load and store; markers load while the world is stopped.
//
// Read next: collect/ref.hpp (what a program uses: a slot with a type and a write barrier).
#pragma once

#include <cstddef>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// The first byte of an object.
using Address = std::byte*;

/// A word in an object, of the size of a pointer. All zero: no reference.
class Slot {
 public:
  /// For mutators, through the write barrier (remember/write_barrier.hpp).
  sync::atomic<Address>& value() { return value_; }
  const sync::atomic<Address>& value() const { return value_; }

  /// While the world is stopped.
  Address load_stopped() const {
    // The stop orders it after all stores of mutators.
    return value_.load(order<"slot.load_stopped.load_value">(relaxed));
  }

  /// While the world is stopped, or into an object that nobody else knows and no collection has seen.
  void store_stopped(Address target) {
    // The resumption publishes it, or what publishes the object.
    value_.store(target, order<"slot.store_stopped.store_value">(relaxed));
  }

 private:
  sync::atomic<Address> value_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
