// MarkBitmap under real threads: markers that all mark every cell, in different orders.
//
// Oracle: each cell has one winner. The winner writes the object's plain field, so that a race detector sees two
// winners at once, too.
#include <hallmark/heap/mark_bitmap.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::MarkBitmap;
using hallmark::testing::Chaos;

constexpr std::size_t kCells = 1024;
using Bitmap = MarkBitmap<kCells>;

class MarkBitmapStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }
};

TEST_P(MarkBitmapStress, EachCellHasOneWinner) {
  const unsigned markers = GetParam();
  const std::size_t rounds = HALLMARK_STRESS_ITEMS / kCells + 1;
  const auto bitmap = std::make_unique<Bitmap>();
  std::array<std::uint64_t, Bitmap::kWords> all{};
  all.fill(~std::uint64_t{0});
  std::vector<std::uint64_t> traced(kCells);
  std::vector<std::uint64_t> wins(markers);
  std::atomic<std::size_t> arrived{0};  // a barrier: counts up to the markers of this round
  std::uint64_t wrong_answers = 0;      // of marker 0

  const auto wait_for = [&](std::size_t count) {
    arrived.fetch_add(1, std::memory_order_acq_rel);
    while (arrived.load(std::memory_order_acquire) < count) std::this_thread::yield();
  };
  const auto marker = [&](unsigned number) {
    Chaos::enter_thread(number);
    for (std::size_t round = 0; round < rounds; ++round) {
      if (number == 0) bitmap->clear();
      wait_for((2 * round + 1) * markers);
      const std::size_t first = Chaos::next() % kCells;
      for (std::size_t i = 0; i < kCells; ++i) {
        const std::size_t cell = (first + i) % kCells;
        if (bitmap->try_mark(cell)) {
          ++traced[cell];
          ++wins[number];
        }
        if (number == 0 && !bitmap->is_marked(cell)) ++wrong_answers;
      }
      if (number == 0 && !bitmap->is_fully_marked(all)) ++wrong_answers;
      wait_for((2 * round + 2) * markers);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < markers; ++number) threads.emplace_back(marker, number);
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(wrong_answers, 0U);
  std::uint64_t all_wins = 0;
  for (const std::uint64_t count : wins) all_wins += count;
  EXPECT_EQ(all_wins, rounds * kCells);
  for (std::size_t cell = 0; cell < kCells; ++cell) ASSERT_EQ(traced[cell], rounds) << "cell " << cell;
}

INSTANTIATE_TEST_SUITE_P(Markers, MarkBitmapStress, testing::Values(2U, 3U, 4U));

}  // namespace
