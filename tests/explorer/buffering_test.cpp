// Load buffering: what it adds to RC11, and that nothing comes out of thin air.
#include "models/engine/explorer/engine.hpp"

#include "models/mark/steal_queue_scenarios.hpp"
#include "tests/explorer/explore.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using Int = sync::atomic<int>;
using explorer_engine::Model;

template <class S>
Explored explore_both(Model model) {
  Explored explored;
  const check::ScenarioType type = type_of<S>();
  check::RunRequest request{.scenario = &type, .counters = &explored.counters};
  const auto engine = explorer_engine::make_engine(model);
  explored.result = engine->run(request);
  if (explored.result.verdict != check::RunVerdict::violated) return explored;
  EXPECT_TRUE(engine->parse_schedule(explored.result.schedule, request));
  request.trace = &explored.trace;
  explored.replayed = engine->run(request);
  return explored;
}

/// How many executions load buffering adds. Neither model may violate anything or visit an execution twice.
template <class S>
std::uint64_t added() {
  const Explored rc11 = explore_both<S>(Model::rc11);
  const Explored lb = explore_both<S>(Model::lb);
  EXPECT_TRUE(rc11.holds()) << rc11.result.failure;
  EXPECT_TRUE(lb.holds()) << lb.result.failure;
  EXPECT_EQ(lb.result.duplicates, 0U);
  EXPECT_EQ(lb.counters.executions, lb.result.executions);
  return lb.result.executions - rc11.result.executions;
}

enum class Depends { no, on_data, on_control, on_a_branch_that_does_not_matter, on_xor_with_itself };

/// Each thread loads its own location and then stores 1 to the next one's. The first `Dependent` threads' stores have
/// to do with the load.
template <unsigned Threads, Depends How, unsigned Dependent = Threads, MemoryOrder Store = MemoryOrder::relaxed,
          MemoryOrder Load = MemoryOrder::relaxed>
class Ring final : public Program<Threads> {
 public:
  void thread(unsigned id) override {
    const int seen = x_[id].load(order<"lb.any.load_own">(constant<Load>));
    seen_[id] = seen;
    Int& next = x_[(id + 1) % Threads];
    int value = 1;
    if (id < Dependent) {
      if (How == Depends::on_data) value = seen;
      if (How == Depends::on_control && seen == 0) return;
      if (How == Depends::on_a_branch_that_does_not_matter) value = seen == 0 ? 1 : 2 - seen;
      if (How == Depends::on_xor_with_itself) value = 1 + (seen ^ seen);
    }
    next.store(value, order<"lb.any.store_next">(constant<Store>));
  }
  void after() override {
    bool all = true;
    for (const int seen : seen_) all = all && seen == 1;
    if (all) this->reached("a");
  }

 private:
  std::array<Int, Threads> x_;
  std::array<int, Threads> seen_{};
};

/// In how many executions every load reads 1.
template <class S>
std::uint64_t buffered() {
  const Explored lb = explore_both<S>(Model::lb);
  EXPECT_TRUE(lb.holds()) << lb.result.failure;
  EXPECT_EQ(explore_both<S>(Model::rc11).counters.witnesses[0], 0U);
  return lb.counters.witnesses[0];
}

TEST(LoadBuffering, IsAllowedWithIndependentStores) {
  EXPECT_EQ((added<Ring<2, Depends::no>>()), 1U);
  EXPECT_EQ((added<Ring<3, Depends::no>>()), 1U);
  EXPECT_EQ((buffered<Ring<2, Depends::no>>()), 1U);
  EXPECT_EQ((buffered<Ring<4, Depends::no>>()), 1U);
}

TEST(LoadBuffering, IsExcludedBySynchronisationEverywhere) {
  using enum MemoryOrder;
  EXPECT_EQ((added<Ring<2, Depends::no, 2, release, relaxed>>()), 1U);
  EXPECT_EQ((added<Ring<2, Depends::no, 2, relaxed, acquire>>()), 1U);
  EXPECT_EQ((added<Ring<2, Depends::no, 2, release, acquire>>()), 0U);
}

TEST(LoadBuffering, BringsNothingOutOfThinAir) {
  EXPECT_EQ((buffered<Ring<2, Depends::on_data>>()), 0U);
  EXPECT_EQ((buffered<Ring<3, Depends::on_data>>()), 0U);
  EXPECT_EQ((buffered<Ring<2, Depends::on_control>>()), 0U);
  EXPECT_EQ((buffered<Ring<3, Depends::on_control>>()), 0U);
}

TEST(LoadBuffering, NeedsOneStoreThatDoesNotDependOnTheLoad) {
  EXPECT_EQ((buffered<Ring<2, Depends::on_data, 1>>()), 1U);
  EXPECT_EQ((buffered<Ring<3, Depends::on_data, 2>>()), 1U);
  EXPECT_EQ((buffered<Ring<2, Depends::on_control, 1>>()), 1U);
  EXPECT_EQ((buffered<Ring<2, Depends::on_a_branch_that_does_not_matter>>()), 1U);
  EXPECT_EQ((buffered<Ring<2, Depends::on_xor_with_itself>>()), 1U);
}

/// Two threads that copy, or repeat under a condition, what the other one stores; the value itself is there, because a
/// third thread stores it too.
template <bool Copy>
class Echo final : public Program<3> {
 public:
  void thread(unsigned id) override {
    if (id == 2) return x_[0].store(1, order<"echo.source.store_x">(relaxed));
    const int seen = x_[id].load(order<"echo.any.load_own">(relaxed));
    if (Copy || seen == 1) x_[1 - id].store(Copy ? seen : 1, order<"echo.any.store_other">(relaxed));
  }

