// Safepoint: who waits for whom, on real threads that take turns; what a watchdog is told; reports of wrong use.
#include <hallmark/safepoint/safepoint.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace {

using hallmark::MutatorState;
using hallmark::OverdueMutator;
using hallmark::Safepoint;
using hallmark::StopOutcome;
using hallmark::Watchdog;

/// The line that follows the call.
std::string next_line(int line = __builtin_LINE()) { return "safepoint_test\\.cpp:" + std::to_string(line + 1); }

/// An attached mutator on the calling thread.
class Attached {
 public:
  Attached(Safepoint& safepoint, const char* name) : state(name), safepoint_(safepoint) { safepoint_.attach(state); }
  ~Attached() { safepoint_.detach(state); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

  MutatorState state;

 private:
  Safepoint& safepoint_;
};

std::vector<std::string> names(const Safepoint& safepoint, const MutatorState& self) {
  std::vector<std::string> found;
  safepoint.for_each_mutator(self, [&](const MutatorState& mutator) { found.emplace_back(mutator.name()); });
  return found;
}

void wait_until(const std::atomic<bool>& flag) {
  while (!flag.load()) std::this_thread::yield();
}

TEST(Safepoint, StopsAtOnceWhenNobodyElseIsAttached) {
  Safepoint safepoint;
  Attached self(safepoint, "self");
  for (int i = 0; i < 3; ++i) {
    safepoint.poll(self.state);
    ASSERT_EQ(safepoint.stop(self.state), StopOutcome::world_is_stopped);
    EXPECT_EQ(names(safepoint, self.state), std::vector<std::string>{"self"});
    safepoint.resume(self.state);
  }
}

TEST(Safepoint, MutatorsMayAttachAgain) {
  Safepoint safepoint;
  Safepoint other;
  MutatorState state("wanderer");
  for (Safepoint* const place : {&safepoint, &other, &safepoint}) {
    place->attach(state);
    place->poll(state);
    place->detach(state);
  }
}

TEST(Safepoint, ListsWhoIsAttachedWhoeverHasGone) {
  Safepoint safepoint;
  Attached self(safepoint, "self");
  MutatorState a("a"), b("b"), c("c");
  // All of one thread: those that run must not be waited for.
  const auto listed = [&](std::initializer_list<MutatorState*> others) {
    for (MutatorState* const other : others) safepoint.enter_foreign(*other);
    EXPECT_EQ(safepoint.stop(self.state), StopOutcome::world_is_stopped);
    std::string all;
    for (const std::string& name : names(safepoint, self.state)) all += name == "self" ? "" : name;
    safepoint.resume(self.state);
    for (MutatorState* const other : others) safepoint.leave_foreign(*other);
    return all;
  };
  safepoint.attach(a);
  safepoint.attach(b);
  safepoint.attach(c);
  EXPECT_EQ(listed({&a, &b, &c}), "cba");
  safepoint.detach(b);
  EXPECT_EQ(listed({&a, &c}), "ca");
  safepoint.detach(c);
  EXPECT_EQ(listed({&a}), "a");
  safepoint.detach(a);
  EXPECT_EQ(listed({}), "");
}

TEST(Safepoint, AMutatorInForeignCodeIsNotWaitedForAndReturnsAfterTheResume) {
  Safepoint safepoint;
  std::atomic<bool> is_foreign{false}, may_return{false}, has_returned{false};
  int shared = 0;
  std::thread other([&] {
    Attached self(safepoint, "other");
    shared = 1;
    safepoint.enter_foreign(self.state);
    is_foreign = true;
    wait_until(may_return);
    safepoint.leave_foreign(self.state);
    has_returned = true;
    EXPECT_EQ(shared, 2);
  });
  wait_until(is_foreign);
  {
    Attached self(safepoint, "self");
    ASSERT_EQ(safepoint.stop(self.state), StopOutcome::world_is_stopped);
    may_return = true;
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    EXPECT_FALSE(has_returned.load());
    EXPECT_EQ(shared, 1);
    shared = 2;
    safepoint.resume(self.state);
  }
  other.join();
}

TEST(Safepoint, AThreadThatAttachesWaitsForTheResume) {
  Safepoint safepoint;
  std::atomic<bool> is_attached{false};
  Attached self(safepoint, "self");
  ASSERT_EQ(safepoint.stop(self.state), StopOutcome::world_is_stopped);
  std::thread other([&] {
    Attached late(safepoint, "late");
    is_attached = true;
  });
  for (int i = 0; i < 100; ++i) std::this_thread::yield();
  EXPECT_FALSE(is_attached.load());
  EXPECT_EQ(names(safepoint, self.state), std::vector<std::string>{"self"});
  safepoint.resume(self.state);
  other.join();
  EXPECT_TRUE(is_attached.load());
}

/// Counts how often it is told of "busy", and how often in a row of nobody else.
struct Reports {
  static void count(const OverdueMutator& mutator, void* context) {
    auto& reports = *static_cast<Reports*>(context);
    if (mutator.name != std::string("busy")) {
      reports.in_a_row = 0;
      return;
    }
    EXPECT_GT(mutator.asked, reports.last) << "each is told of once a period";
    EXPECT_NE(std::string(mutator.attached_at.file).find("safepoint_test.cpp"), std::string::npos);
    reports.last = mutator.asked;
    ++reports.in_a_row;
  }

