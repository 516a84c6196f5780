// Weak<T>: a reference that doesn't keep its object. When the object is freed, the reference is null. So it is after
// the next collection if it names what is no object of the heap; CollectionRecord::invalid_weaks counts those.
#pragma once

#include <hallmark/collect/handle.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A reference of a thread that doesn't keep its object. Complexity: O(1).
template <class T>
class Weak : public Handle {
 public:
  /// `mutator` is the calling thread's, and outlives the reference.
  explicit Weak(Mutator& mutator, T* target = nullptr)
      : Handle(mutator, Kind::weak, reinterpret_cast<Address>(target)) {}

  /// From now on it names `target`, or nothing.
  void operator=(T* target) { set_target(reinterpret_cast<Address>(target)); }

  /// The object, or nullptr if it is gone. To keep it, put it into a Root before the next collection may happen.
  T* get() const { return reinterpret_cast<T*>(target()); }
  /// False: null, or the object is gone.
  explicit operator bool() const { return target() != nullptr; }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
