// StealQueue: a bounded work-stealing deque.
//
// After Chase and Lev, "Dynamic circular work-stealing deque" (SPAA 2005), with the C11 orders of Lê, Pop, Cohen and
// Zappa Nardelli, "Correct and efficient work-stealing for weak memory models" (PPoPP 2013), but bounded and without
// fences: where they fence, the operations themselves are sequentially consistent.
//
// Thread roles: one owner calls push and pop; any number of thieves call steal; anyone calls size, empty, full.
//
// Shape: items lie in slots [top, bottom). The owner pushes and pops at the bottom (LIFO), thieves take from the top
// (FIFO). Indices only count up, modulo 2^64; slot i is i mod N.
//
// Invariants (each is asserted in models/mark/steal_queue_scenarios.hpp):
//   I1  top never decreases, so an old copy of it is a safe lower bound.
//   I2  bottom - top, as a signed number, lies in [-1, N] always, and in [0, N] between owner operations.
//   I3  an accepted item is taken exactly once, by a pop or a steal.
//   I4  whoever takes an item sees everything that was written before it was pushed.
//
// The race that shapes it: pop and steal both want the last item.
//   1. owner: bottom = b       (announces that b is taken)      1. thief: t = top
//   2. owner: t = top          (did a thief come first?)        2. thief: b = bottom   (is there anything?)
// If neither saw the other's first step, both would take item b. All four are sequentially consistent, and so is the
// claim of an item by a thief, so one does see it; for the last item they then race for `top` by compare-exchange,
// which has one winner.
//
// The owner keeps a copy of bottom for itself: to read back what a sequentially consistent store has just written takes
// a processor longer than that store.
//
// Read next: proofs/mark/steal_queue.md (the argument), models/mark/steal_queue.cpp (what is checked).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// How a steal ended. `lost_race` says that there was an item and another thread took it: more may be there.
enum class StealOutcome : unsigned char { success, empty, lost_race };

template <class T>
struct StealResult {
  StealOutcome outcome;
  T item;  ///< T() unless outcome is success
};

/// Bounded work-stealing deque of at most N items.
/// T: trivially copyable and lock-free as an atomic (a pointer or an index). N: a power of two.
/// Complexity: O(1), no operation waits. Memory: N items in the object, nothing else.
template <class T, std::size_t N>
class StealQueue {
  static_assert(std::has_single_bit(N), "StealQueue<T, N>: N must be a power of two");
  static_assert(std::is_trivially_copyable_v<T>, "StealQueue<T, N>: T must be trivially copyable");

 public:
  static constexpr std::size_t kCapacity = N;

  /// `first_index` is where the indices start; tests choose it just below the wrap-around.
  explicit StealQueue(std::uint64_t first_index = 0)
      : top_(first_index),
        bottom_(first_index),
        bottom_between_operations_(first_index),
        top_seen_by_owner_(first_index) {}

  /// Owner only. Returns false, and takes nothing, when N items are queued.
  bool push(T item) {
    const std::uint64_t bottom = bottom_between_operations_.read();
    if (bottom - top_seen_by_owner_.read() >= N) {
      // Receives the thief's claim: its read of the slot comes before our write of the same slot.
      // Pairs with steal_queue.steal.cas_top. Weaker: a slow thief may read the new item under the old index.
      top_seen_by_owner_.write(top_.load(order<"steal_queue.push.load_top">(acquire)));
      if (bottom - top_seen_by_owner_.read() >= N) return false;
    }
    // Published by the store of bottom below.
    slot(bottom).store(item, order<"steal_queue.push.store_slot">(relaxed));
    // Publishes the slot and the object that it names to a thief.
    // Pairs with steal_queue.steal.load_bottom. Weaker: the thief reads an unwritten slot.
    bottom_.store(bottom + 1, order<"steal_queue.push.store_bottom">(release));
    bottom_between_operations_.write(bottom + 1);
    return true;
  }