  std::atomic<int> in_a_row{0};
  std::chrono::milliseconds last{0};
};

TEST(Safepoint, AMutatorThatDoesNotPollIsReportedAndWaitedFor) {
  Reports reports;
  Safepoint safepoint(Watchdog{std::chrono::milliseconds(2), &Reports::count, &reports});
  std::atomic<bool> busy_runs{false}, obedient_runs{false}, has_stopped{false};
  std::thread busy([&] {
    Attached self(safepoint, "busy");
    busy_runs = true;
    while (reports.in_a_row < 3) std::this_thread::yield();
    EXPECT_FALSE(has_stopped.load());
    safepoint.poll(self.state);
    EXPECT_TRUE(has_stopped.load());
  });
  std::thread obedient([&] {
    Attached self(safepoint, "obedient");
    obedient_runs = true;
    while (!has_stopped) safepoint.poll(self.state);
  });
  wait_until(busy_runs);
  wait_until(obedient_runs);
  MutatorState bystander("in foreign code");
  std::thread foreign([&] {
    safepoint.attach(bystander);
    safepoint.enter_foreign(bystander);
  });
  foreign.join();
  Attached self(safepoint, "self");
  ASSERT_EQ(safepoint.stop(self.state), StopOutcome::world_is_stopped);
  has_stopped = true;
  EXPECT_GE(reports.in_a_row.load(), 3) << "a mutator that has stopped, or is in foreign code, is reported";
  EXPECT_GE(reports.last, std::chrono::milliseconds(6));
  safepoint.resume(self.state);
  safepoint.leave_foreign(bystander);
  safepoint.detach(bystander);
  busy.join();
  obedient.join();
}

TEST(Safepoint, TheDefaultWatchdogNamesTheMutatorAndTheTime) {
  testing::internal::CaptureStderr();
  hallmark::print_overdue({"busy", {"loop.cpp", 12}, std::chrono::milliseconds(3000)}, nullptr);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "hallmark: warning: mutator \"busy\" (attached at loop.cpp:12) has not stopped for 3000 ms; the collector "
            "waits\n  to do: let it poll, or call enter_foreign before it blocks\n");
}

