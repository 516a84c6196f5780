// Root<T>: a reference that a thread holds. What it names, and what that refers to, is kept.
//
// A collection may happen in make, poll, collect and while a thread is in foreign code. What a thread holds across one
// of these it holds in a Root: a bare T* is not seen.
#pragma once

#include <hallmark/collect/handle.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A reference of a thread that keeps its object. Complexity: O(1).
template <class T>
class Root : public Handle {
 public:
  /// `mutator` is the calling thread's, and outlives the root.
  explicit Root(Mutator& mutator, T* target = nullptr)
      : Handle(mutator, Kind::root, reinterpret_cast<Address>(target)) {}
  /// Another root of the same mutator, for the same object.
  Root(const Root& other) : Handle(other.mutator(), Kind::root, other.target()) {}

  /// From now on it keeps `target`, or nothing.
  Root& operator=(T* target) {
    set_target(reinterpret_cast<Address>(target));
    return *this;
  }
  /// Likewise.
  Root& operator=(const Root& other) { return *this = other.get(); }

  /// The object, or nullptr.
  T* get() const { return reinterpret_cast<T*>(target()); }
  /// Of a root that isn't null.
  T* operator->() const { return get(); }
  /// False: null.
  explicit operator bool() const { return target() != nullptr; }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
