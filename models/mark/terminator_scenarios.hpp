// Workers that mark, hand work to each other and rest, and what must hold. The scenarios are templates over the rules
// that the workers follow, so that the kernel's terminator and the gallery's broken ones meet the same judges.
//
// Outcome: for each object a, b, c, d in turn the number of the worker that traced it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <hallmark/mark/inbox.hpp>
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/terminator.hpp>
#include <hallmark/mark/worker_gate.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::terminator_model {

/// Where the tracer of an object leaves a child.
enum class Destination : unsigned char { own_queue, inbox_of_0, inbox_of_1, inbox_of_2 };

struct Child {
  char object = '\0';
  Destination where{};
};

/// What is there to do. `in_hand` are the objects that the workers begin with, 0 for none.
struct Plan {
  unsigned workers = 2;
  std::array<char, 3> in_hand{};
  std::string_view queued{};                       // in the queue of worker 0
  std::array<std::array<Child, 2>, 4> children{};  // of a, b, c, d
  unsigned meeting = 0;  // a worker that has traced an object, and left its children, waits until so many objects are
};

/// Common ground: workers with a steal queue of two and an inbox of one, who trace the objects of a plan, each object
/// once. The object is a plain field, written before it is handed over and read by whoever traces it.
/// Rules: the terminator's type, how work is handed over, and what a worker looks at; see KernelRules.
template <class Rules>
class Marking : public check::Scenario {
 public:
  void thread(unsigned worker) override {
    if (plan_.in_hand[worker] != '\0') trace(worker, plan_.in_hand[worker]);
    do {
      while (work(worker)) {
      }
    } while (terminator.rest(worker, [&] { return Rules::look(*this, worker); }));
    // Done, and all that was traced has happened before: otherwise these reads race.
    for (std::size_t i = 0; i < kObjects; ++i) {
      expect(was_traced_[i].read() == expected_[i], "I1: a worker is told that marking is done, and it isn't");
    }
  }

  void after() override {
    for (unsigned w = 0; w < plan_.workers; ++w) {
      expect(inboxes[w].empty(), "I1: marking is done, and an inbox holds an item");
      expect(queues[w].empty(), "I1: marking is done, and a queue holds an item");
    }
    for (std::size_t i = 0; i < kObjects; ++i) {
      unsigned times = 0;
      for (const auto& row : traced_) times += row[i];
      expect(times == (letters_[i] == '\0' ? 0U : 1U), "an object was traced twice");
      expect(times == (expected_[i] ? 1U : 0U), "I1: marking is done, and an object was never traced");
    }
    if (letters_[0] != '\0') outcome(letters_.data());
  }

  // For the rules.

  StealQueue<char, 2>& queue_of(unsigned worker) { return queues[worker]; }
  Inbox<char, 1>& inbox_of(unsigned worker) { return inboxes[worker]; }
  bool any_queue_holds_items() const {
    for (unsigned w = 0; w < plan_.workers; ++w) {
      if (!queues[w].empty()) return true;
    }
    return false;
  }

  /// Leaves an item in the worker's own queue, or traces it at once if that is full.
  void keep(unsigned worker, char item) {
    if (queues[worker].push(item)) {
      terminator.announce(1);
    } else {
      trace(worker, item);
    }
  }

  typename Rules::Terminator terminator;
  std::array<StealQueue<char, 2>, 3> queues;
  std::array<Inbox<char, 1>, 3> inboxes;

 protected:
  explicit Marking(const Plan& plan) : terminator(plan.workers), plan_(plan) {
    for (const char item : plan.in_hand) announce_object(item);
    for (const char item : plan.queued) {
      announce_object(item);
      fields_[index_of(item)].write(value_of(item));
      queues[0].push(item);
    }
    for (const auto& of_one : plan.children) {
      for (const Child& child : of_one) announce_object(child.object);
    }
    for (const char item : plan.in_hand) {
      if (item != '\0') fields_[index_of(item)].write(value_of(item));
    }
  }

 private:
  static constexpr std::size_t kObjects = 4;

  static std::size_t index_of(char item) { return static_cast<std::size_t>(item - 'a'); }
  static int value_of(char item) { return 100 + item; }

  void announce_object(char item) {
    if (item != '\0') expected_[index_of(item)] = true;
  }

