// What the engine says about its own work: schedules, bounds, the states in which invariants are checked, the trace.
// And that faults of the explorer would be noticed.
#include "models/engine/explorer/engine.hpp"

#include "tests/explorer/explore.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using Int = sync::atomic<int>;
using check::RunVerdict;
using explorer_engine::Faults;
using explorer_engine::Options;

/// Store buffering with seq_cst: violated only where the axiom of sequential consistency is missing.
class Buffering final : public Program<2> {
 public:
  void thread(unsigned id) override {
    x_[id].store(1, order<"buffering.any.store_own">(seq_cst));
    seen_[id] = x_[1 - id].load(order<"buffering.any.load_other">(seq_cst));
  }
  void after() override { expect(seen_[0] + seen_[1] > 0, "both missed"); }

 private:
  std::array<Int, 2> x_;
  std::array<int, 2> seen_{};
};

/// Violated only where a plain store of the same thread continues a release sequence.
class Continued final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 0) {
      object_.store(1, order<"continued.give.store_object">(relaxed));
      flag_.store(1, order<"continued.give.store_flag">(release));
      flag_.store(2, order<"continued.give.store_flag_again">(relaxed));
    } else if (flag_.load(order<"continued.take.load_flag">(acquire)) == 2) {
      if (object_.load(order<"continued.take.load_object">(relaxed)) == 0) reached("a");
    }
  }

 private:
  Int object_, flag_;
};

/// Three threads, each of which reads what the next one writes: needs revisits, and has room to do one twice.
class Ring final : public Program<3> {
 public:
  void thread(unsigned id) override {
    static_cast<void>(x_[id].load(order<"ring.any.load_own">(relaxed)));
    static_cast<void>(x_[id].load(order<"ring.any.load_own_again">(relaxed)));
    x_[(id + 1) % 3].store(1, order<"ring.any.store_next">(relaxed));
  }

 private:
  std::array<Int, 3> x_;
};

TEST(Faults, WithoutTheAxiomOfSequentialConsistencyTooMuchIsAllowed) {
  EXPECT_TRUE(explore<Buffering>().holds());
  EXPECT_TRUE(explore<Buffering>(Options{.faults = {.no_sequential_axiom = true}}).is_violated_by("both missed"));
}

TEST(Faults, WithOldReleaseSequencesTooLittleIsAllowed) {
  EXPECT_EQ(explore<Continued>().counters.witnesses[0], 1U);
  EXPECT_EQ(explore<Continued>(Options{.faults = {.old_release_sequences = true}}).counters.witnesses[0], 0U);
}

// Each location may be read as 00, 01 or 11; of the 27 combinations, those with a cycle in po and rf are not allowed:
// a thread that has read 1 waits for the thread before it. All three: 8 of 27 (01 or 11 each).
TEST(Faults, WithoutRevisitsExecutionsAreMissed) {
  EXPECT_EQ(explore<Ring>().result.executions, 27U - 8);
  EXPECT_LT(explore<Ring>(Options{.faults = {.no_revisits = true}}).result.executions, 27U - 8);
}

TEST(Faults, WithRevisitsAtWillExecutionsAreVisitedTwice) {
  EXPECT_EQ(explore<Ring>().result.duplicates, 0U);
  EXPECT_GT(explore<Ring>(Options{.faults = {.revisit_always = true}}).result.duplicates, 0U);
}

// --- Bounds.

class Endless final : public Program<2> {
 public:
  void thread(unsigned id) override {
    while (id == 1 && x_.load(order<"endless.wait.load_x">(relaxed)) == 0) {
    }
  }

 private:
  Int x_;
};

TEST(Bounds, AnEndlessLoopIsNeitherFineNorExhaustive) {
  const Explored explored = explore<Endless>();
  EXPECT_EQ(explored.result.verdict, RunVerdict::inconclusive);
  EXPECT_FALSE(explored.result.exhaustive);
  EXPECT_NE(explored.result.failure.find("bound reached"), std::string::npos);
}

