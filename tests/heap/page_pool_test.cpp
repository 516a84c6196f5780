// PagePool on one thread: what each operation returns, against a std::set of pages.
#include <hallmark/heap/page_pool.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>
#include <random>
#include <set>

#include "tests/heap/refusing_memory.hpp"

namespace {

using hallmark::kNoPage;
using hallmark::PageNumber;
using hallmark::PagePool;
using hallmark::testing::RefusingMemory;

constexpr std::size_t kMost = 300;

/// The first page of the lowest run of `count` pages.
PageNumber lowest_run(const std::set<PageNumber>& pages, std::size_t count) {
  for (const PageNumber first : pages) {
    std::size_t run = 1;
    while (run < count && pages.count(static_cast<PageNumber>(first + run)) == 1) ++run;
    if (run == count) return first;
  }
  return kNoPage;
}

TEST(PagePool, IsEmptyWhenConstructed) {
  RefusingMemory::Scope scope;
  PagePool<RefusingMemory> pool(kMost);
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_EQ(pool.take(1), kNoPage);
  EXPECT_EQ(pool.take(2), kNoPage);
  EXPECT_FALSE(pool.contains(0));
  EXPECT_FALSE(pool.contains(kMost));
}

TEST(PagePool, AgreesWithASetOnRandomSequences) {
  std::size_t runs = 0;
  std::size_t refused_runs = 0;  // there were enough pages, but not in a row
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RefusingMemory::Scope scope;
    std::mt19937_64 random(seed);
    PagePool<RefusingMemory> pool(kMost);
    std::set<PageNumber> oracle;
    std::size_t limit = 0;
    for (int i = 0; i < 1000; ++i) {
      const unsigned choice = static_cast<unsigned>(random() % 16);
      if (limit == 0 || (choice == 0 && limit < kMost)) {
        limit = std::min<std::size_t>(kMost, limit + 1 + random() % 100);
        ASSERT_TRUE(pool.grow_to(limit));
      } else if (choice < 10) {
        const auto page = static_cast<PageNumber>(random() % limit);
        if (oracle.insert(page).second) pool.add(page);
      } else {
        const std::size_t count = choice < 13 ? 1 : 1 + random() % 12;
        const PageNumber expected = lowest_run(oracle, count);
        ASSERT_EQ(pool.take(count), expected) << count << " pages";
        if (expected == kNoPage) {
          refused_runs += oracle.size() >= count ? 1 : 0;
          continue;
        }
        runs += count > 1 ? 1 : 0;
        for (std::size_t k = 0; k < count; ++k) oracle.erase(static_cast<PageNumber>(expected + k));
      }
      ASSERT_EQ(pool.size(), oracle.size());
    }
    for (PageNumber page = 0; page < kMost; ++page) ASSERT_EQ(pool.contains(page), oracle.count(page) == 1) << page;
  }
  EXPECT_GT(runs, 1000U);
  EXPECT_GT(refused_runs, 100U);
}

TEST(PagePool, IsAsItWasWhenMemoryIsRefused) {
  RefusingMemory::Scope scope;
  constexpr std::size_t kPagesOfOsPage = 4096 * 8;
  PagePool<RefusingMemory> pool(4 * kPagesOfOsPage);
  ASSERT_TRUE(pool.grow_to(kPagesOfOsPage));
  pool.add(kPagesOfOsPage - 1);
  RefusingMemory::state.refuse_all_commits = true;
  EXPECT_FALSE(pool.grow_to(kPagesOfOsPage + 1));
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.take(1), kPagesOfOsPage - 1);
  EXPECT_EQ(pool.take(1), kNoPage);
}

}  // namespace
