// Inbox: a bounded box of cells that many senders put items into and one owner empties.
//
// Thread roles: any thread calls push; one owner calls drain; anyone calls empty.
//
// Shape: a cell is empty, which is T(), or holds an item. A sender looks for an empty cell and fills it by
// compare-exchange; the owner takes what it finds and empties the cell by a store. Items have no order among each
// other.
//
// Invariants (each is asserted in models/mark/inbox_scenarios.hpp):
//   I1  an accepted item is drained exactly once; a refused one stays with its sender.
//   I2  whoever drains an item sees everything that was written before it was pushed.
//
// A cell goes from empty to an item by a sender's compare-exchange only, so two senders never share one; and from an
// item to empty by the owner alone, so the owner's store can't hit another item than the one that it has just loaded.
//
// A full inbox refuses, and the sender keeps the item. What nobody drains stays in: before an owner rests, it looks
// (terminator.hpp).
//
// Read next: proofs/mark/inbox.md (the argument), models/mark/inbox.cpp (what is checked).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <type_traits>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Bounded inbox of at most N items.
/// T: trivially copyable and lock-free as an atomic (a pointer or an index); T() is no item. N: a power of two.
/// Complexity: push and drain O(N), no operation waits. Memory: N items in the object, nothing else.
template <class T, std::size_t N>
class Inbox {
  static_assert(std::has_single_bit(N), "Inbox<T, N>: N must be a power of two");
  static_assert(std::is_trivially_copyable_v<T>, "Inbox<T, N>: T must be trivially copyable");

 public:
  static constexpr std::size_t kCapacity = N;

  /// Any thread. Returns false, and takes nothing, when each cell held an item as it was looked at.
  /// `item` is not T(). `first` is where the search begins, modulo N: senders that begin apart meet less.
  bool push(T item, std::size_t first = 0) {
    for (std::size_t i = 0; i < N; ++i) {
      sync::atomic<T>& cell = cells_[(first + i) % N];
      // Saves the write when the cell is taken. An old value sends the item elsewhere and decides nothing.
      if (cell.load(order<"inbox.push.load_cell">(relaxed)) != T()) continue;
      T nothing = T();
      // Publishes the object that the item names to the owner. Nothing is read through an empty cell.
      // Pairs with inbox.drain.load_cell. Weaker: the owner reads an object that is being written.
      if (cell.compare_exchange_strong(nothing, item, order<"inbox.push.cas_cell">(release),
                                       order<"inbox.push.cas_fail_cell">(relaxed))) {
        return true;
      }
    }
    return false;
  }

  /// Owner only. Calls take(item) for each item found in one pass over the cells, and returns how many there were.
  /// What is pushed meanwhile may stay in.
  template <class Take>
  std::size_t drain(Take take) {
    std::size_t taken = 0;
    for (sync::atomic<T>& cell : cells_) {
      // Receives the object. Pairs with inbox.push.cas_cell. Weaker: the owner reads an object that is being written.
      const T item = cell.load(order<"inbox.drain.load_cell">(acquire));
      if (item == T()) continue;
      // Only the owner empties cells, and no sender writes a full one.
      cell.store(T(), order<"inbox.drain.store_cell">(relaxed));
      take(item);
      ++taken;
    }
    return taken;
  }

  /// Anyone. False: the inbox held an item a moment ago; for the owner: it holds one. True: no item was seen, which
  /// says that there is none where every push happens before this call.
  bool empty() const {
    for (const sync::atomic<T>& cell : cells_) {
      // Only tells whether to drain, which receives the item.
      if (cell.load(order<"inbox.empty.load_cell">(relaxed)) != T()) return false;
    }
    return true;
  }

 protected:
  // Protected, not private: a checker derives from the inbox to observe the cells.

  std::array<sync::atomic<T>, N> cells_{};  // filled by any thread, emptied by the owner
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
