// Small programs of the kinds that the kernel is made of, each sound one with a broken twin that must be caught.
#include "tests/explorer/explore.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using Int = sync::atomic<int>;
using check::LockRank;

/// A flag that hands over a plain object.
template <MemoryOrder Store, MemoryOrder Load>
class HandOver final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      object_.write(42);
      ready_.store(1, order<"hand_over.give.store_ready">(constant<Store>));
    } else if (ready_.load(order<"hand_over.take.load_ready">(constant<Load>)) == 1) {
      reached("a");
      expect(object_.read() == 42, "the object is not what was written");
    }
  }

 private:
  sync::plain<int> object_;
  Int ready_;
};

TEST(HandOver, NeedsReleaseAndAcquire) {
  using enum MemoryOrder;
  const Explored sound = explore<HandOver<release, acquire>>();
  EXPECT_TRUE(sound.holds());
  EXPECT_EQ(sound.result.executions, 2U);
  EXPECT_EQ(sound.counters.witnesses[0], 1U);
  EXPECT_TRUE((explore<HandOver<relaxed, acquire>>().is_violated_by("data race")));
  EXPECT_TRUE((explore<HandOver<release, relaxed>>().is_violated_by("data race")));
}

/// Two plain writes, and a plain write against a read, with nothing between.
template <bool BothWrite>
class BareRace final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 0 || BothWrite) {
      object_.write(1);
    } else {
      static_cast<void>(object_.read());
    }
  }

 private:
  sync::plain<int> object_;
};

TEST(BareRace, IsReported) {
  EXPECT_TRUE(explore<BareRace<true>>().is_violated_by("data race"));
  EXPECT_TRUE(explore<BareRace<false>>().is_violated_by("data race"));
}

/// C++20 ends a release sequence at a store of the same thread; a read-modify-write of any thread continues it.
enum class Continued { by_a_store, by_its_rmw, by_anothers_rmw };
template <Continued How>
class ReleaseSequence final : public Program<3> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      object_.write(1);
      flag_.store(1, order<"release_sequence.head.store_flag">(release));
      if (How == Continued::by_a_store) flag_.store(2, order<"release_sequence.head.store_flag_again">(relaxed));
      if (How == Continued::by_its_rmw) flag_.fetch_add(1, order<"release_sequence.head.rmw_flag">(relaxed));
    } else if (id == 1 && How == Continued::by_anothers_rmw) {
      flag_.fetch_add(1, order<"release_sequence.other.rmw_flag">(relaxed));
    } else if (id == 2 && flag_.load(order<"release_sequence.take.load_flag">(acquire)) == 2) {
      static_cast<void>(object_.read());
    }
  }

 private:
  sync::plain<int> object_;
  Int flag_;
};

TEST(ReleaseSequence, IsContinuedByReadModifyWritesOnly) {
  EXPECT_TRUE(explore<ReleaseSequence<Continued::by_a_store>>().is_violated_by("data race"));
  EXPECT_TRUE(explore<ReleaseSequence<Continued::by_its_rmw>>().holds());
  EXPECT_TRUE(explore<ReleaseSequence<Continued::by_anothers_rmw>>().holds());
}

/// A failing compare-exchange reads old values, and synchronises with its failure order.
template <MemoryOrder Failure>
class FailingExchange final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      object_.write(1);
      flag_.store(1, order<"failing_exchange.give.store_flag">(release));
      flag_.store(2, order<"failing_exchange.give.store_flag_again">(release));
      return;
    }
    int expected = 3;
    expect(!flag_.compare_exchange_strong(expected, 4, order<"failing_exchange.take.cas_flag">(acq_rel),
                                          order<"failing_exchange.take.cas_fail_flag">(constant<Failure>)),
           "it found 3");
    reached(expected == 0 ? "a" : expected == 1 ? "b" : "c");
    if (expected == 1) static_cast<void>(object_.read());
  }

 private:
  sync::plain<int> object_;
  Int flag_;
};

TEST(FailingExchange, ReadsAnyValueInItsFailureOrder) {
  const Explored sound = explore<FailingExchange<MemoryOrder::acquire>>();
  EXPECT_TRUE(sound.holds());
  EXPECT_EQ(sound.result.executions, 3U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sound.counters.witnesses[static_cast<std::size_t>(i)], 1U);
  EXPECT_TRUE(explore<FailingExchange<MemoryOrder::relaxed>>().is_violated_by("data race"));
}

