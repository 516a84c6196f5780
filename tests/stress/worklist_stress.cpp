// Worklist and steal queue under real threads: an owner that pushes, pops and spills, thieves that steal, and a monitor
// that reads the counters.
//
// Oracle: each item is taken exactly once, and the counters never go back.
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/worklist.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::StealOutcome;
using hallmark::StealQueue;
using hallmark::Worklist;
using hallmark::WorklistSegment;
using hallmark::testing::Chaos;

/// Plain fields, written before the push.
struct Object {
  std::uint64_t number = 0;
  unsigned taken = 0;
};

struct Source {
  using Segment = WorklistSegment<Object*, 4>;
  static Segment* acquire() { return new Segment; }
  static void release(Segment* segment) { delete segment; }
};

class WorklistStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }
};

TEST_P(WorklistStress, EachItemIsTakenOnceByOwnerOrThief) {
  constexpr std::size_t kItems = HALLMARK_STRESS_ITEMS;
  const unsigned thieves = GetParam();
  Source source;
  Worklist worklist(source);
  const auto queue = std::make_unique<StealQueue<Object*, 16>>();
  std::vector<Object> objects(kItems);
  std::atomic<bool> owner_is_done{false};
  std::vector<std::uint64_t> stolen(thieves);
  std::atomic<std::uint64_t> wrong{0};

  const auto take = [&](Object& object) {
    if (&objects[object.number] != &object) ++wrong;
    ++object.taken;
  };
  const auto thief = [&](unsigned number) {
    Chaos::enter_thread(number + 1);
    std::uint64_t spilled = 0;
    for (;;) {
      const bool last_round = owner_is_done.load(std::memory_order_acquire);
      const auto statistics = worklist.statistics();
      if (statistics.spilled < spilled) ++wrong;
      spilled = statistics.spilled;
      const auto result = queue->steal();
      if (result.outcome == StealOutcome::success) {
        take(*result.item);
        ++stolen[number];
      } else if (result.outcome == StealOutcome::empty) {
        if (last_round) return;
        std::this_thread::yield();
      }
    }
  };
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < thieves; ++number) threads.emplace_back(thief, number);

  Chaos::enter_thread(0);
  for (std::size_t i = 0; i < kItems; ++i) {
    objects[i].number = i;
    ASSERT_TRUE(worklist.push(&objects[i]));
    const std::uint64_t choice = Chaos::next() % 8;
    if (choice == 0) static_cast<void>(worklist.spill(*queue));
    if (choice < 3) {
      if (const std::optional<Object*> object = worklist.pop()) take(**object);
    }
  }
  while (!worklist.empty()) {
    static_cast<void>(worklist.spill(*queue));
    if (const std::optional<Object*> object = worklist.pop()) take(**object);
  }
  while (const std::optional<Object*> object = queue->pop()) take(**object);
  owner_is_done.store(true, std::memory_order_release);
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wrong.load(), 0U);
  for (std::size_t i = 0; i < kItems; ++i) ASSERT_EQ(objects[i].taken, 1U) << "item " << i;
  EXPECT_GT(worklist.statistics().spilled, 0U);
}

INSTANTIATE_TEST_SUITE_P(Thieves, WorklistStress, testing::Values(1U, 3U));

}  // namespace
