// Ranked mutexes: the checked one in every build, and which of the two sync::mutex is in this one.
#include <hallmark/sync/sync.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>

// These tests break the rules that clang's thread-safety analysis checks, and look at the report.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wthread-safety-analysis"
#endif

namespace {

using hallmark::vocabulary::HeldLocks;
using hallmark::vocabulary::LockGuard;
using hallmark::vocabulary::LockRank;
using hallmark::vocabulary::StandardCondition;
using hallmark::vocabulary::StandardMutex;

using CheckedMutex = StandardMutex<true>;

static_assert(sizeof(StandardMutex<false>) == sizeof(std::mutex), "ranks cost nothing when unchecked");
static_assert(std::is_same_v<hallmark::sync::mutex, StandardMutex<HALLMARK_CHECKED != 0>>);
static_assert((sizeof(hallmark::sync::mutex) == sizeof(std::mutex)) == (HALLMARK_CHECKED == 0));

std::size_t locks_held() { return HeldLocks::of_this_thread().count(); }

/// The line that follows the call.
int next_line(int line = __builtin_LINE()) { return line + 1; }

std::string here(int line) { return "mutex_test\\.cpp:" + std::to_string(line); }

class LockRankTest : public testing::Test {
 protected:
  CheckedMutex pages{LockRank{10}, "pages"};
  CheckedMutex list{LockRank{20}, "dirty list"};
  CheckedMutex log{LockRank{30}, "log"};
  CheckedMutex other_list{LockRank{20}, "other list"};
};

using LockRankDeathTest = LockRankTest;

TEST_F(LockRankTest, LocksInAscendingOrderAreAccepted) {
  const LockGuard first(pages);
  const LockGuard second(list);
  const LockGuard third(log);
  EXPECT_EQ(locks_held(), 3U);
}

TEST_F(LockRankTest, LocksMayBeReleasedInAnyOrder) {
  pages.lock();
  list.lock();
  log.lock();
  list.unlock();
  pages.unlock();
  EXPECT_EQ(locks_held(), 1U);
  log.unlock();
  EXPECT_EQ(locks_held(), 0U);
  pages.lock();
  log.lock();
  pages.unlock();
  log.unlock();
  EXPECT_EQ(locks_held(), 0U);
}

TEST_F(LockRankTest, LocksOfOneRankAreAcceptedOneAfterTheOther) {
  { const LockGuard guard(list); }
  { const LockGuard guard(other_list); }
  { const LockGuard guard(list); }
  EXPECT_EQ(locks_held(), 0U);
}

TEST_F(LockRankTest, EachThreadHasItsOwnLocks) {
  const LockGuard guard(log);
  std::thread([&] {
    EXPECT_EQ(locks_held(), 0U);
    const LockGuard lower(pages);
    EXPECT_EQ(locks_held(), 1U);
  }).join();
  EXPECT_EQ(locks_held(), 1U);
}

TEST_F(LockRankTest, FailedTryLockHoldsNothing) {
  std::thread([&] {
    pages.lock();
    std::thread([&] {
      EXPECT_FALSE(pages.try_lock());
      EXPECT_EQ(locks_held(), 0U);
    }).join();
    pages.unlock();
  }).join();
  ASSERT_TRUE(pages.try_lock());
  EXPECT_EQ(locks_held(), 1U);
  pages.unlock();
}

TEST_F(LockRankTest, MostHeldLocksAreTrackedAtOnce) {
  HeldLocks held;
  int locks[HeldLocks::kMostHeld];
  for (std::size_t i = 0; i < HeldLocks::kMostHeld; ++i) {
    const LockRank rank{static_cast<unsigned short>(i)};
    held.check_acquire(&locks[i], "one of many", rank, {"here", 1});
    held.add(&locks[i], "one of many", rank, {"here", 1});
  }
  for (const int& lock : locks) held.remove(&lock, "one of many", {"here", 2});
  EXPECT_EQ(held.count(), 0U);
}

TEST_F(LockRankDeathTest, OneLockMoreThanCanBeTrackedIsReported) {
  HeldLocks held;
  int locks[HeldLocks::kMostHeld + 1];
  for (std::size_t i = 0; i < HeldLocks::kMostHeld; ++i) {
    held.add(&locks[i], "one of many", LockRank{static_cast<unsigned short>(i)}, {"here", 1});
  }
  EXPECT_DEATH(held.check_acquire(&locks[HeldLocks::kMostHeld], "the last", LockRank{100}, {"there", 2}),
               "\"the last\" \\(rank 100\\) acquired as one more lock than can be tracked");
}

TEST_F(LockRankDeathTest, OutOfOrderNamesBothLocksAndBothPlaces) {
  const int first = next_line();
  log.lock();
  const int second = next_line();
  const auto acquire = [&] { pages.lock(); };
  EXPECT_DEATH(acquire(), "lock \"pages\" \\(rank 10\\) acquired out of rank order\n.*acquired at +.*" + here(second) +
                              "\n.*while holding +\"log\" \\(rank 30\\), acquired at .*" + here(first) + "\n");
  log.unlock();
}

TEST_F(LockRankDeathTest, OutOfOrderIsReportedThroughAGuardAtTheGuardsPlace) {
  const int first = next_line();
  const LockGuard guard(log);
  const int second = next_line();
  EXPECT_DEATH(const LockGuard lower(pages), "acquired at +.*" + here(second) + "\n.*\"log\".*" + here(first) + "\n");
}

TEST_F(LockRankDeathTest, TwoLocksOfOneRankAreRefused) {
  list.lock();
  EXPECT_DEATH(
      other_list.lock(),
      "lock \"other list\" \\(rank 20\\) acquired while another of the same rank is held\n.*\n.*\"dirty list\"");
  list.unlock();
}

TEST_F(LockRankDeathTest, SameLockTwiceIsReportedAndNotADeadlock) {
  list.lock();
  EXPECT_DEATH(list.lock(), "lock \"dirty list\" \\(rank 20\\) acquired twice by the same thread");
  list.unlock();
}

TEST_F(LockRankDeathTest, ReleaseByAThreadThatDoesNotHoldItIsReported) {
  const int line = next_line();
  EXPECT_DEATH(list.unlock(), "lock \"dirty list\" released at .*" + here(line) + " by a thread that doesn't hold it");
  list.lock();
  EXPECT_DEATH(std::thread([&] { list.unlock(); }).join(), "by a thread that doesn't hold it");
  list.unlock();
  EXPECT_DEATH(list.unlock(), "by a thread that doesn't hold it");
}

TEST_F(LockRankDeathTest, OrderIsCheckedAgainstAllHeldLocksAfterAReleaseOutOfOrder) {
  list.lock();
  log.lock();
  list.unlock();
  EXPECT_DEATH(pages.lock(), "\"pages\".*out of rank order\n.*\n.*\"log\"");
  EXPECT_DEATH(list.lock(), "\"dirty list\".*out of rank order\n.*\n.*\"log\"");
  log.unlock();
}

TEST_F(LockRankDeathTest, TryLockIsCheckedLikeLock) {
  list.lock();
  EXPECT_DEATH((void)pages.try_lock(), "\"pages\".*out of rank order");
  EXPECT_DEATH((void)other_list.try_lock(), "same rank");
  EXPECT_DEATH((void)list.try_lock(), "acquired twice");
  list.unlock();
}

TEST_F(LockRankTest, WaitReleasesTheLockAndHoldsItAgainAfterwards) {
  StandardCondition<true> changed;
  bool ready = false;
  bool acknowledged = false;
  std::thread notifier([&] {
    const LockGuard guard(list);  // blocks for ever unless the wait releases it
    ready = true;
    changed.notify_one();
    while (!acknowledged) changed.wait(list);
    EXPECT_EQ(locks_held(), 1U);
  });
  {
    const LockGuard guard(list);
    while (!ready) changed.wait(list);
    EXPECT_EQ(locks_held(), 1U);
    acknowledged = true;
    changed.notify_all();
  }
  notifier.join();
  EXPECT_EQ(locks_held(), 0U);
}

TEST_F(LockRankDeathTest, WaitingWithALockThatIsNotHeldIsReported) {
  StandardCondition<true> changed;
  EXPECT_DEATH(changed.wait(list), "\"dirty list\".*by a thread that doesn't hold it");
}

// The wait acquires its lock again, with the other one held: the same inversion as lock() in that order.
TEST_F(LockRankDeathTest, WaitingWhileALockOfHigherRankIsHeldIsReported) {
  StandardCondition<true> changed;
  pages.lock();
  log.lock();
  EXPECT_DEATH(changed.wait(pages), "\"pages\".*out of rank order\n.*\n.*\"log\"");
  log.unlock();
  pages.unlock();
}

TEST_F(LockRankTest, TimedWaitEndsWithoutANotificationAndHoldsTheLockAgain) {
  StandardCondition<true> changed;
  const LockGuard guard(list);
  // It may wake up for no reason, but not for ever.
  while (changed.wait_for(list, std::chrono::milliseconds(1))) EXPECT_EQ(locks_held(), 1U);
  EXPECT_EQ(locks_held(), 1U);
}

TEST_F(LockRankTest, TimedWaitReleasesTheLockAndEndsWithANotification) {
  StandardCondition<true> changed;
  bool ready = false;
  std::thread notifier([&] {
    const LockGuard guard(list);  // blocks for ever unless the wait releases it
    ready = true;
    changed.notify_one();
  });
  {
    const LockGuard guard(list);
    while (!ready) EXPECT_TRUE(changed.wait_for(list, std::chrono::hours(1)));
    EXPECT_EQ(locks_held(), 1U);
  }
  notifier.join();
}

TEST_F(LockRankDeathTest, TimedWaitIsCheckedLikeWait) {
  StandardCondition<true> changed;
  EXPECT_DEATH(changed.wait_for(list, std::chrono::hours(1)), "\"dirty list\".*by a thread that doesn't hold it");
  pages.lock();
  log.lock();
  EXPECT_DEATH(changed.wait_for(pages, std::chrono::hours(1)), "\"pages\".*out of rank order\n.*\n.*\"log\"");
  log.unlock();
  pages.unlock();
}

TEST_F(LockRankTest, AcceptsWhatLockWouldNotReport) {
  HeldLocks held;
  EXPECT_TRUE(held.accepts(&list, LockRank{20}));
  held.add(&list, "dirty list", LockRank{20}, {"here", 1});
  EXPECT_FALSE(held.accepts(&pages, LockRank{10}));
  EXPECT_FALSE(held.accepts(&list, LockRank{20}));
  EXPECT_FALSE(held.accepts(&other_list, LockRank{20}));
  EXPECT_TRUE(held.accepts(&log, LockRank{30}));
  held.remove(&list, "dirty list", {"here", 2});
  EXPECT_TRUE(held.accepts(&pages, LockRank{10}));
}

TEST_F(LockRankTest, PointWithoutLocksIsPassedWithoutLocks) {
  { const LockGuard guard(list); }
  HeldLocks::of_this_thread().check_none("comes to the point", {"point.cpp", 7});
}

TEST_F(LockRankDeathTest, PointWithoutLocksNamesTheLockAndBothPlaces) {
  const int line = next_line();
  const LockGuard guard(list);
  EXPECT_DEATH(HeldLocks::of_this_thread().check_none("comes to the point", {"point.cpp", 7}),
               "a thread comes to the point while it holds a lock\n.*point.cpp:7\n.*\"dirty list\" \\(rank 20\\), "
               "acquired at .*" +
                   here(line));
}

TEST(MisuseDeathTest, NamesBothPlacesIfThereAreAny) {
  using hallmark::vocabulary::report_misuse;
  EXPECT_DEATH(report_misuse({.what = "heap closed", .name = "mine", .to_do = "open it"}),
               "fatal: heap closed\n  which: \"mine\"\n  to do: open it\n");
  EXPECT_DEATH(report_misuse({.what = "heap closed twice",
                              .name = "mine",
                              .place = {"a.cpp", 3},
                              .to_do = "close it once",
                              .earlier = {"b.cpp", 4},
                              .which = "closed"}),
               "  which: \"mine\"\n  at a.cpp:3\n  closed at b.cpp:4\n  to do: close it once\n");
}

TEST_F(LockRankTest, MutualExclusionHoldsBetweenThreads) {
  constexpr int kRounds = 20000;
  StandardMutex<false> unchecked{LockRank{1}, "counter"};
  int counter = 0;
  int checked_counter = 0;
  const auto count = [&] {
    for (int i = 0; i < kRounds; ++i) {
      {
        const LockGuard guard(unchecked);
        ++counter;
      }
      const LockGuard guard(list);
      ++checked_counter;
    }
  };
  std::thread other(count);
  count();
  other.join();
  EXPECT_EQ(counter, 2 * kRounds);
  EXPECT_EQ(checked_counter, 2 * kRounds);
}

}  // namespace