TEST(Safepoint, OfTwoRequestsOneIsFirst) {
  Safepoint safepoint;
  constexpr int kThreads = 4;
  std::atomic<int> attached{0}, collected{0}, refused{0};
  int collections = 0;  // plain: only while the world is stopped
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      Attached self(safepoint, "one of many");
      ++attached;
      while (attached < kThreads) safepoint.poll(self.state);
      const int before = collections;
      if (safepoint.stop(self.state) == StopOutcome::world_is_stopped) {
        ++collections;
        ++collected;
        safepoint.resume(self.state);
      } else {
        ++refused;
        EXPECT_GT(collections, before);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(collected.load(), 1);
  EXPECT_EQ(collected + refused, kThreads);
  EXPECT_EQ(collections, collected.load());
}

// --- Wrong use.

class SafepointDeathTest : public testing::Test {
 protected:
  ~SafepointDeathTest() override {
    if (stopped_) safepoint_.resume(state_);
    if (attached_) safepoint_.detach(state_);
  }

  void attach() {
    safepoint_.attach(state_);
    attached_ = true;
  }

  void stop() {
    attach();
    EXPECT_EQ(safepoint_.stop(state_), StopOutcome::world_is_stopped);
    stopped_ = true;
  }

  Safepoint safepoint_{};
  MutatorState state_{"guilty"};

 private:
  bool attached_ = false;
  bool stopped_ = false;
};

TEST_F(SafepointDeathTest, DoubleAttachNamesBothPlaces) {
  attach();
  const std::string line = next_line();
  const auto again = [&] { safepoint_.attach(state_); };
  EXPECT_DEATH(again(), "fatal: mutator attached twice\n  which: \"guilty\"\n  at .*" + line +
                            "\n  last attached at .*safepoint_test\\.cpp:.*\n  to do: attach it once");
}

TEST_F(SafepointDeathTest, AttachToASecondHeapIsReported) {
  attach();
  Safepoint other;
  EXPECT_DEATH(other.attach(state_), "mutator attached twice");
}

TEST_F(SafepointDeathTest, UseBeforeAttachIsReported) {
  EXPECT_DEATH(safepoint_.detach(state_), "mutator detached while it isn't attached");
  EXPECT_DEATH(safepoint_.enter_foreign(state_), "foreign code entered by a mutator that isn't attached");
  EXPECT_DEATH(safepoint_.leave_foreign(state_), "foreign code left by a mutator that has not entered it");
  EXPECT_DEATH((void)safepoint_.stop(state_), "world stopped by a mutator that isn't attached");
  EXPECT_DEATH(safepoint_.resume(state_), "world resumed by a mutator that has not stopped it");
  EXPECT_DEATH(safepoint_.for_each_mutator(state_, [](MutatorState&) {}), "mutators visited by one that has not");
}

TEST_F(SafepointDeathTest, UseAfterDetachIsReportedWithThePlaceOfTheLastAttach) {
  const std::string line = next_line();
  safepoint_.attach(state_);
  safepoint_.detach(state_);
  EXPECT_DEATH(safepoint_.detach(state_), "isn't attached\n.*\n.*\n  last attached at .*" + line);
  EXPECT_DEATH((void)safepoint_.stop(state_), "isn't attached\n.*\n.*\n  last attached at .*" + line);
}

TEST_F(SafepointDeathTest, PollAfterDetachIsReportedDuringAStop) {
  stop();
  MutatorState gone("gone");
  EXPECT_DEATH(safepoint_.poll(gone), "poll by a mutator that isn't attached");
}

TEST_F(SafepointDeathTest, UseWithALiveStopOfOnesOwnIsReported) {
  stop();
  EXPECT_DEATH(safepoint_.detach(state_), "mutator detached while it holds the world stopped\n(.*\n)*.*call resume");
  EXPECT_DEATH(safepoint_.poll(state_), "poll by the mutator that holds the world stopped");
  EXPECT_DEATH((void)safepoint_.stop(state_), "world stopped by a mutator that holds it stopped already");
  EXPECT_DEATH(safepoint_.enter_foreign(state_), "foreign code entered by a mutator that holds the world stopped");
  EXPECT_DEATH(safepoint_.attach(state_), "mutator attached twice");
}

TEST_F(SafepointDeathTest, ForeignCodeIsLeftOnceAndBeforeAnythingElse) {
  attach();
  EXPECT_DEATH(safepoint_.leave_foreign(state_), "foreign code left by a mutator that has not entered it");
  safepoint_.enter_foreign(state_);
  EXPECT_DEATH(safepoint_.enter_foreign(state_), "foreign code entered twice");
  EXPECT_DEATH(safepoint_.detach(state_), "mutator detached in foreign code\n(.*\n)*.*call leave_foreign first");
  EXPECT_DEATH((void)safepoint_.stop(state_), "world stopped from foreign code");
  safepoint_.leave_foreign(state_);
}

TEST_F(SafepointDeathTest, ResumeByAnotherMutatorIsReported) {
  MutatorState other("other");
  safepoint_.attach(other);
  safepoint_.enter_foreign(other);
  stop();
  EXPECT_DEATH(safepoint_.resume(other), "world resumed by a mutator that has not stopped it\n  which: \"other\"");
  safepoint_.resume(state_);
  EXPECT_DEATH(safepoint_.resume(state_), "world resumed by a mutator that has not stopped it");
  EXPECT_EQ(safepoint_.stop(state_), StopOutcome::world_is_stopped);
  safepoint_.resume(state_);
  safepoint_.leave_foreign(other);
  safepoint_.detach(other);
  EXPECT_EQ(safepoint_.stop(state_), StopOutcome::world_is_stopped);
}

TEST_F(SafepointDeathTest, DestructionWhileAttachedIsReported) {
  const auto forget = [&] {
    MutatorState short_lived("short-lived");
    safepoint_.attach(short_lived);
  };
  EXPECT_DEATH(forget(),
               "mutator destroyed while it is attached\n  which: \"short-lived\"\n  attached at .*safepoint_test");
  const auto forget_all = [&] {
    Safepoint short_lived;
    short_lived.attach(state_);
  };
  EXPECT_DEATH(forget_all(), "safepoint destroyed while a mutator is attached\n  which: \"guilty\"");
}

}  // namespace
