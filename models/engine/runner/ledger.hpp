// The ledger: what is checked in of the verdicts, so that a change of any of them is seen.
//
// It holds the scenarios with their outcomes, the sites with their orders and partners, the verdict of every mutant and
// of every gallery entry. Times, counts, hosts, line numbers and tokens are not compared.
#pragma once

#include <string>
#include <vector>

#include "models/engine/runner/report.hpp"

namespace hallmark::check {

void write_ledger(const Report& report, const std::string& path);

/// Prints each difference between the report and the ledger at `path`; true if there is none. Throws UsageError if the
/// file can't be read.
bool agrees_with_ledger(const Report& report, const std::string& path);

/// The rows that the ledger has for a site's mutants. Throws UsageError if the file can't be read.
std::vector<MutantReport> ledger_mutants(const std::string& path, const std::string& label);

}  // namespace hallmark::check
