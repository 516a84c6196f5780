// For the tests of the explorer: runs a scenario class that is in no catalogue, and says what came of it.
//
// Scenario classes derive from Program<Threads>, which names them by nothing: a test is named for what it asks.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>

#include <hallmark/sync/sync.hpp>

#include "models/engine/core/scenario.hpp"
#include "models/engine/explorer/exploration.hpp"
#include "models/engine/explorer/schedule.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {

template <unsigned Threads>
class Program : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "program", .holds = "what the test asks", .threads = Threads, .witnesses = {"a", "b", "c", "d"}};
};

/// What exploring a scenario came to.
struct Explored {
  check::RunResult result;
  explorer_engine::Effort effort;
  check::LiveCounters counters;
  check::RunResult replayed;  // if it was violated
  check::Trace trace;

  bool holds() const { return result.verdict == check::RunVerdict::holds && result.exhaustive; }
  /// Violated by this, and the replay says the same.
  bool is_violated_by(std::string_view words) const {
    return result.verdict == check::RunVerdict::violated && result.failure.find(words) != std::string::npos &&
           replayed.verdict == check::RunVerdict::violated && replayed.failure == result.failure;
  }
};

template <class S>
check::ScenarioType type_of() {
  return {&S::kInfo, sync::kEngine, {},
          sizeof(S), alignof(S),    [](void* storage) -> check::Scenario* { return ::new (storage) S(); }};
}

template <class S>
Explored explore(const explorer_engine::Options& options = {}, std::uint64_t most_executions = 0) {
  Explored explored;
  const check::ScenarioType type = type_of<S>();
  check::RunRequest request{.scenario = &type, .count = most_executions, .counters = &explored.counters};
  {
    explorer_engine::Exploration exploration(request, options);
    explored.result = exploration.run();
    explored.effort = exploration.effort();
  }
  if (explored.result.verdict == check::RunVerdict::violated) {
    request.schedule = explored.result.schedule;
    request.trace = &explored.trace;
    explored.replayed = explorer_engine::replay(request);
  }
  return explored;
}

/// How many executions a sound program has. 0 if it is not explored to the end, violated, or anything is visited twice.
template <class S>
std::uint64_t count() {
  const Explored explored = explore<S>();
  EXPECT_TRUE(explored.holds()) << explored.result.failure;
  EXPECT_EQ(explored.result.duplicates, 0U);
  return explored.holds() ? explored.result.executions : 0;
}

template <vocabulary::MemoryOrder Order>
inline constexpr vocabulary::OrderConstant<Order> constant{};

using vocabulary::MemoryOrder;

}  // namespace hallmark::inline HALLMARK_NAMESPACE
