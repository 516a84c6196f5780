// SegmentPool: segments are used again, refused memory is passed on, and all memory is given back.
#include <hallmark/mark/segment_pool.hpp>
#include <hallmark/mark/worklist.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

namespace {

using hallmark::SegmentPool;
using hallmark::Worklist;
using hallmark::WorklistSegment;

/// Counts what is out, and refuses when as much is out as `limit` says.
struct CountingMemory {
  inline static std::atomic<std::size_t> out{0};
  inline static std::size_t limit = 0;

  static void* allocate(std::size_t bytes) noexcept {
    if (out.fetch_add(1) >= limit) {
      out.fetch_sub(1);
      return nullptr;
    }
    return std::malloc(bytes);
  }
  static void free(void* memory) noexcept {
    out.fetch_sub(1);
    std::free(memory);
  }
};

class SegmentPoolTest : public testing::Test {
 protected:
  using Segment = WorklistSegment<std::uint64_t, 8>;
  using Pool = SegmentPool<Segment, CountingMemory>;

  void SetUp() override { CountingMemory::limit = 1'000'000; }
  void TearDown() override { EXPECT_EQ(CountingMemory::out.load(), 0U) << "memory was not given back"; }
};

TEST_F(SegmentPoolTest, GivesEachSegmentToOne) {
  Pool pool;
  std::set<Segment*> segments;
  for (int i = 0; i < 100; ++i) {
    Segment* const segment = pool.acquire();
    ASSERT_NE(segment, nullptr);
    EXPECT_TRUE(segments.insert(segment).second);
  }
  EXPECT_EQ(CountingMemory::out.load(), 100U);
  for (Segment* const segment : segments) pool.release(segment);
}

TEST_F(SegmentPoolTest, UsesSegmentsAgainBeforeItAsksForMemory) {
  Pool pool;
  std::set<Segment*> segments;
  for (int i = 0; i < 10; ++i) segments.insert(pool.acquire());
  for (Segment* const segment : segments) pool.release(segment);
  EXPECT_EQ(CountingMemory::out.load(), 10U) << "kept";
  std::set<Segment*> again;
  for (int i = 0; i < 10; ++i) again.insert(pool.acquire());
  EXPECT_EQ(again, segments);
  EXPECT_EQ(CountingMemory::out.load(), 10U);
  for (Segment* const segment : again) pool.release(segment);
}

TEST_F(SegmentPoolTest, TrimGivesBackWhatIsUnused) {
  Pool pool;
  Segment* const used = pool.acquire();
  pool.release(pool.acquire());
  Segment* const unused = pool.acquire();
  pool.release(unused);
  EXPECT_EQ(CountingMemory::out.load(), 2U);
  pool.trim();
  EXPECT_EQ(CountingMemory::out.load(), 1U);
  used->items[7] = 1;
  pool.trim();
  EXPECT_EQ(CountingMemory::out.load(), 1U);
  pool.release(used);
}

TEST_F(SegmentPoolTest, PassesARefusalOnAndGoesOnLater) {
  CountingMemory::limit = 1;
  Pool pool;
  Segment* const segment = pool.acquire();
  ASSERT_NE(segment, nullptr);
  EXPECT_EQ(pool.acquire(), nullptr);
  EXPECT_EQ(pool.acquire(), nullptr);
  pool.release(segment);
  EXPECT_EQ(pool.acquire(), segment) << "one that was used needs no memory";
  CountingMemory::limit = 2;
  Segment* const other = pool.acquire();
  EXPECT_NE(other, nullptr);
  pool.release(segment);
  pool.release(other);
}

TEST_F(SegmentPoolTest, ServesWorklistsOfSeveralThreads) {
  Pool pool;
  const auto run = [&](std::uint64_t number) {
    Worklist<Pool> worklist(pool);
    for (std::uint64_t round = 0; round < 20; ++round) {
      for (std::uint64_t i = 0; i < 500; ++i) ASSERT_TRUE(worklist.push(number << 32U | i));
      for (std::uint64_t i = 500; i > 0; --i) ASSERT_EQ(worklist.pop(), number << 32U | (i - 1));
    }
  };
  std::vector<std::thread> threads;
  for (std::uint64_t number = 0; number < 4; ++number) threads.emplace_back(run, number);
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(CountingMemory::out.load(), 4U * (500 / 8 + 2));
  EXPECT_GE(CountingMemory::out.load(), 500U / 8);
}

TEST_F(SegmentPoolTest, HasARankOfItsOwn) { EXPECT_EQ(hallmark::kSegmentPoolRank.value, 300); }

}  // namespace
