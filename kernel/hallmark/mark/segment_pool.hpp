// SegmentPool: segments for the worklists of all workers. What a worklist gives back is kept for the next one.
//
// Thread roles: any worker calls acquire and release; trim and the counts are for anyone.
#pragma once

#include <cstddef>
#include <new>

#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Nothing else is locked while this lock is held.
inline constexpr vocabulary::LockRank kSegmentPoolRank{300};

/// Where the pool gets memory for a segment. Tests put one that refuses in its place.
struct SegmentMemory {
  static void* allocate(std::size_t bytes) noexcept { return ::operator new(bytes, std::nothrow); }
  static void free(void* memory) noexcept { ::operator delete(memory); }
};

/// A SegmentSource (worklist.hpp). Complexity: O(1), and a lock. Memory: as many segments as were ever in use at once.
template <class SegmentType, class Memory = SegmentMemory>
class SegmentPool {
 public:
  using Segment = SegmentType;

  SegmentPool() = default;
  SegmentPool(const SegmentPool&) = delete;
  SegmentPool& operator=(const SegmentPool&) = delete;
  /// All segments have been given back.
  ~SegmentPool() { trim(); }

  /// nullptr: memory is refused.
  Segment* acquire() {
    {
      vocabulary::LockGuard lock(mutex_);
      if (Segment* const segment = unused_; segment != nullptr) {
        unused_ = segment->older;
        return segment;
      }
    }
    void* const memory = Memory::allocate(sizeof(Segment));
    return memory == nullptr ? nullptr : ::new (memory) Segment();
  }

  void release(Segment* segment) {
    vocabulary::LockGuard lock(mutex_);
    segment->older = unused_;
    unused_ = segment;
  }

  /// Gives the memory of unused segments back.
  void trim() {
    vocabulary::LockGuard lock(mutex_);
    while (unused_ != nullptr) {
      Segment* const segment = unused_;
      unused_ = segment->older;
      segment->~Segment();
      Memory::free(segment);
    }
  }

 private:
  sync::mutex mutex_{kSegmentPoolRank, "segment pool"};
  Segment* unused_ = nullptr;  // under the lock: a list through `older`
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
