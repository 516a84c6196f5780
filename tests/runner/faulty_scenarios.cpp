// Scenarios that go wrong, each in its own way, and twins that don't: what hallmark-check must say of them is in
// CMakeLists.txt.
#include <chrono>
#include <cstdlib>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using check::Scenario;
using check::ScenarioInfo;

/// Message passing; `Order` is that of the flag's store.
template <vocabulary::Label L, vocabulary::MemoryOrder Order>
class MessagePassing : public Scenario {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      data_.write(7);
      // Publishes the data. Pairs with faulty.message_passing.load_flag.
      flag_.store(1, sync::order<L>(vocabulary::OrderConstant<Order>()));
      return;
    }
    // Receives the data. Pairs with sound.no_race.store_flag.
    if (flag_.load(order<"faulty.message_passing.load_flag">(acquire)) == 0) return;
    reached("flag seen");
    expect(data_.read() == 7, "the flag was seen and the data was not");
  }

 private:
  sync::plain<int> data_;
  sync::atomic<int> flag_;
};

class Race final : public MessagePassing<"faulty.race.store_flag", vocabulary::MemoryOrder::relaxed> {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.race", .holds = "nothing", .witnesses = {"flag seen"}};
};

class NoRace final : public MessagePassing<"sound.no_race.store_flag", vocabulary::MemoryOrder::release> {
 public:
  static constexpr ScenarioInfo kInfo{.name = "sound.no_race",
                                      .holds = "what precedes a release is seen after the acquire",
                                      .witnesses = {"flag seen"}};
};

class Deadlock final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.deadlock", .holds = "nothing"};
  void thread(unsigned id) override {
    sync::mutex& first = id == 0 ? a_ : b_;
    sync::mutex& second = id == 0 ? b_ : a_;
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  }

 private:
  sync::mutex a_{{1}, "a"};
  sync::mutex b_{{2}, "b"};
};

/// One thread waits for the other's word. `NotifyUnderLock` is right; without, the word may come between the waiter's
/// test and its wait.
template <bool NotifyUnderLock>
class WakeUp : public Scenario {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      lock_.lock();
      while (ready_.load(order<"faulty.wake_up.load_ready">(relaxed)) == 0) {
        reached("waited");
        changed_.wait(lock_);
      }
      lock_.unlock();
      return;
    }
    if (NotifyUnderLock) lock_.lock();
    ready_.store(1, order<"faulty.wake_up.store_ready">(relaxed));
    changed_.notify_one();
    if (NotifyUnderLock) lock_.unlock();
  }

 private:
  sync::mutex lock_{{1}, "lock"};
  sync::condition changed_;
  sync::atomic<int> ready_;
};

class LostWakeUp final : public WakeUp<false> {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.lost_wake_up", .holds = "nothing", .witnesses = {"waited"}};
};

class NoLostWakeUp final : public WakeUp<true> {
 public:
  static constexpr ScenarioInfo kInfo{
      .name = "sound.no_lost_wake_up", .holds = "a notification under the lock is not lost", .witnesses = {"waited"}};
};

/// The same with waits that may time out. That they may hides no lost wake-up.
template <bool NotifyUnderLock>
class TimedWakeUp : public Scenario {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      lock_.lock();
      while (!ready_.read()) reached(changed_.wait_for(lock_, std::chrono::hours(1)) ? "notified" : "timed out");
      lock_.unlock();
      return;
    }
    lock_.lock();
    ready_.write(true);
    if (NotifyUnderLock) changed_.notify_one();
    lock_.unlock();
  }

 private:
  sync::mutex lock_{{1}, "lock"};
  sync::condition changed_;
  sync::plain<bool> ready_;
};

class TimedNoWakeUp final : public TimedWakeUp<false> {
 public:
  static constexpr ScenarioInfo kInfo{
      .name = "faulty.timed_no_wake_up", .holds = "nothing", .witnesses = {"notified", "timed out"}};
};

class TimedWait final : public TimedWakeUp<true> {
 public:
  static constexpr ScenarioInfo kInfo{.name = "sound.timed_wait",
                                      .holds = "a wait ends by its time, too, and a loop around it goes on",
                                      .witnesses = {"notified", "timed out"}};
};

/// A point where no lock may be held; `Holds` comes to it with one.
template <bool Holds>
class PointWithoutLocks : public Scenario {
 public:
  void thread(unsigned) override {
    sync::expect_no_lock_held("begins", vocabulary::Place::here());
    if (lock_.try_lock()) {
      reached("locked");
      if (!Holds) lock_.unlock();
      sync::expect_no_lock_held("comes to the point", vocabulary::Place::here());
      if (Holds) lock_.unlock();
    }
    lock_.lock();
    lock_.unlock();
    sync::expect_no_lock_held("ends", vocabulary::Place::here());
  }