TEST(Bounds, ALimitThatCutsTheSearchIsReported) {
  const Explored cut = explore<Ring>({}, 18);
  EXPECT_EQ(cut.result.executions, 18U);
  EXPECT_EQ(cut.counters.executions, 18U);
  EXPECT_EQ(cut.result.verdict, RunVerdict::inconclusive);
  EXPECT_FALSE(cut.result.exhaustive);
  EXPECT_TRUE(explore<Ring>({}, 19).holds());
}

class Restless final : public Program<2> {
 public:
  void thread(unsigned) override {
    static int calls = 0;
    x_.store(++calls, order<"restless.any.store_x">(relaxed));
  }

 private:
  Int x_;
};

TEST(Bounds, AScenarioThatIsNotDeterministicIsReported) {
  const Explored explored = explore<Restless>();
  EXPECT_EQ(explored.result.verdict, RunVerdict::violated);
  EXPECT_NE(explored.result.failure.find("not deterministic"), std::string::npos);
}

// --- Invariants.

/// Both locations are 1 for a while. Every state in which both are needs only these events.
template <bool Related>
class Overlap final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (Related && id == 1 && x_[0].load(order<"overlap.second.load_first">(acquire)) != 2) return;
    x_[id].store(1, order<"overlap.any.store_own">(release));
    x_[id].store(2, order<"overlap.any.store_own_again">(release));
  }
  void invariant() override {
    expect(x_[0].load(check::observing()) != 1 || x_[1].load(check::observing()) != 1, "both at once");
  }

 private:
  std::array<Int, 2> x_;
};

TEST(Invariants, AreCheckedInStatesThatNoExploredOrderPassesThrough) {
  const Explored explored = explore<Overlap<false>>();
  EXPECT_TRUE(explored.is_violated_by("both at once"));
  EXPECT_EQ(explored.result.schedule, "rAB");
}

TEST(Invariants, AreNotCheckedInStatesThatCannotBe) { EXPECT_TRUE(explore<Overlap<true>>().holds()); }

template <int Last>
class Growing final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 1) return;
    for (const int value : {1, 2, Last}) x_.store(value, order<"growing.grow.store_x">(relaxed));
  }
  void invariant() override {
    const int now = x_.load(check::observing());
    expect(now >= highest_, "it shrank");
    highest_ = now;
  }

 private:
  Int x_;
  int highest_ = 0;
};

TEST(Invariants, MayRememberTheStateBefore) {
  EXPECT_TRUE(explore<Growing<3>>().holds());
  EXPECT_TRUE(explore<Growing<1>>().is_violated_by("it shrank"));
}

class Meddling final : public Program<2> {
 public:
  void thread(unsigned) override { x_.store(1, order<"meddling.any.store_x">(relaxed)); }
  void invariant() override { x_.store(0, order<"meddling.check.store_x">(relaxed)); }

 private:
  Int x_;
};

TEST(Invariants, MayOnlyLoad) {
  EXPECT_EQ(explore<Meddling>().result.verdict, RunVerdict::violated);
  EXPECT_EQ(explore<Meddling>().result.failure, "an invariant may only load");
}

// --- Witnesses, schedules, traces.

TEST(Witnesses, CountOncePerCompleteExecution) {
  const Explored explored = explore<Continued>();
  EXPECT_EQ(explored.counters.executions, explored.result.executions);
  EXPECT_EQ(explored.result.executions, 4U);  // 0; 1; 2 and 0; 2 and 1
}

/// Message passing with a second, older message; violated when the oldest value is read last.
class OldMail final : public Program<2> {
 public:
  void thread(unsigned id) override {
    if (id == 1) {
      for (int i = 1; i <= 3; ++i) data_.store(i, order<"old_mail.send.store_data">(relaxed));
      flag_.fetch_add(1, order<"old_mail.send.rmw_flag">(relaxed));
      return;
    }
    if (flag_.load(order<"old_mail.read.load_flag">(acquire)) == 0) return;
    expect(data_.load(order<"old_mail.read.load_data">(relaxed)) != 1, "old mail");
  }

