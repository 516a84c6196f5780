// Weak<T>: a reference that doesn't keep its object. When the object is freed, the reference is null.
//
// Thread roles: the mutator's thread constructs, reads, writes and destroys it; the collector clears it while the world
// is stopped.
#pragma once

#include <hallmark/collect/chain.hpp>
#include <hallmark/heap/slot.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class Mutator;

/// A place in the list of a mutator's weak references.
class WeakBase {
 public:
  WeakBase(const WeakBase&) = delete;
  WeakBase& operator=(const WeakBase&) = delete;

 protected:
  WeakBase(Mutator& mutator, Address target);  // mutator.hpp
  ~WeakBase();

  Address target() const { return target_; }
  void set_target(Address target) { target_ = target; }

 private:
  friend class Mutator;
  friend class Chain<WeakBase>;

  Mutator& mutator_;
  WeakBase* before_ = nullptr;
  WeakBase* after_ = nullptr;
  Address target_;
};

/// Complexity: O(1). A weak reference that is destroyed on another thread ends the program with a report.
template <class T>
class Weak : public WeakBase {
 public:
  explicit Weak(Mutator& mutator, T* target = nullptr) : WeakBase(mutator, reinterpret_cast<Address>(target)) {}

  Weak& operator=(T* target) {
    set_target(reinterpret_cast<Address>(target));
    return *this;
  }

  /// The object, or nullptr if it is gone. To keep it, put it into a Root before the next collection may happen.
  T* get() const { return reinterpret_cast<T*>(target()); }
  explicit operator bool() const { return target() != nullptr; }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
