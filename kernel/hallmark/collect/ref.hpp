// Ref<T>: a reference from one object to another, a member of an object that the collector made.
//
// Thread roles: any attached mutator loads and stores. An object that one mutator has stored is complete for another
// one that loads it.
//
// The store carries the write barrier: a page with old objects remembers that it was written to, so that a minor
// collection looks there (remember/).
#pragma once

#include <hallmark/collect/collector.hpp>
#include <hallmark/heap/slot.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class Mutator;

/// A reference in an object to a T, or null. Complexity: O(1). A new one is null.
template <class T>
class Ref {
 public:
  Ref() = default;
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;

  /// `mutator` is the calling thread's. This Ref lies in an object of its heap. No collection happens inside.
  void store(Mutator& mutator, T* target);  // mutator.hpp

  /// The object, or nullptr. It lives while it can be reached from a root: see mutator.hpp.
  T* load() const { return reinterpret_cast<T*>(Collector::Barrier::load(slot_.value())); }
  /// Of a reference that isn't null.
  T* operator->() const { return load(); }
  /// False: null.
  explicit operator bool() const { return load() != nullptr; }

 private:
  Slot slot_;
};

static_assert(sizeof(Ref<int>) == sizeof(void*));

}  // namespace hallmark::inline HALLMARK_NAMESPACE