  /// One round: its inbox, its queue, the others' queues. Returns false if it has found nothing.
  bool work(unsigned worker) {
    std::array<char, 1> drained{};
    if (inboxes[worker].drain([&](char item) { drained[0] = item; }) > 0) {
      trace(worker, drained[0]);
      return true;
    }
    if (const std::optional<char> item = queues[worker].pop()) {
      trace(worker, *item);
      return true;
    }
    for (unsigned other = 1; other < plan_.workers; ++other) {
      const StealResult<char> result = queues[(worker + other) % plan_.workers].steal();
      if (result.outcome == StealOutcome::success) trace(worker, result.item);
      if (result.outcome != StealOutcome::empty) return true;
    }
    return false;
  }

  void trace(unsigned worker, char item) {
    expect(item >= 'a' && item < static_cast<char>('a' + kObjects), "an item was taken that nobody pushed");
    const std::size_t i = index_of(item);
    ++traced_[worker][i];
    was_traced_[i].write(true);
    letters_[i] = static_cast<char>('0' + worker);
    expect(fields_[i].read() == value_of(item), "the object is not what was written before it was handed over");
    for (const Child& child : plan_.children[i]) {
      if (child.object == '\0') continue;
      fields_[index_of(child.object)].write(value_of(child.object));
      switch (child.where) {
        case Destination::own_queue: keep(worker, child.object); break;
        case Destination::inbox_of_0: Rules::send(*this, worker, 0, child.object); break;
        case Destination::inbox_of_1: Rules::send(*this, worker, 1, child.object); break;
        case Destination::inbox_of_2: Rules::send(*this, worker, 2, child.object); break;
      }
    }
    if (plan_.meeting > 0) meet();
  }

  /// Nobody goes on before as many workers as the plan says are here, each with an object.
  void meet() {
    vocabulary::LockGuard lock(meeting_mutex_);
    present_.write(present_.read() + 1);
    meeting_condition_.notify_all();
    while (present_.read() < plan_.meeting) meeting_condition_.wait(meeting_mutex_);
  }

  const Plan& plan_;
  std::array<sync::plain<int>, kObjects> fields_{};
  sync::mutex meeting_mutex_{vocabulary::LockRank{1}, "meeting"};
  sync::condition meeting_condition_;
  sync::plain<unsigned> present_;
  std::array<bool, kObjects> expected_{};
  std::array<sync::plain<bool>, kObjects> was_traced_{};
  std::array<std::array<unsigned, kObjects>, 3> traced_{};  // each row by one worker only
  std::array<char, kObjects + 1> letters_{};                // each by one worker, unless it is traced twice
};

/// The kernel's terminator, used as its header asks.
struct KernelRules {
  using Terminator = hallmark::HALLMARK_NAMESPACE::Terminator<3>;

  template <class M>
  static void send(M& marking, unsigned worker, unsigned to, char item) {
    if (marking.inbox_of(to).push(item)) {
      marking.terminator.announce_to(to);
    } else {
      marking.keep(worker, item);
    }
  }

  template <class M>
  static bool look(M& marking, unsigned worker) {
    return !marking.inbox_of(worker).empty() || marking.any_queue_holds_items();
  }
};

template <class Rules>
class NoWork final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "terminator.no_work", .holds = "workers without work all end", .threads = 3, .load_buffering = false};
  static constexpr Plan kPlan{.workers = 3};
  NoWork() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class Fork final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.fork",
                                             .holds = "two workers share the children of one object and end",
                                             .threads = 2,
                                             .outcomes = {"000", "010", "011"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.in_hand = {'a'},
                              .children = {{{{{'b', Destination::own_queue}, {'c', Destination::own_queue}}}}}};
  Fork() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class StolenRoot final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.stolen_root",
                                             .holds = "whoever takes the only item is waited for",
                                             .threads = 2,
                                             .outcomes = {"00", "01", "10", "11"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.queued = "a", .children = {{{{{'b', Destination::own_queue}, {}}}}}};
  StolenRoot() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class InboxHandOver final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.inbox_hand_over",
                                             .holds = "marking isn't done while an item is on its way to an inbox",
                                             .threads = 2,
                                             .outcomes = {"01"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.in_hand = {'a'}, .children = {{{{{'b', Destination::inbox_of_1}, {}}}}}};
  InboxHandOver() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class InboxChain final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.inbox_chain",
                                             .holds = "a chain that goes to and fro is followed to its end",
                                             .threads = 2,
                                             .outcomes = {"010"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .in_hand = {'a'}, .children = {{{{{'b', Destination::inbox_of_1}, {}}}, {{{'c', Destination::inbox_of_0}, {}}}}}};
  InboxChain() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class InboxChainThreeWorkers final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.inbox_chain_three_workers",
                                             .holds = "a chain through three inboxes is followed to its end",
                                             .threads = 3,
                                             .outcomes = {"012"},
                                             .explorer = false,
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .workers = 3,
      .in_hand = {'a'},
      .children = {{{{{'b', Destination::inbox_of_1}, {}}}, {{{'c', Destination::inbox_of_2}, {}}}}}};
  InboxChainThreeWorkers() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class CrossedInboxes final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.crossed_inboxes",
                                             .holds = "two workers send to each other and both items are traced",
                                             .threads = 2,
                                             .outcomes = {"0110"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .in_hand = {'a', 'c'},
      .children = {{{{{'b', Destination::inbox_of_1}, {}}}, {}, {{{'d', Destination::inbox_of_0}, {}}}, {}}}};
  CrossedInboxes() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class FullInbox final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.full_inbox",
                                             .holds = "an item that an inbox refuses is kept, and shared",
                                             .threads = 2,
                                             .outcomes = {"010", "011"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.in_hand = {'a'},
                              .children = {{{{{'b', Destination::inbox_of_1}, {'c', Destination::inbox_of_1}}}}}};
  FullInbox() : Marking<Rules>(kPlan) {}
};