/// Markers that want the same bit of a byte, and a neighbour's.
template <unsigned Markers, bool Atomic>
class MarkBit final : public Program<Markers> {
 public:
  void thread(unsigned id) override {
    const auto bit = static_cast<std::uint8_t>(id == 2 ? 2 : 1);  // thread 2 has a neighbour to mark
    if (Atomic) {
      won_[id] = (bits_.fetch_or(bit, order<"mark_bit.try_mark.rmw_bits">(acq_rel)) & bit) == 0;
    } else {
      const std::uint8_t old = bits_.load(order<"mark_bit.try_mark.load_bits">(seq_cst));
      bits_.store(static_cast<std::uint8_t>(old | bit), order<"mark_bit.try_mark.store_bits">(seq_cst));
      won_[id] = (old & bit) == 0;
    }
  }
  void after() override {
    this->expect(bits_.load(check::observing()) == (Markers > 2 ? 3 : 1), "a bit was erased");
    this->expect(won_[0] != won_[1], "not one winner");
  }

 private:
  sync::atomic<std::uint8_t> bits_;
  std::array<bool, Markers> won_{};
};

TEST(MarkBit, HasOneWinner) {
  EXPECT_EQ((count<MarkBit<2, true>>()), 2U);
  EXPECT_EQ((count<MarkBit<3, true>>()), 6U);
  EXPECT_TRUE((explore<MarkBit<2, false>>().is_violated_by("not one winner")));
  EXPECT_EQ((explore<MarkBit<3, false>>().result.verdict), check::RunVerdict::violated);
}

/// Something is made once, behind a flag that is looked at without the lock first.
template <MemoryOrder Store, MemoryOrder Load, bool LooksAgain>
class DoubleChecked final : public Program<3> {
 public:
  void thread(unsigned) override {
    if (made_.load(order<"double_checked.get.load_made">(constant<Load>)) == 0) {
      mutex_.lock();
      if (!LooksAgain || made_.load(order<"double_checked.get.load_made_again">(relaxed)) == 0) {
        times_.write(times_.read() + 1);
        object_.write(42);
        made_.store(1, order<"double_checked.get.store_made">(constant<Store>));
      }
      mutex_.unlock();
    }
    expect(object_.read() == 42, "the object is not made");
  }
  void after() override { expect(times_.read() == 1, "the object was made twice"); }

 private:
  sync::mutex mutex_{LockRank{1}, "made"};
  Int made_;
  sync::plain<int> object_, times_;
};

TEST(DoubleChecked, IsMadeOnceAndSeen) {
  using enum MemoryOrder;
  EXPECT_TRUE((explore<DoubleChecked<release, acquire, true>>().holds()));
  EXPECT_TRUE((explore<DoubleChecked<relaxed, acquire, true>>().is_violated_by("data race")));
  EXPECT_TRUE((explore<DoubleChecked<release, relaxed, true>>().is_violated_by("data race")));
  EXPECT_EQ((explore<DoubleChecked<release, acquire, false>>().result.verdict), check::RunVerdict::violated);
}

/// Bounded inbox: two senders of one cell each try, one receiver drains; what was refused stays with the sender.
template <bool SaysFull, MemoryOrder Push, MemoryOrder Take>
class Inbox final : public Program<3> {
 public:
  void thread(unsigned id) override {
    if (id == 2) {
      receive();
      return;
    }
    objects_[id].write(10 + static_cast<int>(id));
    int empty = 0;
    if (!cell_.compare_exchange_strong(empty, static_cast<int>(id) + 1, order<"inbox.push.cas_cell">(constant<Push>),
                                       order<"inbox.push.cas_fail_cell">(relaxed))) {
      reached("a");
      kept_[id] = SaysFull;
    }
  }
  void after() override {
    receive();
    for (unsigned id = 0; id < 2; ++id) expect(received_[id] + (kept_[id] ? 1 : 0) == 1, "an item was lost or doubled");
  }

 private:
  void receive() {
    const int item = cell_.exchange(0, order<"inbox.drain.rmw_cell">(constant<Take>));
    if (item == 0) return;
    const auto sender = static_cast<std::size_t>(item - 1);
    expect(objects_[sender].read() == 9 + item, "the object is not what was sent");
    ++received_[sender];
  }

  Int cell_;
  std::array<sync::plain<int>, 2> objects_;
  std::array<bool, 2> kept_{};
  std::array<int, 2> received_{};
};

TEST(Inbox, LosesNothing) {
  using enum MemoryOrder;
  const Explored sound = explore<Inbox<true, release, acquire>>();
  EXPECT_TRUE(sound.holds());
  EXPECT_GT(sound.counters.witnesses[0], 0U);
  EXPECT_TRUE((explore<Inbox<false, release, acquire>>().is_violated_by("lost or doubled")));
  EXPECT_TRUE((explore<Inbox<true, relaxed, acquire>>().is_violated_by("data race")));
  EXPECT_TRUE((explore<Inbox<true, release, relaxed>>().is_violated_by("data race")));
}

