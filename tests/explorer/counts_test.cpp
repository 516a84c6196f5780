// Numbers of executions of textbook programs: each test derives its number by hand. An execution is a graph of po, rf
// and mo. Too few means that executions are missed, too many that some are visited twice or should not exist.
#include "tests/explorer/explore.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using Int = sync::atomic<int>;

/// Writers, then readers, of one location. Readers come first in the order of threads.
template <unsigned Writers, unsigned Readers>
class OneLocation final : public Program<Writers + Readers> {
 public:
  void thread(unsigned id) override {
    if (id < Readers) {
      static_cast<void>(x_.load(order<"one_location.read.load_x">(relaxed)));
    } else {
      x_.store(static_cast<int>(id), order<"one_location.write.store_x">(relaxed));
    }
  }

 private:
  Int x_;
};

TEST(OneLocation, WritersComeInAnyOrder) {
  EXPECT_EQ((count<OneLocation<2, 0>>()), 2U);
  EXPECT_EQ((count<OneLocation<3, 0>>()), 6U);
  EXPECT_EQ((count<OneLocation<4, 0>>()), 24U);
  EXPECT_EQ((count<OneLocation<6, 0>>()), 720U);
}

// n! orders of the writes, and each reader reads one of them or the initial value.
TEST(OneLocation, EachReaderReadsAnyWrite) {
  EXPECT_EQ((count<OneLocation<1, 1>>()), 2U);
  EXPECT_EQ((count<OneLocation<1, 3>>()), 8U);
  EXPECT_EQ((count<OneLocation<2, 2>>()), 2U * 9);
  EXPECT_EQ((count<OneLocation<3, 1>>()), 6U * 4);
  EXPECT_EQ((count<OneLocation<3, 3>>()), 6U * 64);
}

/// Thread 0 reads k times, thread 1 writes n times.
template <unsigned Reads, unsigned Writes, bool ReaderFirst>
class Coherence final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if ((id == 0) == ReaderFirst) {
      for (unsigned i = 0; i < Reads; ++i) static_cast<void>(x_.load(order<"coherence.read.load_x">(relaxed)));
    } else {
      for (unsigned i = 1; i <= Writes; ++i) {
        x_.store(static_cast<int>(i), order<"coherence.write.store_x">(relaxed));
      }
    }
  }

 private:
  Int x_;
};

// Sequences of k values among 0..n that never go back: binomial(n + k, k).
TEST(Coherence, AReaderNeverGoesBack) {
  EXPECT_EQ((count<Coherence<2, 1, true>>()), 3U);
  EXPECT_EQ((count<Coherence<2, 2, true>>()), 6U);
  EXPECT_EQ((count<Coherence<3, 3, true>>()), 20U);
  EXPECT_EQ((count<Coherence<3, 3, false>>()), 20U);
  EXPECT_EQ((count<Coherence<5, 4, true>>()), 126U);
}

/// Thread 0 reads twice, the others write once.
template <unsigned Writers>
class ReadTwice final : public Program<Writers + 1> {
 public:
  void thread(unsigned id) override {
    if (id > 0) return x_.store(static_cast<int>(id), order<"read_twice.write.store_x">(relaxed));
    static_cast<void>(x_.load(order<"read_twice.read.load_x">(relaxed)));
    static_cast<void>(x_.load(order<"read_twice.read.load_x_again">(relaxed)));
  }

 private:
  Int x_;
};

// n! orders, and two of n + 1 values in their order.
TEST(ReadTwice, AReaderNeverGoesBackWhateverTheOrderOfTheWrites) {
  EXPECT_EQ(count<ReadTwice<2>>(), 2U * 6);
  EXPECT_EQ(count<ReadTwice<3>>(), 6U * 10);
}

/// Each thread writes its own location and reads the next thread's.
template <unsigned Threads, MemoryOrder Store, MemoryOrder Load>
class StoreBuffering final : public Program<Threads> {
 public:
  void thread(unsigned id) override {
    x_[id].store(1, order<"store_buffering.any.store_own">(constant<Store>));
    static_cast<void>(x_[(id + 1) % Threads].load(order<"store_buffering.any.load_next">(constant<Load>)));
  }

 private:
  std::array<Int, Threads> x_;
};

// Every load may miss the store; sequentially consistent ones not all at once.
TEST(StoreBuffering, AllMayMissUnlessSequentiallyConsistent) {
  using enum MemoryOrder;
  EXPECT_EQ((count<StoreBuffering<2, relaxed, relaxed>>()), 4U);
  EXPECT_EQ((count<StoreBuffering<2, release, acquire>>()), 4U);
  EXPECT_EQ((count<StoreBuffering<2, seq_cst, acquire>>()), 4U);
  EXPECT_EQ((count<StoreBuffering<2, release, seq_cst>>()), 4U);
  EXPECT_EQ((count<StoreBuffering<2, seq_cst, seq_cst>>()), 3U);
  EXPECT_EQ((count<StoreBuffering<3, relaxed, relaxed>>()), 8U);
  EXPECT_EQ((count<StoreBuffering<3, seq_cst, seq_cst>>()), 7U);
  EXPECT_EQ((count<StoreBuffering<4, seq_cst, seq_cst>>()), 15U);
  EXPECT_EQ((count<StoreBuffering<6, relaxed, relaxed>>()), 64U);
  EXPECT_EQ((count<StoreBuffering<6, seq_cst, seq_cst>>()), 63U);
}

