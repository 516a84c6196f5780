// A coordinator and its helpers at a gate, and what must hold. Thread 0 is the coordinator, each further thread a
// helper. The scenarios are templates over the rules, so that the kernel's gate and the gallery's broken use of it meet
// the same judges.
#pragma once

#include <array>
#include <cstdint>

#include <hallmark/mark/worker_gate.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::worker_gate_model {

/// The gate as its header asks: helpers end when it is closed, and then they are joined.
struct KernelRules {
  template <class S>
  static void shut_down(S& scenario) {
    scenario.gate.close();
    scenario.join();
  }
};

/// Common ground: rounds in which the coordinator writes a field for the helpers, and each helper one for the
/// coordinator. Fields that are read too early, or written too early the next time, race.
template <class Rules, unsigned Helpers, unsigned Rounds>
class GateScenario : public check::Scenario {
 public:
  GateScenario() : gate(Helpers) {}

  void thread(unsigned id) override {
    if (id == 0) {
      coordinate();
    } else {
      help(id - 1);
    }
  }

  void after() override {
    for (const unsigned worked : rounds_) expect(worked == Rounds, "I1: a helper didn't work in each round once");
  }

  // For the rules.

  /// Waits until each helper's thread is at its end.
  void join() {
    vocabulary::LockGuard lock(ended_mutex_);
    while (ended_.read() < Helpers) ended_condition_.wait(ended_mutex_);
  }

  WorkerGate gate;

 private:
  void coordinate() {
    for (unsigned round = 1; round <= Rounds; ++round) {
      to_helpers_.write(round);
      gate.open();
      gate.wait_for_all();
      for (const auto& field : from_helper_) expect(field.read() == round, "I2: a helper has not ended its round");
    }
    Rules::shut_down(*this);
  }

  void help(unsigned helper) {
    std::uint64_t round = 0;
    while ((round = gate.wait_for_round(round)) != 0) {
      ++rounds_[helper];
      expect(to_helpers_.read() == rounds_[helper], "I1: a helper works before its round is open");
      from_helper_[helper].write(rounds_[helper]);
      gate.arrive();
    }
    vocabulary::LockGuard lock(ended_mutex_);
    ended_.write(ended_.read() + 1);
    ended_condition_.notify_one();
  }

  sync::plain<unsigned> to_helpers_;
  std::array<sync::plain<unsigned>, Helpers> from_helper_{};
  std::array<unsigned, Helpers> rounds_{};  // each by its helper
  sync::mutex ended_mutex_{vocabulary::LockRank{1}, "ended"};
  sync::condition ended_condition_;
  sync::plain<unsigned> ended_;
};

template <class Rules>
class NoRound final : public GateScenario<Rules, 1, 0> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "worker_gate.no_round", .holds = "a helper that never worked ends", .threads = 2};
};

template <class Rules>
class OneRound final : public GateScenario<Rules, 1, 1> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worker_gate.one_round",
                                             .holds = "what each side wrote before the gate is seen by the other",
                                             .threads = 2,
                                             .load_buffering = false};
};

template <class Rules>
class TwoRounds final : public GateScenario<Rules, 1, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worker_gate.two_rounds",
                                             .holds = "a helper works in each round once, and ends",
                                             .threads = 2,
                                             .load_buffering = false};
};

template <class Rules>
class TwoHelpers final : public GateScenario<Rules, 2, 1> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worker_gate.two_helpers",
                                             .holds = "the coordinator waits for both helpers",
                                             .threads = 3,
                                             .load_buffering = false};
};

template <class Rules>
class TwoHelpersTwoRounds final : public GateScenario<Rules, 2, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worker_gate.two_helpers_two_rounds",
                                             .holds = "no helper is in two rounds at once",
                                             .threads = 3,
                                             .explorer = false,
                                             .load_buffering = false};
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::worker_gate_model
