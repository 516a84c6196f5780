// Roots: where the mutator keeps indices that must survive a collection and follow their blocks.
//
// Two lists, both rewritten when blocks move:
//   any order   RootTable, N slots in the arena object: take and release in any order, O(1); full is a clear result
//   scoped      ScopedLink, a list through objects on the C++ stack: no limit, released in reverse order of creation
//
// The handles Root and ScopedRoot (arena.hpp gives them their arena and type) unregister themselves.
//
// Invariant: a slot of the table is either on its free list or holds one root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include <hallmark/arena/arena_options.hpp>
#include <hallmark/arena/heap_index.hpp>

namespace hallmark {

struct ScopedLink {
  HeapIndex index;
  ScopedLink* previous;
};

template <std::size_t N>
class RootTable {
  static_assert(N >= 1 && N < std::numeric_limits<std::uint16_t>::max(), "RootTable<N>: 1..65534 roots");

 public:
  static constexpr std::uint16_t kNone = std::numeric_limits<std::uint16_t>::max();

  RootTable() {
    for (std::size_t i = 0; i < N; ++i) slots_[i].next = static_cast<std::uint16_t>(i + 1 < N ? i + 1 : kEnd);
  }

  /// The number of a slot that now holds `index`, or kNone when all are in use. O(1).
  std::uint16_t take(HeapIndex index) {
    if (first_free_ == kEnd) return kNone;
    const std::uint16_t slot = first_free_;
    first_free_ = slots_[slot].next;
    slots_[slot] = {index, kInUse};
    ++in_use_;
    return slot;
  }

  /// O(1).
  void release(std::uint16_t slot) {
    slots_[slot] = {HeapIndex(), first_free_};
    first_free_ = slot;
    --in_use_;
  }

  HeapIndex& operator[](std::uint16_t slot) { return slots_[slot].index; }
  const HeapIndex& operator[](std::uint16_t slot) const { return slots_[slot].index; }
  std::size_t in_use() const { return in_use_; }

  void enter(ScopedLink& link) {
    link.previous = innermost_;
    innermost_ = &link;
  }

  /// False if `link` was not the innermost; it is taken off the list all the same, in O(depth).
  bool leave(ScopedLink& link) {
    ScopedLink** place = &innermost_;
    while (*place != &link) place = &(*place)->previous;
    const bool in_order = place == &innermost_;
    *place = link.previous;
    return in_order;
  }

  /// Visits each registered index, null ones included. O(N + scoped roots).
  template <class Visit>
  void for_each(Visit&& visit) {
    for (Slot& slot : slots_) {
      if (slot.next == kInUse) visit(slot.index);
    }
    for (ScopedLink* link = innermost_; link != nullptr; link = link->previous) visit(link->index);
  }

 private:
  static constexpr std::uint16_t kInUse = kNone;
  static constexpr std::uint16_t kEnd = kNone - 1;

  struct Slot {
    HeapIndex index;
    std::uint16_t next = kEnd;  // the next free slot, kEnd, or kInUse
  };

  Slot slots_[N];
  std::uint16_t first_free_ = 0;
  std::size_t in_use_ = 0;
  ScopedLink* innermost_ = nullptr;
};

/// An any-order root. Movable; unregisters itself. One that could not be registered holds nothing and reads as null.
template <class Arena, class T>
class ArenaRoot {
 public:
  /// See registered() for whether a slot was free; the index given is untouched either way.
  ArenaRoot(Arena& arena, HeapIndex index) : arena_(&arena), slot_(arena.roots().take(index)) {}
  ArenaRoot(ArenaRoot&& other) noexcept : arena_(other.arena_), slot_(other.slot_) { other.slot_ = kNone; }
  ArenaRoot& operator=(ArenaRoot&& other) noexcept {
    if (this == &other) return *this;
    reset();
    arena_ = other.arena_;
    slot_ = other.slot_;
    other.slot_ = kNone;
    return *this;
  }
  ~ArenaRoot() { reset(); }

  bool registered() const { return slot_ != kNone; }
  ArenaStatus status() const { return registered() ? ArenaStatus::ok : ArenaStatus::root_list_full; }
  HeapIndex index() const { return registered() ? arena_->roots()[slot_] : HeapIndex(); }
  /// Valid until something is allocated or collected; null if unregistered, null or of another type.
  T* get() const { return arena_->template get<T>(index()); }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }

  /// False, and nothing is kept, if this root is not registered.
  bool set(HeapIndex index) {
    if (registered()) arena_->roots()[slot_] = index;
    return registered();
  }

  void reset() {
    if (registered()) arena_->roots().release(slot_);
    slot_ = kNone;
  }

 private:
  static constexpr std::uint16_t kNone = RootTable<1>::kNone;

  Arena* arena_;
  std::uint16_t slot_;
};

/// A root that lives as long as a C++ scope. Neither copied nor moved; destroyed in reverse order of construction.
template <class Arena, class T>
class ArenaScopedRoot {
 public:
  explicit ArenaScopedRoot(Arena& arena, HeapIndex index = HeapIndex()) : arena_(&arena), link_{index, nullptr} {
    arena.roots().enter(link_);
  }
  ArenaScopedRoot(const ArenaScopedRoot&) = delete;
  ArenaScopedRoot& operator=(const ArenaScopedRoot&) = delete;
  ~ArenaScopedRoot() {
    if (!arena_->roots().leave(link_)) arena_->report_scope_order();
  }

  HeapIndex index() const { return link_.index; }
  T* get() const { return arena_->template get<T>(link_.index); }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }
  void set(HeapIndex index) { link_.index = index; }

 private:
  Arena* arena_;
  ScopedLink link_;
};

}  // namespace hallmark
