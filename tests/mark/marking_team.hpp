// A coordinator with its worker threads, as ParallelMarker has them, that shows what is inside; and memory for segments
// that is refused.
#pragma once

#include <hallmark/mark/parallel_mark_coordinator.hpp>
#include <hallmark/mark/segment_pool.hpp>

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/mark/marking_graph.hpp"

namespace hallmark::testing {

/// The smallest of everything.
struct TinyLimits {
  static constexpr unsigned kMostWorkers = 16;
  static constexpr std::size_t kQueueItems = 2;
  static constexpr std::size_t kInboxItems = 1;
  static constexpr std::size_t kSegmentItems = 2;
  static constexpr std::size_t kPrefetched = 1;
  static constexpr unsigned kShareInterval = 1;
  static constexpr std::size_t kShareLeast = 2;
  static constexpr std::size_t kStolenAtOnce = 1;
  static constexpr unsigned kStealRounds = 1;
};

/// Memory for segments (segment_pool.hpp) that is refused. Of the program: set between markings.
struct FlakyMemory {
  inline static std::atomic<std::uint64_t> calls{0};
  inline static std::atomic<std::uint64_t> refusals{0};
  inline static std::atomic<std::int64_t> out{0};
  /// Of the calls from here on, so many are granted ...
  inline static std::uint64_t granted = 0;
  /// ... and of the others one in so many; 0: none.
  inline static std::uint64_t one_in = 0;

  static void refuse(std::uint64_t after, std::uint64_t but_one_in) {
    calls = 0;
    granted = after;
    one_in = but_one_in;
  }
  static void* allocate(std::size_t bytes) noexcept {
    const std::uint64_t call = calls.fetch_add(1);
    if (call >= granted && (one_in == 0 || call * 0x9E3779B97F4A7C15U % one_in != 0)) {
      refusals.fetch_add(1);
      return nullptr;
    }
    out.fetch_add(1);
    return std::malloc(bytes);
  }
  static void free(void* memory) noexcept {
    out.fetch_sub(1);
    std::free(memory);
  }
};

/// What a test asks of a team, whatever its limits.
class AnyTeam {
 public:
  virtual ~AnyTeam() = default;
  virtual unsigned workers() const = 0;
  virtual void begin(MarkPhase phase, MarkBy by) = 0;
  virtual void register_pages(unsigned worker, std::uint32_t first, std::uint32_t count) = 0;
  virtual void share_pages() = 0;
  virtual RootCounts distribute_roots(std::span<const Address> roots) = 0;
  virtual void distribute_remembered(Address item) = 0;
  virtual void mark() = 0;
  virtual MarkCounts counts() const = 0;
  virtual MarkCounts counts(unsigned worker) const = 0;
  /// How much is in the worker's steal queue. Any thread.
  virtual std::size_t shared_by(unsigned worker) const = 0;
  /// What is left in queues, inboxes and the grey set, or is not idle; empty: nothing.
  virtual std::string left_over() const = 0;
  /// Gives the memory of unused segments back.
  virtual void trim() = 0;

  /// A whole marking, as ParallelMarker does it.
  RootCounts mark(std::span<const Address> roots) {
    begin(MarkPhase::major, MarkBy::all_workers);
    share_pages();
    const RootCounts counts = distribute_roots(roots);
    mark();
    return counts;
  }
};

template <class Limits = MarkLimits, class Memory = SegmentMemory>
class Team final : public AnyTeam {
 public:
  using Segments = SegmentPool<WorklistSegment<Address, Limits::kSegmentItems>, Memory>;

  /// Shows what is inside.
  class Coordinator : public ParallelMarkCoordinator<CountingHeap, Segments, Limits> {
   public:
    using Base = ParallelMarkCoordinator<CountingHeap, Segments, Limits>;
    using Base::Base;

    WorkerState state_of(unsigned worker) const { return this->queues_[worker].state(); }
    std::size_t shared_by(unsigned worker) const { return this->queues_[worker].shared.size(); }
    unsigned resting() const { return static_cast<unsigned>(std::popcount(this->terminator_.resting())); }
    std::string left_over() const {
      std::string left;
      for (const auto& queue : this->queues_) {
        if (!queue.worklist.empty()) left += "a worklist holds something\n";
        if (!queue.shared.empty()) left += "a steal queue holds something\n";
        if (!queue.inbox.empty()) left += "an inbox holds something\n";
        if (queue.state() != WorkerState::idle) left += "a worker is not idle\n";
      }
      if (!this->grey_.empty()) left += "the grey set holds something\n";
      return left;
    }
  };

