// Mutators and collectors at a safepoint, and what must hold. The scenarios are templates over the rules, so that the
// kernel's safepoint and the gallery's broken ones meet the same judges.
//
// A mutator's work is to count up a field of its own, and to read the field of the collectors. A collector reads all
// fields of mutators, and counts up its own, while the world is stopped. All fields are plain: a mutator that runs
// during a stop, or that a stop does not wait for, races (I1, I2).
//
// Not under load buffering: its engine guesses what plain accesses read, and the list of mutators consists of pointers.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include <hallmark/safepoint/safepoint.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::safepoint_model {

/// The kernel's safepoint and states.
struct KernelRules {
  using Safepoint = hallmark::HALLMARK_NAMESPACE::Safepoint;
  using State = MutatorState;
};

/// A safepoint, a state for each thread, and the fields. `attached` says which threads are attached from the start.
template <class Rules, unsigned Threads>
class World : public check::Scenario {
 public:
  explicit World(std::array<bool, Threads> attached) {
    for (unsigned id = 0; id < Threads; ++id) {
      if (attached[id]) safepoint.attach(state[id]);
    }
  }

  /// Mutator: runs managed code.
  void work(unsigned id) {
    field_[id].write(field_[id].read() + 1);
    seen_[id] = collections_.read();
    expect(!stopped_.read(), "I1: a mutator runs while the world is stopped");
  }

  /// How many collections the mutator had seen when it worked last.
  char seen_by(unsigned id) const { return digit(seen_[id]); }

  /// Mutator: stops the world and collects. Returns false if another one has.
  bool collect(unsigned id) {
    if (safepoint.stop(state[id]) != StopOutcome::world_is_stopped) return false;
    count_mutators(id);
    visit_fields();
    safepoint.resume(state[id]);
    return true;
  }

  /// The collector, while the world is stopped: what it finds.
  void visit_fields() {
    expect(!stopped_.read(), "two threads hold the world stopped");
    stopped_.write(true);
    for (unsigned id = 0; id < Threads; ++id) found_[id] = field_[id].read();
    collections_.write(collections_.read() + 1);
    stopped_.write(false);
  }

  void count_mutators(unsigned id) {
    mutators_ = 0;
    safepoint.for_each_mutator(state[id], [this](const MutatorState&) { ++mutators_; });
  }

  /// The field of the mutator, as the last collection found it.
  char found(unsigned id) const { return digit(found_[id]); }
  /// How many mutators were attached in the last collection.
  char mutators() const { return digit(mutators_); }

  void after() override {
    result();
    // All have left; whoever had not been counted out would be waited for here.
    for (unsigned id = 0; id < Threads; ++id) expect(field_[id].read() >= found_[id], "a field was lost");
  }

  virtual void result() = 0;

  static constexpr char digit(unsigned number) { return static_cast<char>('0' + number); }

  static void ignore(const OverdueMutator&, void*) {}

  typename Rules::Safepoint safepoint{Watchdog{std::chrono::milliseconds{1}, &ignore, nullptr}};
  std::array<typename Rules::State, Threads> state = make_states();

 private:
  static std::array<typename Rules::State, Threads> make_states() {
    if constexpr (Threads == 2) return {typename Rules::State("0"), typename Rules::State("1")};
    if constexpr (Threads == 3)
      return {typename Rules::State("0"), typename Rules::State("1"), typename Rules::State("2")};
    if constexpr (Threads == 4) {
      return {typename Rules::State("0"), typename Rules::State("1"), typename Rules::State("2"),
              typename Rules::State("3")};
    }
  }

  std::array<sync::plain<unsigned>, Threads> field_{};
  sync::plain<unsigned> collections_;
  sync::plain<bool> stopped_;
  std::array<unsigned, Threads> seen_{};   // each by its thread
  std::array<unsigned, Threads> found_{};  // by the collector, while the world is stopped
  unsigned mutators_ = 0;                  // likewise
};

