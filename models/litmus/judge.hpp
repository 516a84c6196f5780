// Runs litmus programs on an engine, each batch in a process of its own: engines leak what an abandoned execution held.
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

/// The answers in the order of the programs.
std::vector<Judged> run(const Judge& judge, const std::vector<const Program*>& programs);

}  // namespace hallmark::litmus
