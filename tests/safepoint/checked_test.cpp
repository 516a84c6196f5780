// Safepoint with HALLMARK_CHECKED: a thread that may be stopped holds no lock of the kernel, and polls are checked
// whether a stop is requested or not.
#include <hallmark/safepoint/safepoint.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using hallmark::MutatorState;
using hallmark::Safepoint;
using hallmark::vocabulary::LockGuard;
using hallmark::vocabulary::LockRank;

static_assert(hallmark::sync::kChecked);

/// The line that follows the call.
std::string next_line(int line = __builtin_LINE()) { return "checked_test\\.cpp:" + std::to_string(line + 1); }

class CheckedSafepointDeathTest : public testing::Test {
 protected:
  Safepoint safepoint_{};
  MutatorState state_{"guilty"};
  hallmark::sync::mutex heap_{LockRank{100}, "heap"};
  hallmark::sync::mutex low_{LockRank{1}, "low"};
};

TEST_F(CheckedSafepointDeathTest, PollWithALockNamesTheLockAndBothPlaces) {
  safepoint_.attach(state_);
  {
    const std::string locked = next_line();
    const LockGuard guard(heap_);
    const std::string polled = next_line();
    const auto poll = [&] { safepoint_.poll(state_); };
    EXPECT_DEATH(poll(), "a thread polls a safepoint while it holds a lock\n.*" + polled + "\n.*\"heap\".*" + locked);
  }
  safepoint_.poll(state_);
  safepoint_.detach(state_);
}

TEST_F(CheckedSafepointDeathTest, EveryCallThatMayStopRefusesLocksOfAnyRank) {
  for (auto* const lock : {&low_, &heap_}) {
    {
      const LockGuard guard(*lock);
      EXPECT_DEATH(safepoint_.attach(state_), "a thread attaches to a heap while it holds a lock");
    }
    safepoint_.attach(state_);
    {
      const LockGuard guard(*lock);
      EXPECT_DEATH(safepoint_.poll(state_), "a thread polls a safepoint while it holds a lock");
      EXPECT_DEATH(safepoint_.enter_foreign(state_), "a thread enters foreign code while it holds a lock");
      EXPECT_DEATH((void)safepoint_.stop(state_), "a thread stops the world while it holds a lock");
      EXPECT_DEATH(safepoint_.detach(state_), "a thread detaches from a heap while it holds a lock");
    }
    safepoint_.enter_foreign(state_);
    {
      const LockGuard guard(*lock);
      EXPECT_DEATH(safepoint_.leave_foreign(state_), "a thread returns from foreign code while it holds a lock");
    }
    safepoint_.leave_foreign(state_);
    safepoint_.detach(state_);
  }
}

TEST_F(CheckedSafepointDeathTest, PollIsCheckedWithoutARequest) {
  EXPECT_DEATH(safepoint_.poll(state_), "poll by a mutator that isn't attached");
  safepoint_.attach(state_);
  safepoint_.enter_foreign(state_);
  EXPECT_DEATH(safepoint_.poll(state_), "poll in foreign code");
  safepoint_.leave_foreign(state_);
  safepoint_.detach(state_);
  EXPECT_DEATH(safepoint_.poll(state_), "poll by a mutator that isn't attached");
}

}  // namespace
