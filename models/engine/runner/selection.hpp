// Which scenarios, gallery entries and mutants the command line means.
#pragma once

#include <vector>

#include "models/engine/runner/case.hpp"
#include "models/engine/runner/options.hpp"

namespace hallmark::check {

/// Kernel scenarios that match a pattern (all of them without patterns), and broken variants that a pattern names by
/// id ("Q1") or by path ("Q1/..."). Throws UsageError for a pattern or an engine that names nothing.
std::vector<const ScenarioType*> select_scenarios(const RunOptions& options);

/// One site, one weaker order, one engine.
struct OrderMutant {
  Mutant mutant;
  std::string_view engine;
};

/// Every weaker order of every kernel site whose label matches a pattern.
std::vector<OrderMutant> select_order_mutants(const RunOptions& options);

/// One gallery entry on one engine that has scenarios for it.
struct GalleryCase {
  const GalleryEntry* entry;
  std::string_view engine;
  std::vector<const ScenarioType*> scenarios;
};

/// Gallery entries whose id, or the name of one of whose scenarios, matches a pattern.
std::vector<GalleryCase> select_gallery(const RunOptions& options);

/// The engines that `options.engine` means.
std::vector<std::string_view> select_engines(const RunOptions& options);

}  // namespace hallmark::check
