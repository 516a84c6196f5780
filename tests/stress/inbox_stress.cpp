// Inbox under real threads: one to three senders, one owner, a fixed number of items.
//
// Oracle: each item is drained exactly once, and the owner sees the plain fields written before the push.
#include <hallmark/mark/inbox.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::Inbox;
using hallmark::testing::Chaos;

/// What the inbox's pointers name; plain fields, published by push.
struct Object {
  std::uint64_t number = 0;
  std::uint64_t check = 0;
  unsigned taken = 0;
};

std::uint64_t check_of(std::uint64_t number) { return ~(number * 0x9E3779B97F4A7C15U); }

template <std::size_t N>
void run(unsigned senders, std::size_t items) {
  const auto inbox = std::make_unique<Inbox<Object*, N>>();
  std::vector<Object> objects(items);
  std::atomic<unsigned> senders_left{senders};
  std::vector<std::uint64_t> refused(senders);

  const auto sender = [&](unsigned number) {
    Chaos::enter_thread(number + 1);
    for (std::size_t i = number; i < items; i += senders) {
      objects[i].number = i;
      objects[i].check = check_of(i);
      while (!inbox->push(&objects[i], Chaos::next() % N)) {
        ++refused[number];
        std::this_thread::yield();
      }
    }
    senders_left.fetch_sub(1, std::memory_order_release);
  };
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < senders; ++number) threads.emplace_back(sender, number);

  Chaos::enter_thread(0);
  std::size_t drained = 0;
  std::uint64_t wrong_fields = 0;
  std::uint64_t wrong_answers = 0;
  for (bool last_round = false; !last_round;) {
    last_round = senders_left.load(std::memory_order_acquire) == 0;
    const bool seen = !inbox->empty();
    const std::size_t count = inbox->drain([&](Object* object) {
      if (object->check != check_of(object->number)) ++wrong_fields;
      ++object->taken;
    });
    if (seen && count == 0) ++wrong_answers;
    if (count == 0) std::this_thread::yield();
    drained += count;
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wrong_fields, 0U) << "the owner saw fields from before the push";
  EXPECT_EQ(wrong_answers, 0U) << "the owner was told of an item and did not find it";
  EXPECT_EQ(drained, items);
  EXPECT_TRUE(inbox->empty());
  for (std::size_t i = 0; i < items; ++i) ASSERT_EQ(objects[i].taken, 1U) << "item " << i;
}

class InboxStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }

  static constexpr std::size_t kItems = HALLMARK_STRESS_ITEMS;
};

TEST_P(InboxStress, EachItemIsDrainedOnceFromOneCell) { run<1>(GetParam(), kItems / 4); }
TEST_P(InboxStress, EachItemIsDrainedOnceFromTwoCells) { run<2>(GetParam(), kItems / 2); }
TEST_P(InboxStress, EachItemIsDrainedOnceFrom16Cells) { run<16>(GetParam(), kItems); }

INSTANTIATE_TEST_SUITE_P(Senders, InboxStress, testing::Values(1U, 2U, 3U));

}  // namespace
