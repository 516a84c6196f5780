// The commands of hallmark-check. Each returns the exit code; wrong use throws UsageError.
#pragma once

#include <string>
#include <vector>

#include "models/engine/runner/options.hpp"
#include "models/engine/runner/report.hpp"

namespace hallmark::check {

Exit command_list(const RunOptions& options, bool as_json);
Exit command_run(const RunOptions& options);
Exit command_mutants(const RunOptions& options);
Exit command_merge(const std::vector<std::string>& paths, const RunOptions& options);
/// `svg` is a file for the picture of the execution graph; empty: none.
Exit command_replay(const std::string& token, const std::string& svg);
Exit command_explain(const std::string& label, const std::string& ledger);

/// Runs every kernel scenario of the engines for a moment, so that the sites know where they are in the source.
/// Returns what each of them executes, and which pairs of sites it has seen.
struct Survey {
  std::vector<const ScenarioType*> scenarios;
  std::vector<std::vector<Site*>> sites;     ///< of the scenario with the same index
  std::vector<std::vector<SitePair>> pairs;  ///< likewise
};
Survey survey(const std::vector<const ScenarioType*>& scenarios, const RunOptions& options);

/// The given number, or one a core.
unsigned processes_of(const RunOptions& options);

/// Writes the files that the options name, and annotations where they are wanted.
void write_reports(const Report& report, const RunOptions& options);

}  // namespace hallmark::check
