// Worklist on one thread: what each operation returns, against a std::deque, with sources that refuse.
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/worklist.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <type_traits>

namespace {

using hallmark::StealOutcome;
using hallmark::StealQueue;
using hallmark::Worklist;
using hallmark::WorklistSegment;

/// Gives at most `limit` segments at a time, and knows which are out.
template <std::size_t N>
class CountingSource {
 public:
  using Segment = WorklistSegment<std::uint32_t, N>;

  ~CountingSource() { EXPECT_TRUE(out.empty()) << "segments were not given back"; }

  Segment* acquire() {
    if (out.size() >= limit) return nullptr;
    auto* const segment = new Segment;
    out.insert(segment);
    return segment;
  }
  void release(Segment* segment) {
    EXPECT_EQ(out.erase(segment), 1U) << "a segment was given back that is not out";
    delete segment;
  }

  std::size_t limit = 1'000'000;
  std::set<Segment*> out;
};

template <class Size>
class WorklistOfSegment : public testing::Test {};
using Sizes = testing::Types<std::integral_constant<std::size_t, 1>, std::integral_constant<std::size_t, 2>,
                             std::integral_constant<std::size_t, 3>, std::integral_constant<std::size_t, 64>>;
TYPED_TEST_SUITE(WorklistOfSegment, Sizes);

TYPED_TEST(WorklistOfSegment, IsEmptyAndHoldsNoMemoryWhenConstructed) {
  CountingSource<TypeParam::value> source;
  Worklist worklist(source);
  EXPECT_TRUE(worklist.empty());
  EXPECT_EQ(worklist.pop(), std::nullopt);
  EXPECT_TRUE(source.out.empty());
}

TYPED_TEST(WorklistOfSegment, ReturnsAMillionItemsInReverseOrder) {
  constexpr std::uint32_t kItems = 1'000'000;
  CountingSource<TypeParam::value> source;
  Worklist worklist(source);
  for (std::uint32_t i = 0; i < kItems; ++i) ASSERT_TRUE(worklist.push(i));
  EXPECT_EQ(worklist.size(), kItems);
  for (std::uint32_t i = kItems; i > 0; --i) ASSERT_EQ(worklist.pop(), i - 1);
  EXPECT_EQ(worklist.pop(), std::nullopt);
  EXPECT_LE(source.out.size(), 2U) << "the segment in use and a spare";
}

// Random sequences of all operations, each result compared with the oracle's; the source and the queue both refuse.
TYPED_TEST(WorklistOfSegment, AgreesWithADequeOnRandomSequences) {
  constexpr std::size_t kSegment = TypeParam::value;
  std::size_t refused = 0;
  std::size_t spilled_short = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    CountingSource<kSegment> source;
    source.limit = 1 + random() % 8;
    Worklist worklist(source);
    StealQueue<std::uint32_t, 4> queue;
    std::deque<std::uint32_t> oracle;
    std::deque<std::uint32_t> in_queue;
    std::uint64_t refusals = 0;
    std::uint64_t moves = 0;
    std::size_t most = 0;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      const unsigned choice = random() % 16;
      if (choice < 8) {
        if (worklist.push(i)) {
          oracle.push_back(i);
        } else {
          ++refusals;
          ASSERT_EQ(source.out.size(), source.limit) << "refused although the source had a segment";
        }
      } else if (choice < 13) {
        if (oracle.empty()) {
          ASSERT_EQ(worklist.pop(), std::nullopt);
        } else {
          ASSERT_EQ(worklist.pop(), oracle.back());
          oracle.pop_back();
        }
      } else if (choice < 15) {
        const std::size_t moved = worklist.spill(queue);
        ASSERT_EQ(moved, std::min(oracle.size() / 2, 4 - in_queue.size()));
        spilled_short += moved < oracle.size() / 2 ? 1 : 0;
        moves += moved;
        for (std::size_t k = 0; k < moved; ++k) {
          in_queue.push_back(oracle.front());
          oracle.pop_front();
        }
      } else {
        const auto result = queue.steal();
        ASSERT_EQ(result.outcome == StealOutcome::success, !in_queue.empty());
        if (in_queue.empty()) continue;
        ASSERT_EQ(result.item, in_queue.front());
        in_queue.pop_front();
      }
      most = std::max(most, source.out.size());
      ASSERT_EQ(worklist.size(), oracle.size());
      ASSERT_EQ(worklist.empty(), oracle.empty());
      const auto statistics = worklist.statistics();
      ASSERT_EQ(statistics.segments, source.out.size());
      ASSERT_EQ(statistics.most_segments, most);
      ASSERT_EQ(statistics.refusals, refusals);
      ASSERT_EQ(statistics.spilled, moves);
      ASSERT_GE(statistics.growths, most);
    }
    refused += refusals;
  }
  if (kSegment <= 3) {
    EXPECT_GT(refused, 0U);
  }
  EXPECT_GT(spilled_short, 0U);
}

TEST(Worklist, KeepsASpareSegmentAtABorder) {
  CountingSource<4> source;
  Worklist worklist(source);
  for (std::uint32_t i = 0; i < 4; ++i) ASSERT_TRUE(worklist.push(i));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(worklist.push(4));
    ASSERT_EQ(worklist.pop(), 4U);
  }
  EXPECT_EQ(worklist.statistics().growths, 2U);
}

TEST(Worklist, TellsHowManySegmentsWereInUseAtOnce) {
  CountingSource<4> source;
  Worklist worklist(source);
  EXPECT_EQ(worklist.take_most_in_use(), 0U);
  for (std::uint32_t i = 0; i < 9; ++i) ASSERT_TRUE(worklist.push(i));
  for (std::uint32_t i = 0; i < 4; ++i) ASSERT_TRUE(worklist.pop());
  EXPECT_EQ(worklist.take_most_in_use(), 3U);
  EXPECT_EQ(worklist.take_most_in_use(), 2U) << "those in use from the beginning on";
  while (worklist.pop()) {
  }
  EXPECT_EQ(worklist.take_most_in_use(), 2U);
  ASSERT_TRUE(worklist.push(1));
  EXPECT_EQ(worklist.take_most_in_use(), 1U);
}

TEST(Worklist, RefusesWhenMemoryIsRefusedAndTakesItemsAgainLater) {
  CountingSource<2> source;
  source.limit = 0;
  Worklist worklist(source);
  EXPECT_FALSE(worklist.push(1));
  EXPECT_TRUE(worklist.empty());
  source.limit = 1;
  EXPECT_TRUE(worklist.push(1));
  EXPECT_TRUE(worklist.push(2));
  EXPECT_FALSE(worklist.push(3));
  EXPECT_EQ(worklist.size(), 2U);
  EXPECT_EQ(worklist.pop(), 2U);
  EXPECT_TRUE(worklist.push(4));
  EXPECT_EQ(worklist.pop(), 4U);
  EXPECT_EQ(worklist.pop(), 1U);
  EXPECT_EQ(worklist.statistics().refusals, 2U);
}

}  // namespace