/// Nobody goes on before both objects are held, so the second worker must come for one.
template <class Rules>
class OneItemOneSleeper final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.one_item_one_sleeper",
                                             .holds = "an item that is announced reaches a worker that rests",
                                             .threads = 2,
                                             .outcomes = {"01"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.in_hand = {'a'}, .children = {{{{{'b', Destination::own_queue}, {}}}}}, .meeting = 2};
  OneItemOneSleeper() : Marking<Rules>(kPlan) {}
};

template <class Rules>
class InboxItemForASleeper final : public Marking<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.inbox_item_for_a_sleeper",
                                             .holds = "an item in its inbox reaches a worker that rests",
                                             .threads = 2,
                                             .outcomes = {"01"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.in_hand = {'a'}, .children = {{{{{'b', Destination::inbox_of_1}, {}}}}}, .meeting = 2};
  InboxItemForASleeper() : Marking<Rules>(kPlan) {}
};

/// Two items are announced together, two workers may rest: all three must meet. Nothing is said about the end.
template <class Rules>
class TwoItemsTwoSleepers final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.two_items_two_sleepers",
                                             .holds = "two items wake two workers",
                                             .threads = 3,
                                             .load_buffering = false};

  TwoItemsTwoSleepers() : terminator_(3) {}

  void thread(unsigned worker) override {
    if (worker == 0) {
      queue_.push('a');
      queue_.push('b');
      terminator_.announce(2);
    } else {
      while (!takes_one()) {
        expect(terminator_.rest(worker, [this] { return !queue_.empty(); }), "marking is done, and worker 0 is active");
      }
    }
    meet();
  }

  void after() override { expect(queue_.empty(), "three have met, and the queue holds an item"); }

 private:
  bool takes_one() {
    StealOutcome outcome = StealOutcome::lost_race;
    while (outcome == StealOutcome::lost_race) outcome = queue_.steal().outcome;
    return outcome == StealOutcome::success;
  }

  void meet() {
    vocabulary::LockGuard lock(meeting_mutex_);
    present_.write(present_.read() + 1);
    meeting_condition_.notify_all();
    while (present_.read() < 3) meeting_condition_.wait(meeting_mutex_);
  }

  typename Rules::Terminator terminator_;
  StealQueue<char, 2> queue_;
  sync::mutex meeting_mutex_{vocabulary::LockRank{1}, "meeting"};
  sync::condition meeting_condition_;
  sync::plain<unsigned> present_;
};

/// Worker 0 sends to worker 1. Meanwhile a bystander's bit changes, between the announcement of worker 0 and the rest
/// of worker 1, which must receive the item all the same. Of three workers, 2 looks in vain; of four, 3 sends to 2.
class BystanderScenario : public check::Scenario {
 public:
  void thread(unsigned worker) override {
    if (worker == 0) send(1, 'a');
    if (worker == 3) send(2, 'b');
    bool in_vain = worker == 2 && workers_ == 3;
    do {
      if (worker == 1 || worker == 2) drained_[worker] += inboxes_[worker].drain([](char) {});
    } while (terminator_.rest(worker, [&] { return !inboxes_[worker].empty() || std::exchange(in_vain, false); }));
  }

  void after() override {
    expect(drained_[1] == 1, "I1: marking is done, and an inbox holds an item");
    expect(drained_[2] == workers_ - 3, "I1: marking is done, and an inbox holds an item");
  }

