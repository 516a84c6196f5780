// ParallelMarker: a coordinator with what it needs: threads for its workers, and segments.
//
// Thread roles: one thread constructs, marks and destroys. Worker threads begin with the marker and end with it;
// between markings they are parked. What a worker calls of the program is a callback of the heap (callback_scope.hpp).
#pragma once

#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <hallmark/heap/page_heap.hpp>
#include <hallmark/mark/parallel_mark_coordinator.hpp>
#include <hallmark/mark/segment_pool.hpp>
#include <hallmark/sync/callback_scope.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class Heap, class Memory = SegmentMemory, class Limits = MarkLimits>
class BasicParallelMarker {
 public:
  using Item = typename Heap::Item;
  using Segments = SegmentPool<WorklistSegment<Item, Limits::kSegmentItems>, Memory>;
  using Coordinator = ParallelMarkCoordinator<Heap, Segments, Limits>;

  /// Throws HeapError if the configuration is out of range, or the system refuses a thread. `heap` must outlive the
  /// marker.
  explicit BasicParallelMarker(Heap& heap, const MarkConfig& config = {}) : coordinator_(heap, segments_, config) {
    threads_.reserve(coordinator_.workers() - 1);
    try {
      for (unsigned worker = 1; worker < coordinator_.workers(); ++worker) {
        threads_.emplace_back([this, worker, &heap] {
          const vocabulary::CallbackScope tracing(&heap, "a trace function");
          coordinator_.work(worker);
        });
      }
    } catch (const std::system_error& error) {
      const std::size_t started = threads_.size() + 1;
      end_threads();
      throw HeapError("no thread for worker " + std::to_string(started) + " (" + error.what() +
                      "): lower max_workers, or raise the limit of threads (ulimit -u)");
    } catch (...) {
      end_threads();
      throw;
    }
  }
  BasicParallelMarker(const BasicParallelMarker&) = delete;
  BasicParallelMarker& operator=(const BasicParallelMarker&) = delete;
  ~BasicParallelMarker() { end_threads(); }

  /// A whole marking, with pages in equal shares. Marks must be clear, or stand for objects that need no trace.
  RootCounts mark(std::span<const Item> roots) {
    coordinator_.begin();
    coordinator_.share_pages();
    const RootCounts counts = coordinator_.distribute_roots(roots);
    coordinator_.mark();
    return counts;
  }

  /// For its steps one by one, and its counts.
  Coordinator& coordinator() { return coordinator_; }
  /// Gives the memory of unused segments back.
  void trim() { segments_.trim(); }

 private:
  void end_threads() {
    coordinator_.close();
    for (std::thread& thread : threads_) thread.join();
  }

  Segments segments_;
  Coordinator coordinator_;
  std::vector<std::thread> threads_;
};

using ParallelMarker = BasicParallelMarker<PageHeap>;

}  // namespace hallmark::inline HALLMARK_NAMESPACE
