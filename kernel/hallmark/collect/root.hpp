// Root<T>: a reference that a thread holds. What it names, and what that refers to, is kept.
//
// A collection may happen in make, poll, collect and while a thread is in foreign code. What a thread holds across one
// of these it holds in a Root: a bare T* is not seen.
//
// Thread roles: the mutator's thread constructs, reads, writes and destroys it; the collector reads while the world is
// stopped.
#pragma once

#include <hallmark/collect/chain.hpp>
#include <hallmark/heap/slot.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class Mutator;

/// A place in the list of a mutator's roots.
class RootBase {
 public:
  RootBase(const RootBase&) = delete;
  RootBase& operator=(const RootBase&) = delete;

 protected:
  RootBase(Mutator& mutator, Address target);  // mutator.hpp
  ~RootBase();

  Address target() const { return target_; }
  void set_target(Address target) { target_ = target; }
  Mutator& mutator() const { return mutator_; }

 private:
  friend class Mutator;
  friend class Chain<RootBase>;

  Mutator& mutator_;
  RootBase* before_ = nullptr;
  RootBase* after_ = nullptr;
  Address target_;
};

/// Complexity: O(1). A root that is destroyed on another thread ends the program with a report.
template <class T>
class Root : public RootBase {
 public:
  explicit Root(Mutator& mutator, T* target = nullptr) : RootBase(mutator, reinterpret_cast<Address>(target)) {}
  Root(const Root& other) : RootBase(other.mutator(), other.target()) {}

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