/// Outcome: the mutator's field as the collector found it, how many mutators there were, and how many collections the
/// mutator saw after its poll.
template <class Rules>
class StopAndResume final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.stop_and_resume",
                                             .holds = "a stop waits until the mutator polls or detaches",
                                             .outcomes = {"121", "210"},
                                             .load_buffering = false};
  StopAndResume() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->work(0);
      this->safepoint.poll(this->state[0]);
      this->work(0);
    } else {
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->found(0), this->mutators(), this->seen_by(0), '\0'};
    this->outcome(letters);
  }
};

/// The second request follows at once. Outcome: the mutator's field in the two collections.
template <class Rules>
class TwoRequests final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.two_requests",
                                             .holds = "between two stops the mutator runs on to its next poll",
                                             .outcomes = {"12", "13", "23", "33"},
                                             .load_buffering = false};
  TwoRequests() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->work(0);
      this->safepoint.poll(this->state[0]);
      this->work(0);
      this->safepoint.poll(this->state[0]);
      this->work(0);
    } else {
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
      first_ = this->found(0);
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {first_, this->found(0), '\0'};
    this->outcome(letters);
  }

 private:
  char first_ = '\0';  // by thread 1
};

/// Outcome: the mutator's field in the collection, and how many mutators there were.
template <class Rules>
class AttachMeanwhile final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.attach_meanwhile",
                                             .holds = "a thread that attaches during a stop waits for its end",
                                             .outcomes = {"01", "12", "21"},
                                             .load_buffering = false};
  AttachMeanwhile() : World<Rules, 2>({false, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->safepoint.attach(this->state[0]);
      this->work(0);
      this->safepoint.poll(this->state[0]);
      this->work(0);
    } else {
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->found(0), this->mutators(), '\0'};
    this->outcome(letters);
  }
};

/// The mutator never polls.
template <class Rules>
class DetachMeanwhile final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.detach_meanwhile",
                                             .holds = "a stop doesn't wait for a mutator that has detached",
                                             .outcomes = {"11"},
                                             .load_buffering = false};
  DetachMeanwhile() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->work(0);
    } else {
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->found(0), this->mutators(), '\0'};
    this->outcome(letters);
  }
};

/// Outcome: the mutator's field in the collection, how many mutators there were, and how many collections the
/// mutator saw after its return.
template <class Rules>
class ForeignCode final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.foreign_code",
                                             .holds = "a thread in foreign code counts as stopped until it returns",
                                             .outcomes = {"121", "210"},
                                             .load_buffering = false};
  ForeignCode() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->work(0);
      this->safepoint.enter_foreign(this->state[0]);
      this->safepoint.leave_foreign(this->state[0]);
      this->work(0);
    } else {
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->found(0), this->mutators(), this->seen_by(0), '\0'};
    this->outcome(letters);
  }
};

/// Two stops while the mutator goes into foreign code and returns. Outcome: its field in both, and how many
/// collections it saw after its return.
template <class Rules>
class ForeignTwoRequests final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.foreign_two_requests",
                                             .holds = "a thread returns from foreign code between two stops, or after",
                                             .outcomes = {"112", "121", "220"},
                                             .load_buffering = false};
  ForeignTwoRequests() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->work(0);
      this->safepoint.enter_foreign(this->state[0]);
      this->safepoint.leave_foreign(this->state[0]);
      this->work(0);
    } else {
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
      first_ = this->found(0);
      this->expect(this->collect(1), "a stop that nobody else wants is refused");
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {first_, this->found(0), this->seen_by(0), '\0'};
    this->outcome(letters);
  }

 private:
  char first_ = '\0';  // by thread 1
};

/// Both want to collect. Outcome, for each thread: c, it has collected; o, the other one has meanwhile. The one
/// that collects first finds the other one before its request, or detached.
template <class Rules>
class TwoRequesters final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.two_requesters",
                                             .holds = "of two requests one is first, and the other thread stops for it",
                                             .outcomes = {"cc", "co", "oc"},
                                             .load_buffering = false};
  TwoRequesters() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    this->work(id);
    if (id == 0) this->safepoint.poll(this->state[0]);
    letters_[id] = this->collect(id) ? 'c' : 'o';
    this->work(id);
    this->safepoint.detach(this->state[id]);
  }

  void result() override { this->outcome(letters_.data()); }

 private:
  std::array<char, 3> letters_{};  // each by its thread
};