/// Two workers; worker 0 has an item and hands it to worker 1. Whoever goes idle decrements the number of active ones,
/// and all end when it is zero. The worker that hands over counts the receiver as active, before.
template <bool CountsInTime>
class Termination final : public Program<2> {
 public:
  Termination() : active_(1) {}

  void thread(unsigned id) override {
    if (id == 0) {
      if (CountsInTime) active_.fetch_add(1, order<"termination.hand_over.rmw_active">(relaxed));
      item_.store(1, order<"termination.hand_over.store_item">(release));
      active_.fetch_sub(1, order<"termination.idle.rmw_active">(acq_rel));
      sync::await([&] { return active_.load(order<"termination.idle.load_active">(acquire)) == 0; });
      expect(done_.read() == 1, "ended while an item was in flight");
    } else {
      sync::await([&] { return item_.load(order<"termination.take.load_item">(acquire)) == 1; });
      if (!CountsInTime) active_.fetch_add(1, order<"termination.take.rmw_active">(acq_rel));
      done_.write(1);
      active_.fetch_sub(1, order<"termination.take.rmw_active_done">(acq_rel));
    }
  }

 private:
  Int active_, item_;
  sync::plain<int> done_;
};

TEST(Termination, TheCountNeverTouchesZeroInBetween) {
  EXPECT_TRUE(explore<Termination<true>>().holds());
  EXPECT_EQ(explore<Termination<false>>().result.verdict, check::RunVerdict::violated);
}

/// The same with a condition: the last one to go idle wakes up the others. The broken one notifies without the lock,
/// so that the notification may fall between the test and the wait.
template <unsigned Threads, bool UnderTheLock, bool All>
class Parking final : public Program<Threads> {
 public:
  Parking() : active_(Threads) {}

  void thread(unsigned) override {
    if (active_.fetch_sub(1, order<"parking.idle.rmw_active">(acq_rel)) == 1) {
      if (UnderTheLock) mutex_.lock();
      if (All) {
        all_idle_.notify_all();
      } else {
        all_idle_.notify_one();
      }
      if (UnderTheLock) mutex_.unlock();
      return;
    }
    mutex_.lock();
    while (active_.load(order<"parking.idle.load_active">(acquire)) != 0) all_idle_.wait(mutex_);
    mutex_.unlock();
  }

 private:
  sync::mutex mutex_{LockRank{1}, "parking"};
  sync::condition all_idle_;
  Int active_;
};

TEST(Parking, LosesNoWakeUp) {
  EXPECT_TRUE((explore<Parking<2, true, true>>().holds()));
  EXPECT_TRUE((explore<Parking<3, true, true>>().holds()));
  EXPECT_TRUE((explore<Parking<2, false, true>>().is_violated_by("lost wake-up")));
  EXPECT_TRUE((explore<Parking<2, true, false>>().holds()));
  EXPECT_TRUE((explore<Parking<3, true, false>>().is_violated_by("lost wake-up")));
}

/// Two threads wait for a permit each. Whoever gets the first one while both wait has been chosen by notify_one.
class AnyWaiter final : public Program<3> {
 public:
  void thread(unsigned id) override {
    if (id == 2) {
      give(true);
      give(false);
      return;
    }
    mutex_.lock();
    waiting_.write(waiting_.read() + 1);
    while (permits_.read() == 0) condition_.wait(mutex_);
    permits_.write(permits_.read() - 1);
    if (both_wait_.read()) reached(id == 0 ? "a" : "b");
    both_wait_.write(false);
    mutex_.unlock();
  }

 private:
  void give(bool first) {
    mutex_.lock();
    permits_.write(permits_.read() + 1);
    both_wait_.write(first && waiting_.read() == 2);
    condition_.notify_one();
    mutex_.unlock();
  }

  sync::mutex mutex_{LockRank{1}, "waiters"};
  sync::condition condition_;
  sync::plain<int> permits_, waiting_;
  sync::plain<bool> both_wait_;
};

TEST(AnyWaiter, IsWoken) {
  const Explored explored = explore<AnyWaiter>();
  EXPECT_TRUE(explored.holds()) << explored.result.failure;
  EXPECT_GT(explored.counters.witnesses[0], 0U);
  EXPECT_EQ(explored.counters.witnesses[0], explored.counters.witnesses[1]);
}

template <bool InOneOrder>
class TwoMutexes final : public Program<2> {
 public:
  void thread(unsigned id) override {
    sync::mutex& first = id == 0 || InOneOrder ? a_ : b_;
    sync::mutex& second = id == 0 || InOneOrder ? b_ : a_;
    first.lock();
    second.lock();
    second.unlock();
    first.unlock();
  }

