// What a heap says about itself: counts, and the pauses of its collections.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <hallmark/mark/worklist.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// What a collection frees.
enum class Collection : unsigned char {
  minor,  ///< frees what was made since the last collection and can't be reached
  major,  ///< frees everything that can't be reached
};
/// As Heap::collect takes it.
inline constexpr Collection Minor = Collection::minor;
/// Likewise.
inline constexpr Collection Major = Collection::major;

/// One collection. Times are in nanoseconds.
struct CollectionRecord {
  Collection kind = Collection::major;  ///< minor or major
  std::uint64_t stop_ns = 0;            ///< from the request until all mutators had stopped
  std::uint64_t pause_ns = 0;           ///< from the request until they could go on
  std::uint64_t mark_ns = 0;            ///< of the pause, until everything was marked
  std::uint64_t sweep_ns = 0;           ///< of the pause, what came after it
  std::uint64_t roots = 0;              ///< that named an object
  std::uint64_t invalid_roots = 0;      ///< that didn't, and were skipped
  std::uint64_t invalid_weaks = 0;      ///< weak references that named no object, and were cleared
  std::uint64_t dirty_pages = 0;        ///< that were listed
  std::uint64_t dirty_cells = 0;        ///< old objects that were scanned because they were written to
  std::uint64_t slots = 0;              ///< reference slots read in all objects traced
  std::uint64_t marked = 0;             ///< objects that were not marked before
  std::uint64_t traced = 0;             ///< objects, and parts of large arrays
  std::uint64_t steals_tried = 0;       ///< by workers without work of their own
  std::uint64_t steals_won = 0;         ///< of these
  std::uint64_t stack_segments = 0;     ///< of mark stacks, in use at once: the most of each worker, added up
  std::uint64_t stack_refused = 0;      ///< objects for which the system refused memory: their bits were kept instead
  std::uint64_t inbox_full = 0;         ///< objects that a worker kept, as another's inbox had no room
  std::uint64_t freed_objects = 0;      ///< that were not marked
  std::uint64_t freed_pages = 0;        ///< that are unused from now on
  std::uint64_t swept_pages = 0;        ///< that were looked at for that
};

/// The last pauses of a heap.
class PauseLog {
 public:
  static constexpr std::size_t kKept = 4096;  ///< collections

  /// The oldest makes room.
  void add(const CollectionRecord& record) { records_[count_++ % kKept] = record; }
  /// Of all that were added.
  std::uint64_t count() const { return count_; }

  /// The newest `kKept` at most, oldest first.
  std::vector<CollectionRecord> records() const {
    const auto kept = static_cast<std::size_t>(std::min<std::uint64_t>(count_, kKept));
    std::vector<CollectionRecord> list;
    list.reserve(kept);
    for (std::uint64_t i = count_ - kept; i < count_; ++i) list.push_back(records_[i % kKept]);
    return list;
  }

 private:
  std::array<CollectionRecord, kKept> records_{};
  std::uint64_t count_ = 0;
};

/// The pause, in nanoseconds, that a share of the collections doesn't exceed; 0 without any. 0 < share <= 1.
inline std::uint64_t pause_quantile(const std::vector<CollectionRecord>& records, double share) {
  if (records.empty()) return 0;
  std::vector<std::uint64_t> pauses;
  pauses.reserve(records.size());
  for (const CollectionRecord& record : records) pauses.push_back(record.pause_ns);
  std::sort(pauses.begin(), pauses.end());
  const auto place = static_cast<std::size_t>(share * static_cast<double>(pauses.size()) + 0.999999);
  return pauses[std::clamp<std::size_t>(place, 1, pauses.size()) - 1];
}

/// What Heap::statistics says: counts since the heap was made, and its size now.
struct HeapStatistics {
  std::uint64_t minor_collections = 0;  ///< that were done
  std::uint64_t major_collections = 0;  ///< likewise
  std::uint64_t freed_objects = 0;      ///< by all of them
  std::uint64_t freed_pages = 0;        ///< likewise; a page counts each time
  std::uint64_t pages = 0;              ///< in use or unused, of 64 KiB
  std::uint64_t unused_pages = 0;       ///< of these
  std::uint64_t side_bytes = 0;         ///< headers and bitmaps
  std::uint64_t mutators = 0;           ///< attached now
  /// The mark stacks of all workers, added up: segments held, their high-water marks, growths, refusals. How far they
  /// are used is CollectionRecord::stack_segments of `most_segments`. A segment is of 1024 objects.
  WorklistStatistics mark_stacks;
  CollectionRecord last;                 ///< the last collection; all zero before the first
  std::vector<CollectionRecord> pauses;  ///< the newest, oldest first; PauseLog::kKept at most
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
