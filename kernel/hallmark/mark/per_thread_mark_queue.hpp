// PerThreadMarkQueue: all that one worker has: its worklist, the steal queue and the inbox that others reach, and its
// counts.
//
// Thread roles: one owner, the worker; others call shared.steal, inbox.push, state and worklist.statistics. Between
// markings the coordinator uses all of it.
//
// Read next: parallel_mark_coordinator.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <hallmark/mark/inbox.hpp>
#include <hallmark/mark/mark_state.hpp>
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/worklist.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// What a worker has done in one marking. Written by the worker; read when the marking has ended.
struct MarkCounts {
  std::uint64_t marked = 0;         ///< objects that this worker has marked, roots included
  std::uint64_t remembered = 0;     ///< items that were given to it to trace, marked from before
  std::uint64_t traced = 0;         ///< items traced: objects, and parts of large arrays
  std::uint64_t slots = 0;          ///< reference slots read in them
  std::uint64_t parts = 0;          ///< parts of large arrays left to be traced
  std::uint64_t spilled = 0;        ///< items left in the steal queue
  std::uint64_t announcements = 0;  ///< read-modify-writes of the terminator's word, but those of rests
  std::uint64_t steals_tried = 0;   ///< on queues that seemed to hold something
  std::uint64_t steals_won = 0;
  std::uint64_t steals_lost = 0;  ///< races that another thread won
  std::uint64_t sent = 0;         ///< objects sent to their owner's inbox
  std::uint64_t inbox_full = 0;   ///< objects kept because it was full
  std::uint64_t received = 0;     ///< objects taken out of its own inbox
  std::uint64_t refused = 0;      ///< items that found no memory and went to the grey set
  std::uint64_t rests = 0;        ///< times that it found nothing to do
  std::uint64_t segments = 0;     ///< of its worklist, in use at once, at most; the coordinator notes it at the end

  MarkCounts& operator+=(const MarkCounts& other) {
    marked += other.marked;
    remembered += other.remembered;
    traced += other.traced;
    slots += other.slots;
    parts += other.parts;
    spilled += other.spilled;
    announcements += other.announcements;
    steals_tried += other.steals_tried;
    steals_won += other.steals_won;
    steals_lost += other.steals_lost;
    sent += other.sent;
    inbox_full += other.inbox_full;
    received += other.received;
    refused += other.refused;
    rests += other.rests;
    segments += other.segments;
    return *this;
  }
};

/// Source: of segments for the worklist. Limits: see MarkLimits in parallel_mark_coordinator.hpp.
template <class Source, class Limits>
class alignas(64) PerThreadMarkQueue {
 public:
  using Item = typename Source::Segment::Item;

  explicit PerThreadMarkQueue(Source& source) : worklist(source) {}

  /// Owner. Aborts with a report if `next` may not follow (mark_state.hpp).
  void enter(WorkerState next) {
    // Only the owner writes its state.
    const auto now = static_cast<WorkerState>(state_.load(order<"per_thread_mark_queue.enter.load_state">(relaxed)));
    if (!may_follow(now, next)) [[unlikely]] {
      std::fprintf(stderr, "hallmark: fatal: worker %u goes from %s to %s; this is a defect of the marker\n", worker,
                   name_of(now).data(), name_of(next).data());
      std::abort();
    }
    // Read by monitors only.
    state_.store(static_cast<unsigned char>(next), order<"per_thread_mark_queue.enter.store_state">(relaxed));
  }

  /// Anyone: what the worker did a moment ago.
  WorkerState state() const {
    // To look at: publishes nothing.
    return static_cast<WorkerState>(state_.load(order<"per_thread_mark_queue.state.load_state">(relaxed)));
  }

  unsigned worker = 0;                           // set before the first marking
  Worklist<Source> worklist;                     // owner
  StealQueue<Item, Limits::kQueueItems> shared;  // owner pushes and pops, others steal
  Inbox<Item, Limits::kInboxItems> inbox;        // others push, the owner drains
  MarkCounts counts;                             // owner
  std::uint64_t resting = 0;                     // owner: who rested when it looked last

 private:
  sync::atomic<unsigned char> state_;  // written by the owner
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