template <MemoryOrder Store, MemoryOrder Load, unsigned Reader>
class MessagePassing final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == Reader) {
      static_cast<void>(flag_.load(order<"message_passing.read.load_flag">(constant<Load>)));
      static_cast<void>(data_.load(order<"message_passing.read.load_data">(relaxed)));
    } else {
      data_.store(1, order<"message_passing.write.store_data">(relaxed));
      flag_.store(1, order<"message_passing.write.store_flag">(constant<Store>));
    }
  }

 private:
  Int data_, flag_;
};

// (flag, data) = (1, 0) is excluded by release and acquire together.
TEST(MessagePassing, ReleaseAndAcquireTogetherExcludeOne) {
  using enum MemoryOrder;
  EXPECT_EQ((count<MessagePassing<relaxed, relaxed, 0>>()), 4U);
  EXPECT_EQ((count<MessagePassing<release, relaxed, 0>>()), 4U);
  EXPECT_EQ((count<MessagePassing<relaxed, acquire, 0>>()), 4U);
  EXPECT_EQ((count<MessagePassing<release, acquire, 0>>()), 3U);
  EXPECT_EQ((count<MessagePassing<relaxed, relaxed, 1>>()), 4U);
  EXPECT_EQ((count<MessagePassing<release, acquire, 1>>()), 3U);
}

class LoadBuffering final : public Program<2> {
 public:
  void thread(unsigned id) override {
    static_cast<void>(x_[id].load(order<"load_buffering.any.load_own">(relaxed)));
    x_[1 - id].store(1, order<"load_buffering.any.store_other">(relaxed));
  }

 private:
  std::array<Int, 2> x_;
};

// Of the four ways to read, both reading 1 needs a cycle in po and rf.
TEST(LoadBuffering, NoThinAir) { EXPECT_EQ(count<LoadBuffering>(), 3U); }

/// Two writers, each of its own location; two readers, who look in opposite order.
template <MemoryOrder Store, MemoryOrder Load>
class IndependentReads final : public Program<4> {
 public:
  void thread(unsigned id) override {
    if (id >= 2) return x_[id - 2].store(1, order<"independent_reads.write.store_x">(constant<Store>));
    static_cast<void>(x_[id].load(order<"independent_reads.read.load_one">(constant<Load>)));
    static_cast<void>(x_[1 - id].load(order<"independent_reads.read.load_other">(constant<Load>)));
  }

 private:
  std::array<Int, 2> x_;
};

TEST(IndependentReads, TheReadersDisagreeUnlessSequentiallyConsistent) {
  using enum MemoryOrder;
  EXPECT_EQ((count<IndependentReads<relaxed, relaxed>>()), 16U);
  EXPECT_EQ((count<IndependentReads<release, acquire>>()), 16U);
  EXPECT_EQ((count<IndependentReads<seq_cst, seq_cst>>()), 15U);
}

/// W+RWC: a store is handed over, then two threads look at each other's location.
template <MemoryOrder Store, MemoryOrder Load>
class HandedOverBuffering final : public Program<3> {
 public:
  void thread(unsigned id) override {
    switch (id) {
      case 0:
        x_.store(1, order<"handed_over.first.store_x">(seq_cst));
        y_.store(1, order<"handed_over.first.store_y">(constant<Store>));
        break;
      case 1:
        static_cast<void>(y_.load(order<"handed_over.second.load_y">(constant<Load>)));
        static_cast<void>(z_.load(order<"handed_over.second.load_z">(seq_cst)));
        break;
      default:
        z_.store(1, order<"handed_over.third.store_z">(seq_cst));
        static_cast<void>(x_.load(order<"handed_over.third.load_x">(seq_cst)));
        break;
    }
  }

 private:
  Int x_, y_, z_;
};

// Three loads of 0 or 1. Excluded, if there is a hand-over: y read, and then neither z nor x. The order of the
// sequentially consistent operations passes through the weaker hand-over.
TEST(HandedOverBuffering, SequentialConsistencyPassesThroughHappensBefore) {
  using enum MemoryOrder;
  EXPECT_EQ((count<HandedOverBuffering<relaxed, relaxed>>()), 8U);
  EXPECT_EQ((count<HandedOverBuffering<release, acquire>>()), 7U);
}

/// 2+2W: both write both locations, in opposite order.
template <MemoryOrder Store>
class TwoPlusTwoWrites final : public Program<2> {
 public:
  void thread(unsigned id) override {
    x_[id].store(1, order<"two_plus_two.any.store_first">(constant<Store>));
    x_[1 - id].store(2, order<"two_plus_two.any.store_second">(constant<Store>));
  }

 private:
  std::array<Int, 2> x_;
};