/// Both insist: who was second asks again. Outcome, for each thread: how often it has asked.
template <class Rules>
class TwoInsist final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.two_insist",
                                             .holds = "whoever asks again gets its turn",
                                             .outcomes = {"12", "21"},
                                             .load_buffering = false};
  TwoInsist() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    do {
      this->work(id);
      ++asked_[id];
      this->expect(asked_[id] <= 2, "the only other thread is to collect once, and is first again");
    } while (!this->collect(id));
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->digit(asked_[0]), this->digit(asked_[1]), '\0'};
    this->outcome(letters);
  }

 private:
  std::array<unsigned, 2> asked_{};  // each by its thread
};

/// A lock of the kernel that mutator and collector need. The mutator holds it for its work, and releases it
/// before it polls. Outcome: the mutator's field in the collection.
template <class Rules>
class LockedWork final : public World<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.locked_work",
                                             .holds = "a collector gets the locks that stopped mutators have used",
                                             .outcomes = {"1", "2"},
                                             .load_buffering = false};
  LockedWork() : World<Rules, 2>({true, true}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      Rules::work_and_poll(*this, heap_mutex_);
      this->work(0);
    } else {
      this->expect(this->safepoint.stop(this->state[1]) == StopOutcome::world_is_stopped,
                   "a stop that nobody else wants is refused");
      {
        vocabulary::LockGuard lock(heap_mutex_);
        this->visit_fields();
      }
      this->safepoint.resume(this->state[1]);
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->found(0), '\0'};
    this->outcome(letters);
  }

 private:
  sync::mutex heap_mutex_{vocabulary::LockRank{100}, "heap"};
};

struct KernelLockRules : KernelRules {
  template <class W>
  static void work_and_poll(W& world, sync::mutex& mutex) {
    {
      vocabulary::LockGuard lock(mutex);
      world.work(0);
    }
    world.safepoint.poll(world.state[0]);
  }
};

/// One mutator polls, one is in foreign code, one collects. Outcome: the fields of both in the collection.
template <class Rules>
class TwoMutators final : public World<Rules, 3> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.two_mutators",
                                             .holds = "a stop waits for each mutator",
                                             .threads = 3,
                                             .outcomes = {"11", "12", "21", "22"},
                                             .load_buffering = false};
  TwoMutators() : World<Rules, 3>({true, true, true}) {}

  void thread(unsigned id) override {
    if (id == 2) {
      this->expect(this->collect(2), "a stop that nobody else wants is refused");
    } else {
      this->work(id);
      if (id == 0) {
        this->safepoint.poll(this->state[0]);
      } else {
        this->safepoint.enter_foreign(this->state[1]);
        this->safepoint.leave_foreign(this->state[1]);
      }
      this->work(id);
    }
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    const char letters[] = {this->found(0), this->found(1), '\0'};
    this->outcome(letters);
  }
};

/// Threads come and go, two of them collect, in every way there is.
template <class Rules>
class Churn final : public World<Rules, 4> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "safepoint.churn",
                                             .holds = "mutators come, block and go while two threads collect",
                                             .threads = 4,
                                             .witnesses = {"two collections", "one collection"},
                                             .explorer = false,
                                             .load_buffering = false};
  Churn() : World<Rules, 4>({true, false, true, true}) {}

  void thread(unsigned id) override {
    if (id == 1) this->safepoint.attach(this->state[id]);
    this->work(id);
    if (id == 0) {
      this->safepoint.enter_foreign(this->state[id]);
      this->safepoint.leave_foreign(this->state[id]);
      this->work(id);
      this->safepoint.detach(this->state[id]);
      this->safepoint.attach(this->state[id]);
    } else if (id == 1) {
      this->safepoint.poll(this->state[id]);
    } else {
      if (id == 3) this->safepoint.poll(this->state[id]);
      collected_[id - 2] = this->collect(id);
      this->work(id);
      this->safepoint.poll(this->state[id]);
    }
    this->work(id);
    this->safepoint.detach(this->state[id]);
  }

  void result() override {
    this->expect(collected_[0] || collected_[1], "nobody has collected");
    this->reached(collected_[0] && collected_[1] ? "two collections" : "one collection");
  }

 private:
  std::array<bool, 2> collected_{};  // each by its thread
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::safepoint_model
