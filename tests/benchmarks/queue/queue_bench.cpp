// The queue alone: nanoseconds an item takes through StealQueue, through a worklist in front of it, and through its
// peers.
//
//   pair          the owner pushes an item and pops it; 16 others lie below
//   pair-of-last  the same with an empty queue: the owner has to make sure of the last item
//   batch64       the owner pushes 64 items and pops them
//   push-steal    the owner pushes, another thread steals
//
// Each iteration is a loop over kItems; the sum of what was taken is compared with what was pushed. The queues are
// allocated: what lies on the owner's stack makes gcc's fence, a locked operation on the stack, slower than it is.
#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/worklist.hpp>

#include "tests/benchmarks/pinning.hpp"
#include "tests/benchmarks/queue/fenced_chase_lev.hpp"

namespace hallmark::bench {
namespace {

constexpr std::size_t kCapacity = 1024;
constexpr std::uint64_t kBelow = 16;
constexpr std::uint64_t kItems = std::uint64_t{1} << 20;

class AllocatedSegments {
 public:
  using Segment = WorklistSegment<std::uint64_t, 512>;
  Segment* acquire() { return new Segment; }
  void release(Segment* segment) { delete segment; }
};

/// A worker's two stores: its worklist, which hands its older half over when it has grown.
class WorklistAndQueue {
 public:
  [[gnu::always_inline]] bool push(std::uint64_t item) {
    if (worklist_.size() >= kShared) return worklist_.spill(queue_) > 0 && worklist_.push(item);
    return worklist_.push(item);
  }
  std::optional<std::uint64_t> pop() {
    const std::optional<std::uint64_t> item = worklist_.pop();
    return item ? item : queue_.pop();
  }
  StealResult<std::uint64_t> steal() { return queue_.steal(); }

 private:
  static constexpr std::size_t kShared = 128;

  AllocatedSegments segments_;
  Worklist<AllocatedSegments> worklist_{segments_};
  StealQueue<std::uint64_t, kCapacity> queue_;
};

template <class Queue, std::uint64_t Size>
std::uint64_t batch(std::uint64_t items, std::uint64_t below = 0) {
  const auto allocated = std::make_unique<Queue>();
  Queue& queue = *allocated;
  for (std::uint64_t i = 0; i < below; ++i) {
    if (!queue.push(0)) std::abort();
  }
  std::uint64_t sum = 0;
  for (std::uint64_t next = 1; next <= items;) {
    for (std::uint64_t i = 0; i < Size; ++i) {
      if (!queue.push(next++)) std::abort();
    }
    benchmark::ClobberMemory();  // an item that was pushed goes through memory
    for (std::uint64_t i = 0; i < Size; ++i) sum += queue.pop().value_or(0);
    benchmark::ClobberMemory();
  }
  return sum;
}

template <class Queue>
std::uint64_t push_steal(std::uint64_t items) {
  const auto queue = std::make_unique<Queue>();
  std::atomic<bool> all_pushed = false;
  std::uint64_t stolen = 0;
  pin_this_thread(0);
  std::thread thief([&] {
    pin_this_thread(1);
    std::uint64_t sum = 0;
    for (;;) {
      const bool last_look = all_pushed.load(std::memory_order_acquire);
      const StealResult<std::uint64_t> result = queue->steal();
      if (result.outcome == StealOutcome::success) {
        sum += result.item;
      } else if (result.outcome == StealOutcome::empty && last_look) {
        break;
      }
    }
    stolen = sum;
  });
  for (std::uint64_t item = 1; item <= items; ++item) {
    while (!queue->push(item)) {
    }
  }
  all_pushed.store(true, std::memory_order_release);
  thief.join();
  // What a worklist has kept to itself.
  std::uint64_t kept = 0;
  while (const std::optional<std::uint64_t> item = queue->pop()) kept += *item;
  return stolen + kept;
}

template <class Loop>
void measure(benchmark::State& state, Loop loop) {
  for (auto _ : state) {
    if (loop(kItems) != kItems * (kItems + 1) / 2) {
      state.SkipWithError("an item was lost or taken twice");
      return;
    }
  }
  state.counters["seconds_per_item"] =
      benchmark::Counter(static_cast<double>(kItems) * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Loop>
void offer(const std::string& name, Loop loop) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { measure(state, loop); })->UseRealTime();
}

template <class Queue>
void offer_queue(const std::string& name) {
  offer("pair/" + name, [](std::uint64_t items) { return batch<Queue, 1>(items, kBelow); });
  offer("pair-of-last/" + name, [](std::uint64_t items) { return batch<Queue, 1>(items); });
  offer("batch64/" + name, [](std::uint64_t items) { return batch<Queue, 64>(items); });
  offer("push-steal/" + name, push_steal<Queue>);
}

}  // namespace
}  // namespace hallmark::bench

#ifdef HALLMARK_BENCH_CROSSBEAM
extern "C" {
std::uint64_t crossbeam_pair(std::uint64_t items);
std::uint64_t crossbeam_pair_of_last(std::uint64_t items);
std::uint64_t crossbeam_batch64(std::uint64_t items);
std::uint64_t crossbeam_push_steal(std::uint64_t items);

// Called by it.
void hallmark_bench_pin_this_thread(unsigned which) { hallmark::bench::pin_this_thread(which); }
}
#endif

int main(int count, char** arguments) {
  using namespace hallmark;
  using namespace hallmark::bench;
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 2;
  offer_queue<StealQueue<std::uint64_t, kCapacity>>("StealQueue");
  offer_queue<WorklistAndQueue>("Worklist+StealQueue");
  offer_queue<FencedChaseLev<std::uint64_t, kCapacity>>("fenced-Chase-Lev");
#ifdef HALLMARK_BENCH_CROSSBEAM
  offer("pair/crossbeam", crossbeam_pair);
  offer("pair-of-last/crossbeam", crossbeam_pair_of_last);
  offer("batch64/crossbeam", crossbeam_batch64);
  offer("push-steal/crossbeam", crossbeam_push_steal);
#endif
  return benchmark::RunSpecifiedBenchmarks() > 0 ? 0 : 1;
}
