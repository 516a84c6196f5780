// What became of each weaker order of each site, over all engines that judged it.
#pragma once

#include <string>
#include <vector>

#include "models/engine/runner/report.hpp"

namespace hallmark::check {

struct Fate {
  std::string order{};  ///< the weaker one
  /// "refuted"; "refuted under load buffering only"; "not needed in bounds": exhaustively under RC11 and under load
  /// buffering; "not needed under RC11 only", and so kept; "not judged": only sampled, or not at all.
  std::string fate{};
  std::vector<std::string> by{};  ///< the engines that refute it, the one whose counterexample is named first
  std::string scenario{};
  std::string reason{};
  std::string token{};
};

/// One for each weaker order of the site, strongest first.
std::vector<Fate> fates_of(const Site& site, const std::vector<MutantReport>& mutants);

/// Sites that no scenario executes, and weaker orders that were tried and are not judged; a sentence each.
std::vector<std::string> unjudged(const std::vector<MutantReport>& mutants);

}  // namespace hallmark::check
