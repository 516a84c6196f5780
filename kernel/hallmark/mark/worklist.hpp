// Worklist: the objects that one worker has still to trace, a stack that grows by segments.
//
// Thread roles: one owner calls everything; anyone calls statistics.
//
// Shape: a list of segments of N items. The owner pushes and pops at the end of the newest (LIFO); spill takes from the
// beginning of the oldest, and leaves the items in a steal queue, where thieves find what was pushed first: the items
// that tend to have the most below them. Nothing here is shared but the counters, so push and pop cost as much as those
// of an array.
//
// Invariants (each is asserted in tests/mark/worklist_test.cpp):
//   I1  items lie from first_ of the oldest segment to top_ in the newest; each segment between those two is full, and
//       none is empty but a single one.
//   I2  an item that was accepted is returned once, by pop or to the queue by spill. Nothing is ever dropped: an item
//       that finds no room is refused, and stays with the caller.
//
// Storage comes from a source of segments, which may refuse. A segment that has run empty is kept as a spare, so that
// pushes and pops around a border don't ask the source each time. push and pop are inlined into the loop that traces,
// where a call costs more than they do. What they read and write of the worklist lies at fixed places in it, not in the
// segment: a processor then forwards top_ from a push to the pop after it by name, not by address, in half the time.
//
// Read next: proofs/mark/worklist.md, models/mark/worklist.cpp (spill and steal), steal_queue.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Room for N items in a row, and the segments before and after. The owner's alone.
template <class T, std::size_t N>
struct WorklistSegment {
  static_assert(N >= 1, "WorklistSegment<T, N>: there must be room for an item");
  static_assert(std::is_trivially_copyable_v<T>, "WorklistSegment<T, N>: T must be trivially copyable");

  using Item = T;
  static constexpr std::size_t kItems = N;

  WorklistSegment* older = nullptr;
  WorklistSegment* newer = nullptr;
  std::array<T, N> items{};
};

/// Where segments come from. acquire returns a segment that nobody uses, or nullptr: memory is refused. Both are called
/// by the owner of a worklist; a source that several worklists share does its own locking.
template <class Source>
concept SegmentSource = requires(Source source, typename Source::Segment* segment) {
  { source.acquire() } -> std::same_as<typename Source::Segment*>;
  source.release(segment);
};

/// Counts since construction, except `segments`.
struct WorklistStatistics {
  std::uint64_t segments = 0;       ///< held now, the spare included
  std::uint64_t most_segments = 0;  ///< the highest value of `segments`
  std::uint64_t growths = 0;        ///< segments that the source gave
  std::uint64_t refusals = 0;       ///< pushes that failed because the source refused
  std::uint64_t spilled = 0;        ///< items moved to a steal queue

  WorklistStatistics& operator+=(const WorklistStatistics& other) {
    segments += other.segments;
    most_segments += other.most_segments;
    growths += other.growths;
    refusals += other.refusals;
    spilled += other.spilled;
    return *this;
  }
};

/// A stack without a limit of its own. Complexity: push and pop O(1), spill O(items moved).
template <SegmentSource Source>
class Worklist {
  using Segment = typename Source::Segment;

 public:
  using Item = typename Segment::Item;
  static constexpr std::size_t kSegmentItems = Segment::kItems;

  /// `source` must outlive the worklist.
  explicit Worklist(Source& source) : source_(source) {}
  Worklist(const Worklist&) = delete;
  Worklist& operator=(const Worklist&) = delete;

  /// Gives the segments back. Items that are left are forgotten.
  ~Worklist() {
    while (newest_ != nullptr) {
      Segment* const older = newest_->older;
      source_.release(newest_);
      newest_ = older;
    }
    if (spare_ != nullptr) source_.release(spare_);
  }

  /// Returns false, and takes nothing, when a segment is needed and the source refuses it.
  [[nodiscard, gnu::always_inline]] bool push(Item item) {
    if (top_ == limit_ && !grow()) [[unlikely]]
      return false;
    *top_++ = item;
    return true;
  }

  /// The item pushed last, or nothing.
  [[gnu::always_inline]] std::optional<Item> pop() {
    if (top_ == floor_) return std::nullopt;
    const Item item = *--top_;
    if (top_ == floor_ && below_ > 0) [[unlikely]]
      leave_newest();
    return item;
  }

