// Root<T>: a reference that a thread holds. What it names, and what that refers to, is kept.
//
// A collection may happen in make, poll, collect and while a thread is in foreign code. What a thread holds across one
// of these it holds in a Root: a bare T* is not seen.
#pragma once

#include <hallmark/collect/handle.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class T>
class Root : public Handle {
 public:
  explicit Root(Mutator& mutator, T* target = nullptr)
      : Handle(mutator, Kind::root, reinterpret_cast<Address>(target)) {}
  Root(const Root& other) : Handle(other.mutator(), Kind::root, other.target()) {}

  Root& operator=(T* target) {
    set_target(reinterpret_cast<Address>(target));
    return *this;
  }
  Root& operator=(const Root& other) { return *this = other.get(); }

  T* get() const { return reinterpret_cast<T*>(target()); }
  T* operator->() const { return get(); }
  explicit operator bool() const { return target() != nullptr; }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
