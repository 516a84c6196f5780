// Slot: a place in an object that holds a reference to another object, or none.
//
// Thread roles: mutators load and store; markers load while the world is stopped, or as the barrier's rules say.
#pragma once

#include <cstddef>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// The first byte of an object.
using Address = std::byte*;

/// Eight bytes in an object. All zero: no reference.
class Slot {
 public:
  /// While the world is stopped.
  Address load_stopped() const {
    // The stop orders it after all stores of mutators.
    return value_.load(order<"slot.load_stopped.load_value">(relaxed));
  }

  /// Without a write barrier: into an object that no collection has seen yet, or while the world is stopped.
  void store_initial(Address target) {
    // Published with the object, or by the resumption.
    value_.store(target, order<"slot.store_initial.store_value">(relaxed));
  }

 private:
  sync::atomic<Address> value_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
