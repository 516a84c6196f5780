// The ledger: what is checked in of the verdicts, so that a change of any of them is seen.
//
// It holds the scenarios with their outcomes, the sites with their orders, partners and the fate of each weaker order,
// the verdict of every mutant and of every gallery entry. Times, counts, hosts, line numbers and tokens are not
// compared. Its revision grows whenever something that is compared changes. ORDERINGS.md and the table of gallery.md,
// in the same folder, are made from it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/engine/runner/report.hpp"

namespace hallmark::check {

/// Writes the ledger and the documents beside it.
void write_ledger(const Report& report, const std::string& path);

/// Prints each difference between the report and the ledger at `path`, and between the ledger and the documents; and
/// what is wrong with the report whatever the ledger says: sites that nothing judges, pairs of sites that are declared
/// and not seen or seen and not declared. True if there is nothing. Throws UsageError if a file can't be read.
bool agrees_with_ledger(const Report& report, const std::string& path);

/// What the ledger has of a site: its row, the list of those of its mutants, and all sites' rows. Throws UsageError if
/// the file can't be read.
struct LedgerSite {
  nlohmann::json sites;
  nlohmann::json row;
  nlohmann::json mutants;
};
LedgerSite ledger_site(const std::string& path, const std::string& label);

}  // namespace hallmark::check