  /// Moves the older half of the items, but not more than `most`, to `queue`, oldest first, until it refuses. Returns
  /// how many were moved: the caller announces them (Terminator::announce).
  template <class Queue>
  std::size_t spill(Queue& queue, std::size_t most = Queue::kCapacity) {
    const std::size_t half = std::min(size() / 2, most);
    std::size_t moved = 0;
    while (moved < half && queue.push(oldest_->items[first_])) {
      ++moved;
      // At least half is left, so the newest segment doesn't run empty.
      if (++first_ == kSegmentItems) leave_oldest();
    }
    if (moved > 0) {
      settle(size() - moved);
      count(spilled_, moved);
    }
    return moved;
  }

  /// Items held (I1).
  std::size_t size() const { return static_cast<std::size_t>(top_ - floor_) + below_; }
  bool empty() const { return top_ == floor_; }

  /// Owner. How many segments were in use at once, at most, since the last call.
  std::size_t take_most_in_use() { return std::exchange(most_linked_, linked_); }

  /// Any thread. While the owner works, each number was true at a moment of its own.
  WorklistStatistics statistics() const {
    const auto read = [](const sync::atomic<std::uint64_t>& counter) {
      // Numbers to look at: they publish nothing.
      return counter.load(order<"worklist.statistics.load_counter">(relaxed));
    };
    return {read(segments_), read(most_segments_), read(growths_), read(refusals_), read(spilled_)};
  }

 private:
  [[gnu::noinline]] bool grow() {
    Segment* segment = spare_;
    spare_ = nullptr;
    if (segment == nullptr) {
      segment = source_.acquire();
      if (segment == nullptr) {
        count(refusals_, 1);
        return false;
      }
      count(growths_, 1);
      count_segments(held_ + 1);
    }
    below_ = size();
    segment->older = newest_;
    segment->newer = nullptr;
    (newest_ == nullptr ? oldest_ : newest_->newer) = segment;
    newest_ = segment;
    top_ = floor_ = segment->items.data();
    limit_ = top_ + kSegmentItems;
    most_linked_ = std::max(most_linked_, ++linked_);
    return true;
  }

  /// The newest segment has run empty, and is not the oldest. The one before it is full, or has been spilled from.
  void leave_newest() {
    Segment* const segment = newest_;
    newest_ = segment->older;
    newest_->newer = nullptr;
    top_ = limit_ = newest_->items.data() + kSegmentItems;
    settle(below_);
    put_by(segment);
  }

  /// The oldest segment has run empty, and is not the newest.
  void leave_oldest() {
    Segment* const segment = oldest_;
    oldest_ = segment->newer;
    oldest_->older = nullptr;
    first_ = 0;
    put_by(segment);
  }

  /// `items` are left, and another segment may be the newest, or other items the oldest.
  void settle(std::size_t items) {
    floor_ = newest_->items.data() + (newest_ == oldest_ ? first_ : 0);
    below_ = items - static_cast<std::size_t>(top_ - floor_);
  }

  void put_by(Segment* segment) {
    --linked_;
    if (spare_ == nullptr) {
      spare_ = segment;
    } else {
      source_.release(segment);
      count_segments(held_ - 1);
    }
  }

  void count_segments(std::size_t held) {
    if (held > most_held_) {
      count(most_segments_, held - most_held_);
      most_held_ = held;
    }
    count(segments_, std::uint64_t{held} - held_);  // modulo 2^64: down as well
    held_ = held;
  }

  static void count(sync::atomic<std::uint64_t>& counter, std::uint64_t more) {
    // Only the owner writes its counters.
    const std::uint64_t now = counter.load(order<"worklist.count.load_counter">(relaxed));
    counter.store(now + more, order<"worklist.count.store_counter">(relaxed));
  }

  // Owner only.
  Source& source_;
  Item* top_ = nullptr;  // the newest segment's: items [floor_, top_) are in use, up to limit_ there is room
  Item* floor_ = nullptr;
  Item* limit_ = nullptr;
  std::size_t below_ = 0;  // items in the older segments
  std::size_t first_ = 0;  // index of the first item in use in the oldest segment
  Segment* newest_ = nullptr;
  Segment* oldest_ = nullptr;
  Segment* spare_ = nullptr;
  std::size_t linked_ = 0;       // segments from oldest to newest
  std::size_t most_linked_ = 0;  // since take_most_in_use
  std::size_t held_ = 0;         // those and the spare
  std::size_t most_held_ = 0;

  // Written by the owner, read by any thread.
  sync::atomic<std::uint64_t> segments_;
  sync::atomic<std::uint64_t> most_segments_;
  sync::atomic<std::uint64_t> growths_;
  sync::atomic<std::uint64_t> refusals_;
  sync::atomic<std::uint64_t> spilled_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