 private:
  Int data_, flag_;
};

TEST(Schedules, AreReplayedWithTheSameTrace) {
  const Explored explored = explore<OldMail>();
  ASSERT_TRUE(explored.is_violated_by("old mail"));
  EXPECT_EQ(explored.result.schedule, "rB4AAs2");
  ASSERT_EQ(explored.trace.events.size(), 7U);
  const check::Event& flag = explored.trace.events[4];
  EXPECT_EQ(flag.kind, check::EventKind::load);
  EXPECT_EQ(flag.thread, 0);
  EXPECT_EQ(flag.value_read, 1U);
  EXPECT_EQ(flag.reads_from, 3U);
  EXPECT_FALSE(flag.stale);
  const check::Event& data = explored.trace.events[5];
  EXPECT_EQ(data.value_read, 1U);
  EXPECT_EQ(data.reads_from, 0U);
  EXPECT_TRUE(data.stale);
  EXPECT_EQ(explored.trace.events[6].kind, check::EventKind::failure);
  EXPECT_EQ(explored.trace.events[6].text, "old mail");
}

TEST(Schedules, AreDrawn) {
  const check::ScenarioType type = type_of<OldMail>();
  check::LiveCounters counters;
  const check::RunRequest request{.scenario = &type, .counters = &counters, .schedule = "rB4AAs2"};
  const std::string svg = explorer_engine::draw_schedule_svg(request);
  const auto count = [&](std::string_view text) {
    std::size_t n = 0;
    for (std::size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1)) ++n;
    return n;
  };
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
  EXPECT_EQ(count(">thread "), 2U);
  EXPECT_EQ(count("<rect x="), 7U);      // three stores, two halves, two loads
  EXPECT_EQ(count("class=\"rf\""), 2U);  // the initial value has no arrow
  EXPECT_EQ(count("class=\"mo\""), 2U);
  EXPECT_EQ(count("read.load_data #0 [relaxed] = 1<"), 1U);
}

TEST(Schedules, ThatAreNoneAreRefused) {
  const auto engine = explorer_engine::make_engine();
  check::RunRequest request;
  for (const char* text :
       {"", "x", "r1", "rA0", "rAs", "rAs0", "rAm1s1", "rZ", "rA-1", "rA 1", "rA99999999999999999999"}) {
    EXPECT_FALSE(engine->parse_schedule(text, request)) << text;
  }
  for (const char* text : {"r", "rA", "rA12B", "rAs2m1v3B", "rAm1Av1"}) {
    EXPECT_TRUE(engine->parse_schedule(text, request)) << text;
  }
}

TEST(Schedules, ThatDoNotFitAreInconclusive) {
  const check::ScenarioType type = type_of<OldMail>();
  check::LiveCounters counters;
  for (const char* text : {"rC", "rA9", "rAs1", "rB4AAs9"}) {
    check::RunRequest request{.scenario = &type, .counters = &counters, .schedule = text};
    EXPECT_EQ(explorer_engine::make_engine()->run(request).verdict, RunVerdict::inconclusive) << text;
  }
}

TEST(Engine, RepeatsItself) {
  const check::ScenarioType type = type_of<OldMail>();
  check::LiveCounters counters;
  const check::RunRequest request{.scenario = &type, .counters = &counters};
  const auto engine = explorer_engine::make_engine();
  EXPECT_EQ(engine->name(), "explorer");
  EXPECT_FALSE(engine->samples());
  const check::RunResult first = engine->run(request);
  const check::RunResult second = engine->run(request);
  EXPECT_EQ(first.schedule, second.schedule);
  EXPECT_EQ(first.executions, second.executions);
}

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
