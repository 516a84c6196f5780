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

/// Eight bytes in an object. All zero: no reference.
class Slot {
 public:
  /// Mutator.
  Address load() const {
    // Receives the object that the reference names.
    // Pairs with slot.store.store_value. Weaker: its reader sees an object that is being made.
    return value_.load(order<"slot.load.load_value">(acquire));
  }

  /// Mutator. A write barrier goes with it (collect/ref.hpp).
  void store(Address target) {
    // Publishes the object to who loads the reference.
    // Pairs with slot.load.load_value. Weaker: its reader sees an object that is being made.
    value_.store(target, order<"slot.store.store_value">(release));
  }

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
