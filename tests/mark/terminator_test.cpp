// Terminator: what rest returns to a single worker, and who wakes up when there are several.
#include <hallmark/mark/terminator.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using hallmark::Terminator;

TEST(Terminator, IsDoneWhenTheOnlyWorkerFindsNothing) {
  Terminator<16> terminator(1);
  int looks = 0;
  EXPECT_FALSE(terminator.rest(0, [&] {
    ++looks;
    return false;
  }));
  EXPECT_EQ(looks, 1);
}

TEST(Terminator, ReturnsAWorkerThatSeesWorkAndStaysUsable) {
  Terminator<16> terminator(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(terminator.rest(0, [] { return true; }));
  EXPECT_FALSE(terminator.rest(0, [] { return false; }));
}

TEST(Terminator, AnnouncesToNobodyWithoutEffect) {
  Terminator<16> terminator(2);
  terminator.announce(0);
  terminator.announce(5);
  terminator.announce_to(0);
  terminator.announce_to(1);
  std::thread other([&] { EXPECT_FALSE(terminator.rest(1, [] { return false; })); });
  EXPECT_FALSE(terminator.rest(0, [] { return false; }));
  other.join();
}

/// Workers 1 and up rest; `woken` counts those that rest has returned true to.
class Resting {
 public:
  explicit Resting(unsigned workers) : terminator(workers) {
    for (unsigned worker = 1; worker < workers; ++worker) {
      threads_.emplace_back([this, worker] {
        const auto nothing = [this] {
          ++looks;
          return false;
        };
        while (terminator.rest(worker, nothing)) {
          ++woken;
          who = worker;
        }
        ++ended;
      });
    }
    wait_for(looks, workers - 1);
  }
  ~Resting() {
    for (std::thread& thread : threads_) thread.join();
  }
  Resting(const Resting&) = delete;
  Resting& operator=(const Resting&) = delete;

  static void wait_for(const std::atomic<unsigned>& count, unsigned least) {
    while (count.load() < least) std::this_thread::yield();
  }

  Terminator<64> terminator;
  std::atomic<unsigned> looks{0};
  std::atomic<unsigned> woken{0};
  std::atomic<unsigned> ended{0};
  std::atomic<unsigned> who{0};

 private:
  std::vector<std::thread> threads_;
};

TEST(Terminator, WakesAsManyWorkersAsThereAreItems) {
  for (const unsigned items : {0U, 1U, 2U, 5U}) {
    Resting others(6);
    others.terminator.announce(items);
    Resting::wait_for(others.looks, 5 + items);  // each that is woken looks again
    EXPECT_EQ(others.woken.load(), items);
    EXPECT_EQ(others.ended.load(), 0U);
    EXPECT_FALSE(others.terminator.rest(0, [] { return false; }));
  }
}

TEST(Terminator, WakesAllWhenThereAreMoreItemsThanWorkers) {
  Resting others(4);
  others.terminator.announce(100);
  Resting::wait_for(others.looks, 6);
  EXPECT_EQ(others.woken.load(), 3U);
  EXPECT_FALSE(others.terminator.rest(0, [] { return false; }));
}

TEST(Terminator, WakesTheWorkerThatIsMeant) {
  Resting others(64);
  for (const unsigned worker : {1U, 40U, 63U}) {
    const unsigned looks = others.looks.load();
    others.terminator.announce_to(worker);
    Resting::wait_for(others.looks, looks + 1);
    EXPECT_EQ(others.who.load(), worker);
  }
  EXPECT_EQ(others.woken.load(), 3U);
  EXPECT_FALSE(others.terminator.rest(0, [] { return false; }));
}

TEST(Terminator, EndsAllWorkersTogether) {
  Resting others(16);
  EXPECT_EQ(others.ended.load(), 0U);
  EXPECT_FALSE(others.terminator.rest(0, [] { return false; }));
  Resting::wait_for(others.ended, 15);
  EXPECT_EQ(others.woken.load(), 0U);
}

}  // namespace
