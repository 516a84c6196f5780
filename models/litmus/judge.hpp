// Runs litmus programs on an engine, in processes that are thrown away: engines leak what abandoned executions held.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/engine/core/engine.hpp"
#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// What an engine showed of one program.
struct Judged {
  Behaviour behaviour;
  std::uint64_t executions = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t blocked = 0;
  std::uint64_t rarest = 0;  ///< how often the outcome was seen that was seen least
  bool exhaustive = false;
  std::string trouble;  ///< what kept the engine from an answer; empty: nothing
};

struct Judge {
  std::function<std::unique_ptr<check::Engine>()> make_engine;
  check::ScenarioType (*interpreter)(const check::ScenarioInfo& info);
  std::uint64_t executions = 0;  ///< sampling engines: how many for each program
};

/// The answers in the order of the programs. Uses all processors.
std::vector<Judged> run(const Judge& judge, const std::vector<const Program*>& programs);

}  // namespace hallmark::litmus