 protected:
  explicit BystanderScenario(unsigned workers) : workers_(workers), terminator_(workers) {}

 private:
  void send(unsigned to, char item) {
    expect(inboxes_[to].push(item), "an empty inbox refused an item");
    terminator_.announce_to(to);
  }

  const unsigned workers_;
  Terminator<4> terminator_;
  std::array<Inbox<char, 1>, 4> inboxes_;
  std::array<std::size_t, 4> drained_{};  // each by its worker
};

class LookMeanwhile final : public BystanderScenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.look_meanwhile",
                                             .holds = "an announcement passes a bystander that looks and stays active",
                                             .threads = 3,
                                             .explorer = false,
                                             .load_buffering = false};
  LookMeanwhile() : BystanderScenario(3) {}
};

class CallMeanwhile final : public BystanderScenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.call_meanwhile",
                                             .holds = "an announcement passes a bystander that is called",
                                             .threads = 4,
                                             .explorer = false,
                                             .load_buffering = false};
  CallMeanwhile() : BystanderScenario(4) {}
};

/// Workers 1 and 2 rest when worker 0 announces one item, for which worker 1 is called. If worker 2 wakes up for no
/// reason and went on, it might steal the item, and hold it while its bit stands and the others rest.
class SpuriousWakeUp final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.spurious_wake_up",
                                             .holds = "a worker that wakes up for no reason sleeps on",
                                             .threads = 3,
                                             .explorer = false,
                                             .load_buffering = false};

  SpuriousWakeUp() : terminator_(3) {}

  void thread(unsigned worker) override {
    if (worker == 0) {
      await_two_looks();
      queue_.push('a');
      terminator_.announce(1);
    }
    do {
      while (worker > 0 && queue_.steal().outcome == StealOutcome::success) trace();
    } while (terminator_.rest(worker, [this] {
      count_look();
      return !queue_.empty();
    }));
    // The trace has happened before, otherwise this read races.
    expect(traced_.read(), "I1: a worker is told that marking is done, and it isn't");
  }

 private:
  void trace() {
    for (int i = 0; i < 4; ++i) static_cast<void>(queue_.size());  // takes its time
    traced_.write(true);
  }

  void count_look() {
    vocabulary::LockGuard lock(looks_mutex_);
    looks_.write(looks_.read() + 1);
    looks_condition_.notify_all();
  }

  void await_two_looks() {
    vocabulary::LockGuard lock(looks_mutex_);
    while (looks_.read() < 2) looks_condition_.wait(looks_mutex_);
  }

  Terminator<3> terminator_;
  StealQueue<char, 2> queue_;
  sync::plain<bool> traced_;
  sync::mutex looks_mutex_{vocabulary::LockRank{300}, "looks"};
  sync::condition looks_condition_;
  sync::plain<unsigned> looks_;
};

/// Two markings with a gate around each. In the second, worker 0 sends an item to worker 1. Outcome: for each marking
/// the items that worker 1 has found in its inbox.
template <class Rules>
class NextMarking final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "terminator.next_marking",
                                             .holds = "after reset the next marking is like the first",
                                             .threads = 2,
                                             .outcomes = {"01"},
                                             .load_buffering = false};

  NextMarking() : terminator_(2), gate_(1) {}

  void thread(unsigned worker) override {
    if (worker == 0) {
      for (int marking = 0; marking < 2; ++marking) {
        terminator_.reset(2);
        gate_.open();
        if (marking == 1) send();
        mark(0);
        gate_.wait_for_all();
      }
      gate_.close();
    } else {
      std::uint64_t round = 0;
      while ((round = gate_.wait_for_round(round)) != 0) {
        drained_[round - 1] = static_cast<char>('0' + mark(1));
        gate_.arrive();
      }
    }
  }

  void after() override { outcome({drained_.data(), drained_.size()}); }

 private:
  void send() {
    expect(inboxes_[1].push('a'), "an empty inbox refused an item");
    terminator_.announce_to(1);
  }

  std::size_t mark(unsigned worker) {
    std::size_t drained = 0;
    do {
      drained += inboxes_[worker].drain([](char) {});
    } while (terminator_.rest(worker, [&] { return !inboxes_[worker].empty(); }));
    return drained;
  }

  typename Rules::Terminator terminator_;
  WorkerGate gate_;
  std::array<Inbox<char, 1>, 2> inboxes_;
  std::array<char, 2> drained_{};  // by worker 1
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::terminator_model