 private:
  std::array<Int, 2> x_;
};

TEST(LoadBuffering, DoesNotLetAnEchoJustifyItself) {
  EXPECT_EQ(added<Echo<true>>(), 0U);
  EXPECT_EQ(added<Echo<false>>(), 0U);
}

/// Each of two threads stores 1, twice, if either of its two loads gives an odd value: while both are 1, neither load
/// alone decides. The third thread makes 1 possible, by a 3.
class EitherOfTwo final : public Program<3> {
 public:
  void thread(unsigned id) override {
    if (id == 2) return x_[0][0].store(3, order<"either.third.store_x">(relaxed));
    const int a = x_[id][0].load(order<"either.any.load_first">(relaxed));
    const int b = x_[id][1].load(order<"either.any.load_second">(relaxed));
    x_[1 - id][0].store((a | b) & 1, order<"either.any.store_first">(relaxed));
    x_[1 - id][1].store((a | b) & 1, order<"either.any.store_second">(relaxed));
    expect(id == 1 || a != 1, "a value out of thin air");
  }

 private:
  std::array<std::array<Int, 2>, 2> x_;
};

TEST(LoadBuffering, SeesDependenciesOnSeveralLoadsTogether) {
  const Explored explored = explore_both<EitherOfTwo>(Model::lb);
  EXPECT_TRUE(explored.holds()) << explored.result.failure;
}

/// The value that the first thread reads is stored, in an execution without a cycle, only by a read-modify-write that
/// takes its place before the first thread's own.
class Overtaken final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      first_ = 0;
      x_.compare_exchange_strong(first_, 2, order<"overtaken.first.cas_x">(relaxed),
                                 order<"overtaken.first.cas_fail_x">(relaxed));
      y_.exchange(first_, order<"overtaken.first.rmw_y">(relaxed));
    } else {
      second_ = y_.load(order<"overtaken.second.load_y">(relaxed));
      x_.fetch_add(1, order<"overtaken.second.rmw_x">(relaxed));
    }
  }
  void after() override {
    if (first_ == 1 && second_ == 1) reached("a");
  }

 private:
  Int x_, y_;
  int first_ = 0, second_ = 0;
};

TEST(LoadBuffering, KnowsValuesThatAreOnlyStoredAfterARevisit) {
  EXPECT_EQ(explore_both<Overtaken>(Model::lb).counters.witnesses[0], 1U);
}

/// As Ring, but each thread waits for its value: nobody can begin.
class Waiting final : public Program<2> {
 public:
  void thread(unsigned id) override {
    sync::await([&] { return x_[id].load(order<"waiting.any.load_own">(relaxed)) == 1; });
    x_[1 - id].store(1, order<"waiting.any.store_other">(relaxed));
  }

 private:
  std::array<Int, 2> x_;
};

TEST(LoadBuffering, DoesNotGoPastAnAwait) { EXPECT_TRUE(explore_both<Waiting>(Model::lb).is_violated_by("hang")); }

/// A hand-over in which the taker says that it has taken before it has.
class EarlyReceipt final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      if (taken_.load(order<"receipt.give.load_taken">(relaxed)) == 0) return;
      slot_.store(2, order<"receipt.give.store_slot">(relaxed));
    } else {
      const int item = slot_.load(order<"receipt.take.load_slot">(relaxed));
      taken_.store(1, order<"receipt.take.store_taken">(relaxed));
      expect(item == 1, "the next item was taken");
    }
  }

 private:
  Int slot_{1}, taken_;
};

TEST(LoadBuffering, IsReplayedWithItsTrace) {
  EXPECT_TRUE(explore_both<EarlyReceipt>(Model::rc11).holds());
  const Explored explored = explore_both<EarlyReceipt>(Model::lb);
  ASSERT_TRUE(explored.is_violated_by("the next item was taken"));
  EXPECT_EQ(explored.result.schedule.front(), 'l');
  ASSERT_EQ(explored.trace.events.size(), 5U);
  for (const check::Event& event : explored.trace.events) {
    if (event.kind != check::EventKind::load) continue;
    ASSERT_LT(event.reads_from, 4U);
    EXPECT_EQ(explored.trace.events[event.reads_from].value_written, event.value_read);
  }
}

using Queue = StealQueue<char, 2>;

TEST(LoadBuffering, AddsNothingToTheStealQueue) {
  EXPECT_EQ((added<steal_queue_model::Full<Queue>>()), 0U);
  EXPECT_EQ((added<steal_queue_model::SlowThief<Queue>>()), 0U);
  EXPECT_EQ((added<steal_queue_model::PushesAndPop<Queue>>()), 0U);
}

// RC11 alone does not need the acquire by which the owner sees that a thief has read a slot.
TEST(LoadBuffering, RefutesAWeakeningThatRc11Allows) {
  check::ActiveMutant mutant(*check::find_site("steal_queue.push.load_top"), MemoryOrder::relaxed);
  EXPECT_TRUE(explore_both<steal_queue_model::Full<Queue>>(Model::rc11).holds());
  EXPECT_TRUE(explore_both<steal_queue_model::Full<Queue>>(Model::lb).is_violated_by("data race"));
}

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