  /// Owner only. Takes the item pushed last, or nothing when the queue is empty or a thief won the last item.
  std::optional<T> pop() {
    const std::uint64_t bottom = bottom_between_operations_.read() - 1;
    // Announces that item `bottom` is claimed, before looking at top; release, for the thief that reads this value.
    // Pairs with steal_queue.steal.load_bottom. Weaker: this store and the load of top below, and the thief's two
    // loads, all miss each other, and both take the last item.
    bottom_.store(bottom, order<"steal_queue.pop.store_bottom">(seq_cst));
    // The other half of the same pair: pairs with steal_queue.steal.cas_top.
    std::uint64_t top = top_.load(order<"steal_queue.pop.load_top">(seq_cst));
    const auto left_above = static_cast<std::int64_t>(bottom - top);
    if (left_above < 0) {
      // It was empty. A thief that reads this value receives nothing by it, and can't claim an item either: top has
      // moved past every item below bottom, and load_top above received that claim.
      bottom_.store(bottom + 1, order<"steal_queue.pop.store_bottom_empty">(relaxed));
      return std::nullopt;
    }
    // The owner wrote the slot itself.
    const T item = slot(bottom).load(order<"steal_queue.pop.load_slot">(relaxed));
    if (left_above > 0) {  // no thief can come this far
      bottom_between_operations_.write(bottom);
      return item;
    }
    // The last item: the one who moves top has it.
    // Won: publishes the lowered bottom, so that a thief that reads this top can't read an older bottom.
    // Pairs with steal_queue.steal.load_top. Weaker: it can, and takes an item that the owner has popped.
    // Lost: receives the thief's claim, so that the thief did not read the bottom that is restored next.
    // Pairs with steal_queue.steal.cas_top. Weaker: C++20 lets a thief read bottom from a relaxed store that comes
    // after its own claim here (load buffering), and so take the item without having received it.
    const bool won = top_.compare_exchange_strong(top, top + 1, order<"steal_queue.pop.cas_top">(release),
                                                  order<"steal_queue.pop.cas_fail_top">(acquire));
    // Won or lost, the queue is empty now: bottom = top. As in the empty case above, the claim is received.
    bottom_.store(bottom + 1, order<"steal_queue.pop.store_bottom_last">(relaxed));
    if (!won) return std::nullopt;
    return item;
  }

  /// Any thread but the owner. Takes the item pushed first. Lock-free: a lost race means that another thread took one.
  StealResult<T> steal() {
    // The smaller index first: if bottom is read later, what is above top was there. Also one half of the pair with
    // pop. Pairs with steal_queue.pop.cas_top, steal_queue.steal.cas_top. Weaker: a thief that follows another thief
    // reads an old bottom, and takes an item that the owner has popped.
    std::uint64_t top = top_.load(order<"steal_queue.steal.load_top">(seq_cst));
    // Receives the slot and the object. Pairs with steal_queue.push.store_bottom, steal_queue.pop.store_bottom.
    // Weaker than acquire: the thief reads an unwritten slot; weaker than seq_cst: see the race above.
    const std::uint64_t bottom = bottom_.load(order<"steal_queue.steal.load_bottom">(seq_cst));
    if (static_cast<std::int64_t>(bottom - top) <= 0) return {StealOutcome::empty, T()};
    // Before the claim: after it, the owner may re-use the slot.
    const T item = slot(top).load(order<"steal_queue.steal.load_slot">(relaxed));
    // Claims the item; release, for the owner that re-uses the slot. Pairs with steal_queue.push.load_top,
    // steal_queue.pop.load_top, steal_queue.pop.cas_fail_top, steal_queue.steal.load_top.
    // Weaker: the owner and another thief may miss this claim. A claim receives the claims before it, of
    // steal_queue.steal.cas_top and steal_queue.pop.cas_top; nothing is needed of that.
    // On failure nothing is read through top.
    if (!top_.compare_exchange_strong(top, top + 1, order<"steal_queue.steal.cas_top">(seq_cst),
                                      order<"steal_queue.steal.cas_fail_top">(relaxed))) {
      return {StealOutcome::lost_race, T()};
    }
    return {StealOutcome::success, item};
  }

  /// Any thread. Items queued, in [0, N]. Exact for the owner while no thief runs; otherwise a hint: the two indices
  /// are read one after the other, so their difference may never have been true, and is clamped.
  std::size_t size() const {
    // A hint publishes nothing.
    const std::uint64_t top = top_.load(order<"steal_queue.size.load_top">(relaxed));
    const std::uint64_t bottom = bottom_.load(order<"steal_queue.size.load_bottom">(relaxed));
    const auto difference = static_cast<std::int64_t>(bottom - top);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(difference, 0, static_cast<std::int64_t>(N)));
  }

  bool empty() const { return size() == 0; }
  bool full() const { return size() == N; }

 protected:
  // Protected, not private: a checker derives from the queue to observe the indices.

  // Bytes that two threads should not share; the usual cache line.
  static constexpr std::size_t kLine = 64;

  sync::atomic<T>& slot(std::uint64_t index) { return slots_[index % N]; }

  alignas(kLine) sync::atomic<std::uint64_t> top_;         // any thread, by compare-exchange only; never decreases
  alignas(kLine) sync::atomic<std::uint64_t> bottom_;      // written by the owner, read by any thread
  sync::plain<std::uint64_t> bottom_between_operations_;   // owner only: bottom, but for the one that pop is busy with
  sync::plain<std::uint64_t> top_seen_by_owner_;           // owner only: an old copy of top, a lower bound (I1)
  alignas(kLine) std::array<sync::atomic<T>, N> slots_{};  // written by the owner, read by any thread
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