// Two orders at each location; sequentially consistent stores exclude that both first ones come last.
TEST(TwoPlusTwoWrites, BothFirstOnesMayComeLastUnlessSequentiallyConsistent) {
  EXPECT_EQ(count<TwoPlusTwoWrites<MemoryOrder::relaxed>>(), 4U);
  EXPECT_EQ(count<TwoPlusTwoWrites<MemoryOrder::release>>(), 4U);
  EXPECT_EQ(count<TwoPlusTwoWrites<MemoryOrder::seq_cst>>(), 3U);
}

template <unsigned Threads, unsigned Times>
class Counter final : public Program<Threads> {
 public:
  void thread(unsigned) override {
    for (unsigned i = 0; i < Times; ++i) x_.fetch_add(1, order<"counter.any.rmw_x">(relaxed));
  }
  void after() override {
    this->expect(x_.load(check::observing()) == static_cast<int>(Threads * Times), "an increment was lost");
  }

 private:
  Int x_;
};

// Read-modify-writes of one location are totally ordered: (n k)! / k!^n.
TEST(Counter, ReadModifyWritesInterleave) {
  EXPECT_EQ((count<Counter<2, 1>>()), 2U);
  EXPECT_EQ((count<Counter<4, 1>>()), 24U);
  EXPECT_EQ((count<Counter<6, 1>>()), 720U);
  EXPECT_EQ((count<Counter<2, 2>>()), 6U);
  EXPECT_EQ((count<Counter<2, 3>>()), 20U);
  EXPECT_EQ((count<Counter<3, 2>>()), 90U);
}

/// All threads want to be the one that makes 0 into something.
template <unsigned Threads, bool Weak>
class Election final : public Program<Threads> {
 public:
  void thread(unsigned id) override {
    int expected = 0;
    const int mine = static_cast<int>(id + 1);
    const auto success = order<"election.any.cas_x">(relaxed);
    const auto failure = order<"election.any.cas_fail_x">(relaxed);
    won_[id] = Weak ? x_.compare_exchange_weak(expected, mine, success, failure)
                    : x_.compare_exchange_strong(expected, mine, success, failure);
  }
  void after() override {
    unsigned winners = 0;
    for (const bool won : won_) winners += won ? 1 : 0;
    this->expect(winners == 1 || (Weak && winners == 0), "two winners");
    if (winners == 0) this->reached("a");
  }

 private:
  Int x_;
  std::array<bool, Threads> won_{};
};

// One wins; the others can't read 0, which would be to win.
TEST(Election, StrongHasOneWinner) {
  EXPECT_EQ((count<Election<2, false>>()), 2U);
  EXPECT_EQ((count<Election<3, false>>()), 3U);
  EXPECT_EQ((count<Election<4, false>>()), 4U);
}

// n winners times two ways to lose (the winner's value, or 0 and a spurious failure) for the others, and nobody.
TEST(Election, WeakMayFailOnTheExpectedValue) {
  EXPECT_EQ((count<Election<2, true>>()), 2U * 2 + 1);
  EXPECT_EQ((count<Election<3, true>>()), 3U * 4 + 1);
  EXPECT_EQ((explore<Election<3, true>>().counters.witnesses[0]), 1U);
}

/// A loop of weak compare-exchanges ends, because a thread doesn't fail spuriously twice in a row.
class WeakLoop final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 1) return;
    int expected = 0;
    while (!x_.compare_exchange_weak(expected, 1, order<"weak_loop.any.cas_x">(relaxed),
                                     order<"weak_loop.any.cas_fail_x">(relaxed))) {
    }
  }

 private:
  Int x_;
};

TEST(WeakLoop, FailsSpuriouslyAtMostOnce) { EXPECT_EQ(count<WeakLoop>(), 2U); }

template <unsigned Threads, unsigned Times>
class Exclusion final : public Program<Threads> {
 public:
  void thread(unsigned) override {
    for (unsigned i = 0; i < Times; ++i) {
      mutex_.lock();
      counter_.write(counter_.read() + 1);
      mutex_.unlock();
    }
  }
  void after() override { this->expect(counter_.read() == Threads * Times, "an increment was lost"); }

 private:
  sync::mutex mutex_{check::LockRank{1}, "mutex"};
  sync::plain<unsigned> counter_;
};

// Critical sections are totally ordered, like read-modify-writes.
TEST(Exclusion, CriticalSectionsInterleave) {
  EXPECT_EQ((count<Exclusion<2, 1>>()), 2U);
  EXPECT_EQ((count<Exclusion<3, 1>>()), 6U);
  EXPECT_EQ((count<Exclusion<4, 1>>()), 24U);
  EXPECT_EQ((count<Exclusion<2, 2>>()), 6U);
  EXPECT_EQ((count<Exclusion<3, 2>>()), 90U);
}

/// Two pairs of threads that have nothing to do with each other.
class Independent final : public Program<4> {
 public:
  void thread(unsigned id) override { x_[id / 2].fetch_add(1, order<"independent.any.rmw_x">(seq_cst)); }

 private:
  std::array<Int, 2> x_;
};

TEST(Independent, ThePairsMultiply) { EXPECT_EQ(count<Independent>(), 4U); }

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