 private:
  sync::mutex lock_{{1}, "lock"};
};

class HeldLock final : public PointWithoutLocks<true> {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.held_lock", .holds = "nothing", .witnesses = {"locked"}};
};

class ReleasedLock final : public PointWithoutLocks<false> {
 public:
  static constexpr ScenarioInfo kInfo{
      .name = "sound.released_lock", .holds = "a lock that was released is not held", .witnesses = {"locked"}};
};

class Misused final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.misused", .holds = "nothing"};
  void thread(unsigned id) override {
    if (id == 1) sync::report_misuse({.what = "the scenario is misused", .name = "it", .to_do = "don't"});
  }
};

class Livelock final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.livelock", .holds = "nothing"};
  void thread(unsigned) override {
    while (never_.load(order<"faulty.livelock.load_never">(relaxed)) == 0) continue;
  }

 private:
  sync::atomic<int> never_;
};

class Crash final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.crash", .holds = "nothing"};
  void thread(unsigned) override { std::abort(); }
};

class Hang final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.hang", .holds = "nothing"};
  void thread(unsigned) override {
    for (volatile bool forever = true; forever;) continue;
  }
};

class Unreached final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.unreached", .holds = "nothing", .witnesses = {"pigs fly"}};
  void thread(unsigned) override {
    if (value_.load(order<"faulty.unreached.load_value">(relaxed)) == 1) reached("pigs fly");
  }

 private:
  sync::atomic<int> value_;
};

class UnlistedWitness final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.unlisted_witness", .holds = "nothing", .witnesses = {"listed"}};
  void thread(unsigned) override { reached("unlisted"); }
};

class UnlistedOutcome final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.unlisted_outcome", .holds = "nothing", .outcomes = {"0", "1"}};
  void thread(unsigned id) override {
    if (id == 0) winners_.fetch_add(1, order<"faulty.unlisted_outcome.rmw_winners">(relaxed));
    if (id == 1) winners_.fetch_add(1, order<"faulty.unlisted_outcome.rmw_winners_too">(relaxed));
  }
  void after() override { outcome(winners_.load(check::observing()) == 2 ? "2" : "1"); }

 private:
  sync::atomic<int> winners_;
};

class BrokenInvariant final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "faulty.broken_invariant", .holds = "nothing"};
  void thread(unsigned id) override {
    if (id == 0) level_.store(1, order<"faulty.broken_invariant.store_level">(relaxed));
    if (id == 0) level_.store(0, order<"faulty.broken_invariant.store_level_back">(relaxed));
  }
  void invariant() override { expect(level_.load(check::observing()) == 0, "the level is not 0"); }

 private:
  sync::atomic<int> level_;
};

/// A failing compare-exchange is a load: it may read an old value.
class StaleFailure final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "sound.stale_failure",
                                      .holds = "a compare-exchange fails on the initial or on the new value",
                                      .outcomes = {"0", "1"}};
  void thread(unsigned id) override {
    if (id == 0) {
      value_.store(1, order<"sound.stale_failure.store_value">(relaxed));
      done_.store(1, order<"sound.stale_failure.store_done">(relaxed));
    } else if (done_.load(order<"sound.stale_failure.load_done">(relaxed)) == 1) {
      seen_ = 9;
      value_.compare_exchange_strong(seen_, 5, order<"sound.stale_failure.cas_value">(relaxed),
                                     order<"sound.stale_failure.cas_fail_value">(relaxed));
    }
  }
  void after() override { outcome(seen_ == 0 ? "0" : "1"); }

 private:
  sync::atomic<int> value_;
  sync::atomic<int> done_;
  int seen_ = 1;
};

const RegisterScenario<Race> race;
const RegisterScenario<NoRace> no_race;
const RegisterScenario<Deadlock> deadlock;
const RegisterScenario<LostWakeUp> lost_wake_up;
const RegisterScenario<NoLostWakeUp> no_lost_wake_up;
const RegisterScenario<TimedNoWakeUp> timed_no_wake_up;
const RegisterScenario<TimedWait> timed_wait;
const RegisterScenario<HeldLock> held_lock;
const RegisterScenario<ReleasedLock> released_lock;
const RegisterScenario<Misused> misused;
const RegisterScenario<Livelock> livelock;
const RegisterScenario<Crash> crash;
const RegisterScenario<Hang> hang;
const RegisterScenario<Unreached> unreached;
const RegisterScenario<UnlistedWitness> unlisted_witness;
const RegisterScenario<UnlistedOutcome> unlisted_outcome;
const RegisterScenario<BrokenInvariant> broken_invariant;
const RegisterScenario<StaleFailure> stale_failure;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