 private:
  sync::mutex a_{LockRank{1}, "a"}, b_{LockRank{2}, "b"};
};

TEST(TwoMutexes, DeadlockInOppositeOrders) {
  EXPECT_EQ(count<TwoMutexes<true>>(), 2U);
  EXPECT_TRUE(explore<TwoMutexes<false>>().is_violated_by("deadlock"));
}

template <bool Unlocks>
class Holder final : public Program<2> {
 public:
  void thread(unsigned) override {
    // Through pointers, because clang sees that this is wrong.
    using Operation = void (sync::mutex::*)(check::Place);
    const auto call = [&](Operation operation) { (mutex_.*operation)(check::Place::here()); };
    call(&sync::mutex::lock);
    if (Unlocks) call(&sync::mutex::unlock);
    if (Unlocks) call(&sync::mutex::unlock);
  }

 private:
  sync::mutex mutex_{LockRank{1}, "held"};
};

TEST(Holder, LocksAndUnlocksInPairs) {
  EXPECT_TRUE(explore<Holder<false>>().is_violated_by("deadlock"));
  EXPECT_TRUE(explore<Holder<true>>().is_violated_by("doesn't hold"));
}

class TryLock final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (mutex_.try_lock()) {
      counter_.write(counter_.read() + 1);
      mutex_.unlock();
    } else {
      reached(id == 0 ? "a" : "b");
    }
  }

 private:
  sync::mutex mutex_{LockRank{1}, "tried"};
  sync::plain<int> counter_;
};

// Either goes first; the other comes later and gets it, or sees it held.
TEST(TryLock, FailsWhileItIsHeld) {
  const Explored explored = explore<TryLock>();
  EXPECT_TRUE(explored.holds());
  EXPECT_EQ(explored.result.executions, 4U);
  EXPECT_EQ(explored.counters.witnesses[0], 1U);
  EXPECT_EQ(explored.counters.witnesses[1], 1U);
}

/// Waits for a value that is stored for a while, for good, or never.
enum class Stored { for_good, passing, never };
template <Stored How, bool WaiterFirst>
class Await final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if ((id == 0) == WaiterFirst) {
      sync::await([&] { return x_.load(order<"await.wait.load_x">(acquire)) == 1; });
      reached("a");
      return;
    }
    if (How != Stored::never) x_.store(1, order<"await.go.store_x">(release));
    if (How == Stored::passing) x_.store(2, order<"await.go.store_x_again">(release));
  }

 private:
  Int x_;
};

TEST(Await, EndsOrHangs) {
  EXPECT_EQ((count<Await<Stored::for_good, true>>()), 1U);
  EXPECT_EQ((count<Await<Stored::for_good, false>>()), 1U);
  EXPECT_TRUE((explore<Await<Stored::never, true>>().is_violated_by("hang")));
  // The value may be seen while it lasts, or missed for ever.
  EXPECT_TRUE((explore<Await<Stored::passing, true>>().is_violated_by("hang")));
  EXPECT_TRUE((explore<Await<Stored::passing, false>>().is_violated_by("hang")));
}

/// Threads that pass a token around, waiting for their turn.
template <unsigned Threads>
class Token final : public Program<Threads> {
 public:
  void thread(unsigned id) override {
    sync::await([&] { return turn_.load(order<"token.wait.load_turn">(acquire)) == id; });
    passed_.write(passed_.read() + 1);
    turn_.store(id + 1, order<"token.pass.store_turn">(release));
  }
  void after() override { this->expect(passed_.read() == Threads, "somebody was left out"); }

 private:
  sync::atomic<unsigned> turn_;
  sync::plain<unsigned> passed_;
};

TEST(Token, GoesRoundOnce) {
  EXPECT_EQ(count<Token<2>>(), 1U);
  EXPECT_EQ(count<Token<4>>(), 1U);
}

/// An await that looks at two locations.
class AwaitBoth final : public Program<3> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      sync::await([&] {
        return x_[0].load(order<"await_both.wait.load_x">(acquire)) == 1 &&
               x_[1].load(order<"await_both.wait.load_y">(acquire)) == 1;
      });
      for (const auto& object : objects_) expect(object.read() == 1, "not seen");
    } else {
      objects_[id - 1].write(1);
      x_[id - 1].store(1, order<"await_both.go.store_x">(release));
    }
  }

 private:
  std::array<Int, 2> x_;
  std::array<sync::plain<int>, 2> objects_;
};

TEST(AwaitBoth, SeesBoth) { EXPECT_EQ(count<AwaitBoth>(), 1U); }

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
