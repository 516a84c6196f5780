// What the labels, the registry, the witnesses and the hidden loads of our Relacy backend cost: executions a second of
// one scenario, against the same deque and the same checks written by hand on rl::atomic and rl::var with Relacy's own
// scheduler. Rounds alternate, each in a process of its own; the medians are compared.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/relacy/engine.hpp"
#include "models/engine/relacy/relacy.hpp"

namespace {

constexpr std::uint64_t kExecutions = 300'000;
constexpr const char* kScenario = "steal_queue.push_pop_mix";

/// The deque of kernel/hallmark/mark/steal_queue.hpp with two slots.
class BareQueue {
 public:
  BareQueue() {
    top_.store(0, rl::mo_relaxed, $);
    bottom_.store(0, rl::mo_relaxed, $);
    for (auto& slot : slots_) slot.store(0, rl::mo_relaxed, $);
    bottom_between_operations_($) = 0;
    top_seen_($) = 0;
  }

  bool push(char item) {
    const std::uint64_t bottom = bottom_between_operations_($);
    if (bottom - top_seen_($) >= 2) {
      top_seen_($) = top_.load(rl::mo_acquire, $);
      if (bottom - top_seen_($) >= 2) return false;
    }
    slots_[bottom % 2].store(item, rl::mo_relaxed, $);
    bottom_.store(bottom + 1, rl::mo_release, $);
    bottom_between_operations_($) = bottom + 1;
    return true;
  }

  char pop() {
    const std::uint64_t bottom = bottom_between_operations_($) - 1;
    bottom_.store(bottom, rl::mo_seq_cst, $);
    std::uint64_t top = top_.load(rl::mo_seq_cst, $);
    const auto left_above = static_cast<std::int64_t>(bottom - top);
    if (left_above < 0) {
      bottom_.store(bottom + 1, rl::mo_relaxed, $);
      return '-';
    }
    const char item = slots_[bottom % 2].load(rl::mo_relaxed, $);
    if (left_above > 0) {
      bottom_between_operations_($) = bottom;
      return item;
    }
    const bool won = top_.compare_exchange_strong(top, top + 1, rl::mo_seq_cst, $, rl::mo_relaxed, $);
    bottom_.store(bottom + 1, rl::mo_relaxed, $);
    return won ? item : '-';
  }

  char steal() {
    std::uint64_t top = top_.load(rl::mo_seq_cst, $);
    const std::uint64_t bottom = bottom_.load(rl::mo_seq_cst, $);
    if (static_cast<std::int64_t>(bottom - top) <= 0) return '-';
    const char item = slots_[top % 2].load(rl::mo_relaxed, $);
    if (!top_.compare_exchange_strong(top, top + 1, rl::mo_seq_cst, $, rl::mo_relaxed, $)) return '!';
    return item;
  }

  std::uint64_t top() const { return top_.debug_value(); }
  std::uint64_t bottom() const { return bottom_.debug_value(); }

 private:
  rl::atomic<std::uint64_t> top_;
  rl::atomic<std::uint64_t> bottom_;
  rl::var<std::uint64_t> bottom_between_operations_;
  rl::var<std::uint64_t> top_seen_;
  std::array<rl::atomic<char>, 2> slots_;
};

/// push_pop_mix: the owner pushes, pops, pushes, pops; the thief steals twice.
class BareScenario : public rl::test_suite<BareScenario, 2> {
 public:
  BareScenario() {
    for (auto& field : fields_) field($) = 0;
  }

  void thread(unsigned id) {
    if (id == 0) {
      push('a');
      take(0, 0, queue_.pop());
      push('b');
      take(0, 1, queue_.pop());
    } else {
      take(1, 2, queue_.steal());
      take(1, 3, queue_.steal());
    }
  }

  void invariant() {
    const std::uint64_t top = queue_.top();
    RL_ASSERT(static_cast<std::int64_t>(top - highest_top_) >= 0);
    highest_top_ = top;
    const auto size = static_cast<std::int64_t>(queue_.bottom() - top);
    RL_ASSERT(size >= -1 && size <= 2);
  }

  void after() {
    for (char item = queue_.pop(); item != '-'; item = queue_.pop()) take(2, 4, item);
    for (std::size_t i = 0; i < 2; ++i) RL_ASSERT(taken_[0][i] + taken_[1][i] + taken_[2][i] == 1);
    const std::string_view outcome(letters_.data(), 4);
    constexpr std::string_view kAllowed[] = {"--ab", "-b-a", "-ba!", "-ba-", "a-!b", "a--b",
                                             "a-b-", "ab!!", "ab!-", "ab-!", "ab--"};
    RL_ASSERT(std::ranges::find(kAllowed, outcome) != std::end(kAllowed));
  }

 private:
  void push(char item) {
    fields_[static_cast<std::size_t>(item - 'a')]($) = 100 + item;
    RL_ASSERT(queue_.push(item));
  }

  void take(std::size_t thread, std::size_t place, char item) {
    letters_[place] = item;
    if (item < 'a') return;
    const auto which = static_cast<std::size_t>(item - 'a');
    ++taken_[thread][which];
    RL_ASSERT(fields_[which]($) == 100 + item);
  }

  BareQueue queue_;
  std::array<rl::var<int>, 2> fields_;
  std::array<std::array<int, 2>, 3> taken_{};
  std::array<char, 5> letters_{};
  std::uint64_t highest_top_ = 0;
};

bool run_bare() {
  std::ostream nowhere(nullptr);
  rl::test_params params;
  params.iteration_count = kExecutions;
  params.output_stream = &nowhere;
  params.progress_stream = &nowhere;
  rl::ostringstream state;
  return rl::run_test<BareScenario, rl::random_scheduler<2>>(params, state, false) == rl::test_result_success;
}

bool run_ours() {
  using namespace hallmark;
  static check::LiveCounters counters;
  for (const check::ScenarioType& type : check::all_scenarios()) {
    if (type.info->name != kScenario || !type.variant.empty()) continue;
    const auto engine = relacy_engine::make_engine();
    const check::RunResult result = engine->run(
        {.scenario = &type, .first = 1, .count = kExecutions, .counters = &counters, .schedule = {}, .trace = nullptr});
    return result.verdict == check::RunVerdict::holds && result.executions == kExecutions;
  }
  return false;
}

// Executions a second, in a process of its own; 0 if the run failed.
double rate_of(bool (*run)()) {
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) _exit(run() ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return status == 0 ? static_cast<double>(kExecutions) / seconds : 0;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

}  // namespace

int main() {
  constexpr int kRounds = 7;
  std::vector<double> bare;
  std::vector<double> ours;
  for (int round = 0; round < kRounds; ++round) {
    bare.push_back(rate_of(run_bare));
    ours.push_back(rate_of(run_ours));
  }
  if (std::ranges::min(bare) == 0 || std::ranges::min(ours) == 0) {
    fmt::print(stderr, "a run failed\n");
    return 1;
  }
  fmt::print("{}, {} executions, median of {} alternating rounds, one core\n", kScenario, kExecutions, kRounds);
  fmt::print("  bare loop on rl::atomic  {:>9.0f} executions/s\n", median(bare));
  fmt::print("  hallmark-check           {:>9.0f} executions/s\n", median(ours));
  fmt::print("  ratio                    {:>9.2f}\n", median(ours) / median(bare));
  return 0;
}
