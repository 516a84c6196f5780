// Which sites synchronise with each other: what was seen against what the source declares.
#pragma once

#include <string>
#include <vector>

#include "models/engine/runner/commands.hpp"
#include "models/engine/runner/report.hpp"

namespace hallmark::check {

/// Each pair of the survey with the first scenario that shows it; explorers come before engines that sample, scenarios
/// of the primitive before others.
std::vector<PairReport> pairs_seen(const Survey& survey);

/// What is wrong with the declared pairs, a sentence each: a site that acquires or releases and names no partner, a
/// declared pair that was never seen to synchronise, one that was seen and isn't declared. A pair of sites is declared
/// if the comment of either names the other.
std::vector<std::string> pairing_findings(const std::vector<PairReport>& seen);

}  // namespace hallmark::check