  /// `started(worker)` is called by each worker's thread, for worker 0 by this one.
  explicit Team(CountingHeap& heap, const MarkConfig& config, const std::function<void(unsigned)>& started = {})
      : coordinator(heap, segments_, config) {
    if (started) started(0);
    for (unsigned worker = 1; worker < coordinator.workers(); ++worker) {
      threads_.emplace_back([this, worker, started] {
        if (started) started(worker);
        coordinator.work(worker);
      });
    }
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team() override {
    coordinator.close();
    for (std::thread& thread : threads_) thread.join();
  }

  using AnyTeam::mark;
  unsigned workers() const override { return coordinator.workers(); }
  void begin(MarkPhase phase, MarkBy by) override { coordinator.begin(phase, by); }
  void register_pages(unsigned worker, std::uint32_t first, std::uint32_t count) override {
    coordinator.register_pages(worker, first, count);
  }
  void share_pages() override { coordinator.share_pages(); }
  RootCounts distribute_roots(std::span<const Address> roots) override { return coordinator.distribute_roots(roots); }
  void distribute_remembered(Address item) override { coordinator.distribute_remembered(item); }
  void mark() override { coordinator.mark(); }
  MarkCounts counts() const override { return coordinator.counts(); }
  MarkCounts counts(unsigned worker) const override { return coordinator.counts(worker); }
  std::size_t shared_by(unsigned worker) const override { return coordinator.shared_by(worker); }
  std::string left_over() const override { return coordinator.left_over(); }
  void trim() override { segments_.trim(); }

 private:
  Segments segments_;

 public:
  Coordinator coordinator;

 private:
  std::vector<std::thread> threads_;
};

/// In the marking that comes, worker 0, which is this thread, waits once before it traces, when it shares something:
/// until others have taken it. So there are thefts, however the threads happen to run. The caller resets on_trace.
inline void wait_for_thieves(CountingHeap& heap, const AnyTeam& team) {
  heap.on_trace = [&team, worker_0 = std::this_thread::get_id(), has_waited = false](const std::byte*) mutable {
    if (std::this_thread::get_id() != worker_0 || has_waited) return;
    while (team.shared_by(0) > 0) {
      has_waited = true;
      std::this_thread::yield();
    }
  };
}

/// What is wrong with a marking that has ended; empty: nothing. Forgets the heap's counts.
inline std::string mismatch(const AnyTeam& team, Graph& graph, const Graph::Expected& expected,
                            std::uint64_t remembered = 0) {
  std::string wrong = graph.mismatch(expected) + team.left_over();
  const MarkCounts counts = team.counts();
  const auto compare = [&](const char* what, std::uint64_t is, std::uint64_t should) {
    if (is != should) wrong += std::string(what) + ": " + std::to_string(is) + ", not " + std::to_string(should) + "\n";
  };
  compare("marked", counts.marked, expected.newly_marked);
  compare("traced", counts.traced, expected.items);
  compare("parts", counts.parts, expected.parts);
  compare("slots", counts.slots, expected.slots);
  compare("remembered", counts.remembered, remembered);
  compare("received", counts.received, counts.sent);
  return wrong;
}

/// A random graph of `objects` objects, after Graph::clear.
template <class Random>
void make_random_graph(Graph& graph, Random& random, std::size_t objects) {
  const std::uint64_t density = 1 + random() % 8;  // of eight slots
  for (std::size_t i = 0; i < objects; ++i) {
    const std::uint64_t choice = random() % 256;
    const std::size_t decoy = i == 0 ? Graph::kNone : random() % i;
    if (choice < 40) {
      graph.add(Graph::Kind::leaf, 0, decoy);
    } else if (choice < 90) {
      graph.add(Graph::Kind::pair, 0, decoy);
    } else if (choice < 150) {
      graph.add(Graph::Kind::node, 0, decoy);
    } else if (choice < 190) {
      graph.add(Graph::Kind::counted, random() % 5, decoy);
    } else if (choice < 215) {
      graph.add(Graph::Kind::sized, random() % 12, decoy);
    } else if (choice < 252) {
      graph.add(Graph::Kind::array, 1 + random() % 12, decoy);
    } else if (i % 4 != 0) {
      graph.add(Graph::Kind::array, 1 + random() % 200, decoy);
    } else {
      const Graph::Kind kinds[] = {Graph::Kind::large, Graph::Kind::sized, Graph::Kind::array};
      graph.add(kinds[random() % 3], 4097 + random() % 3000, decoy);
    }
  }
  for (std::size_t from = 0; from < objects; ++from) {
    // Large ones get a few edges, one of them in the last slot.
    const std::size_t slots = graph.slots(from);
    const std::size_t step = slots > 100 ? 1 + random() % slots : 1;
    for (std::size_t slot = (slots + step - 1) % step; slot < slots; slot += step) {
      if (random() % 8 >= density) continue;
      switch (random() % 8) {
        case 0: graph.connect(from, slot, from); break;
        case 1: graph.connect(from, slot, (from + 1) % objects); break;
        case 2: graph.connect(from, slot, 0); break;
        default: graph.connect(from, slot, random() % objects); break;
      }
    }
  }
}

}  // namespace hallmark::testing
