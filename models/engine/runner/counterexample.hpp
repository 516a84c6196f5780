// What a replay token stands for, step by step, for those who show it: the report's page, annotations.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hallmark::check {

/// Repeats the token's execution in a process of its own. An object with scenario, engine, holds, threads, mutant,
/// violated, and the steps in the order in which they happened; `from` is the index of the step whose value was read.
/// Null if the token can't be replayed.
nlohmann::json counterexample(const std::string& token);

}  // namespace hallmark::check
