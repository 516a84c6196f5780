// StealQueue under real threads: one owner, one to three thieves, a fixed number of items.
//
// Oracle: each accepted item is taken exactly once, and whoever takes it sees the plain fields written before the push.
// Who takes an item writes to it, too, so that a race detector sees an item that is taken twice at once.
#include <hallmark/mark/steal_queue.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::StealOutcome;
using hallmark::StealQueue;
using hallmark::testing::Chaos;

/// What the queue's pointers name; plain fields, published by push.
struct Object {
  std::uint64_t number = 0;
  std::uint64_t check = 0;
  unsigned taken = 0;
};

std::uint64_t check_of(std::uint64_t number) { return ~(number * 0x9E3779B97F4A7C15U); }

struct Case {
  const char* name;
  unsigned thieves;
  std::uint64_t first_index;
  // How the owner mixes its operations: after each accepted push it pops with this chance in 8.
  unsigned pops_in_eight;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

/// What one thread took.
struct Taken {
  std::vector<std::uint64_t> numbers;
  std::uint64_t wrong_fields = 0;
  std::uint64_t lost_races = 0;
  std::uint64_t wrong_sizes = 0;

  void take(Object& object) {
    if (object.check != check_of(object.number)) ++wrong_fields;
    ++object.taken;
    numbers.push_back(object.number);
  }
};

template <std::size_t N>
void run(const Case& c, std::size_t items) {
  const auto queue = std::make_unique<StealQueue<Object*, N>>(c.first_index);
  std::vector<Object> objects(items);
  std::vector<Taken> taken(c.thieves + 1);
  std::atomic<bool> owner_is_done{false};
  std::atomic<bool> stolen_once{false};

  const auto thief = [&](unsigned number) {
    Chaos::enter_thread(number);
    Taken& mine = taken[number];
    for (;;) {
      const bool last_round = owner_is_done.load(std::memory_order_acquire);
      if (queue->size() > N) ++mine.wrong_sizes;
      const auto result = queue->steal();
      if (result.outcome == StealOutcome::success) {
        mine.take(*result.item);
        stolen_once.store(true, std::memory_order_relaxed);
      } else if (result.outcome == StealOutcome::lost_race) {
        ++mine.lost_races;
      } else if (last_round) {
        return;
      } else {
        std::this_thread::yield();
      }
    }
  };
  std::vector<std::thread> thieves;
  for (unsigned number = 1; number <= c.thieves; ++number) thieves.emplace_back(thief, number);

  Chaos::enter_thread(0);
  Taken& mine = taken[0];
  for (std::size_t i = 0; i < items; ++i) {
    objects[i].number = i;
    objects[i].check = check_of(i);
    while (!queue->push(&objects[i])) {
      if (const std::optional<Object*> object = queue->pop()) mine.take(**object);
    }
    // The first item goes to a thief, so that no run is without one.
    while (i == 0 && !stolen_once.load(std::memory_order_relaxed)) std::this_thread::yield();
    if (Chaos::next() % 8 < c.pops_in_eight) {
      if (const std::optional<Object*> object = queue->pop()) mine.take(**object);
    }
  }
  while (const std::optional<Object*> object = queue->pop()) mine.take(**object);
  owner_is_done.store(true, std::memory_order_release);
  for (std::thread& thread : thieves) thread.join();

  EXPECT_TRUE(queue->empty());
  std::vector<unsigned> times_taken(items);
  std::uint64_t lost_races = 0;
  std::uint64_t stolen = 0;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    EXPECT_EQ(taken[i].wrong_fields, 0U) << "thread " << i << " saw fields from before the push";
    EXPECT_EQ(taken[i].wrong_sizes, 0U) << "thread " << i << " saw a size above the capacity";
    for (const std::uint64_t number : taken[i].numbers) {
      ASSERT_LT(number, items);
      ++times_taken[number];
    }
    lost_races += taken[i].lost_races;
    if (i > 0) stolen += taken[i].numbers.size();
  }
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < items; ++i) {
    if (times_taken[i] == 1 && objects[i].taken == 1) continue;
    if (++wrong <= 10) ADD_FAILURE() << "item " << i << " was taken " << times_taken[i] << " times";
  }
  EXPECT_EQ(wrong, 0U);
  EXPECT_GT(stolen, 0U);
  testing::Test::RecordProperty("stolen", std::to_string(stolen));
  testing::Test::RecordProperty("lost_races", std::to_string(lost_races));
}

class StealQueueStress : public testing::TestWithParam<Case> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }

  static constexpr std::size_t kItems = HALLMARK_STRESS_ITEMS;
};

TEST_P(StealQueueStress, EachItemIsTakenOnceFromAQueueOfTwo) { run<2>(GetParam(), kItems); }
TEST_P(StealQueueStress, EachItemIsTakenOnceFromAQueueOfFour) { run<4>(GetParam(), kItems); }
TEST_P(StealQueueStress, EachItemIsTakenOnceFromAQueueOf1024) { run<1024>(GetParam(), kItems); }

constexpr std::uint64_t kWrap = 0;  // 2^64
constexpr Case kCases[] = {
    {"OneThiefAndAPopAfterEachPush", 1, 0, 8},
    {"OneThiefAndFewPops", 1, kWrap - 1000, 1},
    {"TwoThievesAcrossTheWrap", 2, kWrap - 5, 4},
    {"ThreeThievesAcrossTheWrap", 3, kWrap - 1, 6},
};
INSTANTIATE_TEST_SUITE_P(, StealQueueStress, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case>& c) { return std::string(c.param.name); });

}  // namespace
