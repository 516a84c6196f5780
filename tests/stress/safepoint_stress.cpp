// Safepoint under real threads: mutators attach, work, poll, go into foreign code, stop the world and detach, in random
// order, each on its own.
//
// Oracle: what mutators and collectors share is plain, so a mutator that runs during a stop is a race; and it sees that
// the world is stopped. Collectors add up what the attached mutators have done: at the end nothing is missing. A hang
// is a time-out of the test.
#include <hallmark/safepoint/safepoint.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::MutatorState;
using hallmark::Safepoint;
using hallmark::StopOutcome;
using hallmark::Watchdog;
using hallmark::testing::Chaos;

constexpr std::uint64_t kSteps = HALLMARK_STRESS_ITEMS / 4 + 1;  // of each thread

/// All threads of one test, and what they share.
class World {
 public:
  explicit World(unsigned threads) : threads_(threads) {}

  void run(unsigned number) {
    Chaos::enter_thread(number);
    arrived_.fetch_add(1);
    while (arrived_.load() < threads_) std::this_thread::yield();
    std::uint64_t steps = 0;
    while (steps < kSteps) {
      Mutator self;
      safepoint_.attach(self);
      live(self, steps);
      hand_in(self);
      safepoint_.detach(self);
    }
  }

  std::uint64_t seen() const { return seen_; }
  std::uint64_t collections() const { return collections_; }
  std::uint64_t met() const { return met_; }
  std::uint64_t wrong() const { return wrong_; }

 private:
  struct Mutator : MutatorState {
    Mutator() : MutatorState("stress") {}
    std::uint64_t steps = 0;        // that no collector has seen
    std::uint64_t wrong = 0;        // work while the world was stopped
    std::uint64_t collections = 0;  // that it knows of
  };

  /// From attach to detach.
  void live(Mutator& self, std::uint64_t& steps) {
    do {
      ++steps;
      work(self);
      switch (Chaos::next() % 64) {
        case 0: collect(self); break;
        case 1: return;
        case 2:
        case 3:
        case 4:
        case 5:
          safepoint_.enter_foreign(self);
          if (Chaos::next() % 4 == 0) std::this_thread::yield();
          safepoint_.leave_foreign(self);
          break;
        default: safepoint_.poll(self); break;
      }
    } while (steps < kSteps);
  }

  void work(Mutator& self) {
    ++self.steps;
    if (stopped_ || collections_ < self.collections) ++self.wrong;
    self.collections = collections_;
  }

  void collect(Mutator& self) {
    if (safepoint_.stop(self) != StopOutcome::world_is_stopped) return;
    if (stopped_) ++wrong_;
    stopped_ = true;
    std::size_t mutators = 0;
    safepoint_.for_each_mutator(self, [&](MutatorState& state) {
      take(static_cast<Mutator&>(state));
      ++mutators;
    });
    ++collections_;
    met_ += mutators > 1 ? 1 : 0;
    stopped_ = false;
    safepoint_.resume(self);
  }

  /// While the world is stopped.
  void take(Mutator& mutator) {
    seen_ += mutator.steps;
    wrong_ += mutator.wrong;
    mutator.steps = mutator.wrong = 0;
  }

  /// What no collector has seen, before the mutator goes.
  void hand_in(Mutator& self) {
    while (safepoint_.stop(self) != StopOutcome::world_is_stopped) continue;
    take(self);
    safepoint_.resume(self);
  }

  const unsigned threads_;
  std::atomic<unsigned> arrived_{0};
  Safepoint safepoint_{Watchdog{std::chrono::milliseconds(1), [](const auto&, void*) {}, nullptr}};
  bool stopped_ = false;  // the rest: plain, written while the world is stopped
  std::uint64_t collections_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t met_ = 0;  // collections with more than one mutator
  std::uint64_t wrong_ = 0;
};

class SafepointStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }
};

TEST_P(SafepointStress, CollectorsMissNothingAndMeetNobody) {
  World world(GetParam());
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < GetParam(); ++number)
    threads.emplace_back([&world, number] { world.run(number); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(world.seen(), GetParam() * kSteps);
  EXPECT_EQ(world.wrong(), 0U) << "a mutator ran while the world was stopped, or saw an old one";
  EXPECT_GT(world.collections(), 0U);
  std::printf("%llu collections, %llu of them with several mutators\n",
              static_cast<unsigned long long>(world.collections()), static_cast<unsigned long long>(world.met()));
}

INSTANTIATE_TEST_SUITE_P(Threads, SafepointStress, testing::Values(1U, 2U, 3U, 4U, 8U));

}  // namespace
