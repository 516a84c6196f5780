// DirtyPages: what is listed, what a snapshot holds, what is left, what is counted.
#include <hallmark/remember/dirty_pages.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "tests/remember/page.hpp"

namespace {

using hallmark::DirtyPages;
using hallmark::DirtyPagesStatistics;
using hallmark::testing::Page;
using hallmark::testing::take_all;

using Pages = std::vector<Page*>;

TEST(DirtyPages, AreEmptyAtFirst) {
  DirtyPages<Page> list;
  EXPECT_EQ(list.size(), 0U);
  auto snapshot = list.take_snapshot();
  EXPECT_EQ(snapshot.size(), 0U);
  EXPECT_EQ(snapshot.take(), nullptr);
  EXPECT_EQ(snapshot.take(), nullptr);
}

TEST(DirtyPages, ListAPageOnce) {
  DirtyPages<Page> list;
  Page page;
  EXPECT_FALSE(page.is_listed());
  for (int i = 0; i < 3; ++i) list.add(page);
  EXPECT_TRUE(page.is_listed());
  EXPECT_EQ(list.size(), 1U);
  auto snapshot = list.take_snapshot();
  EXPECT_EQ(list.size(), 0U);
  EXPECT_TRUE(page.is_listed());
  EXPECT_EQ(snapshot.size(), 1U);
  EXPECT_EQ(snapshot.take(), &page);
  EXPECT_FALSE(page.is_listed());
  EXPECT_EQ(snapshot.take(), nullptr);
}

TEST(DirtyPages, RefuseAPageThatWaitsInASnapshot) {
  DirtyPages<Page> list;
  Page page;
  list.add(page);
  auto snapshot = list.take_snapshot();
  list.add(page);
  EXPECT_EQ(list.size(), 0U);
  EXPECT_EQ(take_all(snapshot), Pages{&page});
  list.add(page);
  EXPECT_EQ(list.size(), 1U);
}

TEST(DirtyPages, ListAPageAgainWhileOthersOfItsSnapshotWait) {
  DirtyPages<Page> list;
  std::array<Page, 4> pages;
  for (Page& page : pages) list.add(page);
  auto snapshot = list.take_snapshot();
  std::vector<Page*> taken;
  while (Page* const page = snapshot.take()) {
    taken.push_back(page);
    list.add(*page);
  }
  EXPECT_EQ(taken, (Pages{&pages[3], &pages[2], &pages[1], &pages[0]}));
  EXPECT_EQ(list.size(), 4U);
}

TEST(DirtyPages, TakeBackWhatASnapshotLeaves) {
  DirtyPages<Page> list;
  std::array<Page, 3> pages;
  for (Page& page : pages) list.add(page);
  {
    auto snapshot = list.take_snapshot();
    EXPECT_EQ(snapshot.take(), &pages[2]);
    EXPECT_EQ(snapshot.size(), 2U);
  }
  EXPECT_EQ(list.size(), 2U);
  EXPECT_FALSE(pages[2].is_listed());
  EXPECT_TRUE(pages[1].is_listed());
  list.add(pages[1]);
  auto snapshot = list.take_snapshot();
  const Pages rest = take_all(snapshot);
  EXPECT_EQ(rest.size(), 2U);
  for (const Page* page : {&pages[0], &pages[1]}) EXPECT_EQ(std::count(rest.begin(), rest.end(), page), 1);
}

TEST(DirtyPages, EndASnapshotWhenAsked) {
  DirtyPages<Page> list;
  std::array<Page, 2> pages;
  for (Page& page : pages) list.add(page);
  auto snapshot = list.take_snapshot();
  snapshot.take();
  list.clear_snapshot(snapshot);
  EXPECT_EQ(snapshot.size(), 0U);
  EXPECT_EQ(snapshot.take(), nullptr);
  EXPECT_EQ(list.size(), 1U);
  EXPECT_EQ(list.statistics().scanned, 1U);
}

TEST(DirtyPages, MoveASnapshot) {
  DirtyPages<Page> list;
  Page page;
  list.add(page);
  auto first = list.take_snapshot();
  {
    auto second = std::move(first);
    EXPECT_EQ(second.size(), 1U);
    EXPECT_EQ(second.take(), &page);
  }
  EXPECT_EQ(list.statistics().scanned, 1U);
}

class Retirement : public testing::TestWithParam<std::size_t> {};

TEST_P(Retirement, TakesThePageOffTheListAndNoOther) {
  DirtyPages<Page> list;
  std::array<Page, 3> pages;
  for (Page& page : pages) list.add(page);
  Page& freed = pages[GetParam()];
  EXPECT_TRUE(list.retire(freed));
  EXPECT_FALSE(freed.is_listed());
  EXPECT_EQ(list.size(), 2U);
  list.add(freed);
  EXPECT_FALSE(freed.is_listed());
  {
    auto snapshot = list.take_snapshot();
    Pages left;
    for (std::size_t i = 3; i-- > 0;) {
      if (i != GetParam()) left.push_back(&pages[i]);
    }
    EXPECT_EQ(take_all(snapshot), left);
  }
  list.reinstate(freed);
  list.add(freed);
  EXPECT_TRUE(freed.is_listed());
  auto snapshot = list.take_snapshot();
  EXPECT_EQ(take_all(snapshot), Pages{&freed});
}

INSTANTIATE_TEST_SUITE_P(EachPlace, Retirement, testing::Values(0U, 1U, 2U));

TEST(DirtyPages, RetireAPageThatIsNotListed) {
  DirtyPages<Page> list;
  Page page;
  EXPECT_TRUE(list.retire(page));
  list.add(page);
  EXPECT_FALSE(page.is_listed());
  EXPECT_EQ(list.size(), 0U);
}

TEST(DirtyPages, DoNotRetireAPageThatWaitsInASnapshot) {
  DirtyPages<Page> list;
  Page page;
  list.add(page);
  auto snapshot = list.take_snapshot();
  EXPECT_FALSE(list.retire(page));
  EXPECT_TRUE(page.is_listed());
  EXPECT_EQ(snapshot.take(), &page);
  EXPECT_TRUE(list.retire(page));
  EXPECT_FALSE(page.is_listed());
}

TEST(DirtyPages, CountWhatHappens) {
  DirtyPages<Page> list;
  std::array<Page, 6> pages;
  const auto round = [&](std::size_t count, std::size_t take) {
    for (std::size_t i = 0; i < count; ++i) list.add(pages[i]);
    auto snapshot = list.take_snapshot();
    EXPECT_EQ(snapshot.size(), count);
    for (std::size_t i = 0; i < take; ++i) EXPECT_NE(snapshot.take(), nullptr);
  };
  EXPECT_EQ(list.statistics().recent, (std::array<std::size_t, 4>{}));
  round(3, 3);
  round(6, 6);
  EXPECT_EQ(list.statistics().recent, (std::array<std::size_t, 4>{6, 3, 0, 0}));
  round(1, 1);
  round(2, 1);
  round(4, 4);
  const DirtyPagesStatistics statistics = list.statistics();
  EXPECT_EQ(statistics.listed, 3U + 6 + 1 + 2 + 3);  // one of the last four was listed still
  EXPECT_EQ(statistics.scanned, 3U + 6 + 1 + 1 + 4);
  EXPECT_EQ(statistics.snapshots, 5U);
  EXPECT_EQ(statistics.high_water, 6U);
  EXPECT_EQ(statistics.recent, (std::array<std::size_t, 4>{4, 2, 1, 6}));
}

}  // namespace
