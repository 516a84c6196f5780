// Weak<T>: a reference that doesn't keep its object. When the object is freed, the reference is null.
#pragma once

#include <hallmark/collect/handle.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class T>
class Weak : public Handle {
 public:
  explicit Weak(Mutator& mutator, T* target = nullptr)
      : Handle(mutator, Kind::weak, reinterpret_cast<Address>(target)) {}

  void operator=(T* target) { set_target(reinterpret_cast<Address>(target)); }

  /// The object, or nullptr if it is gone. To keep it, put it into a Root before the next collection may happen.
  T* get() const { return reinterpret_cast<T*>(target()); }
  explicit operator bool() const { return target() != nullptr; }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
