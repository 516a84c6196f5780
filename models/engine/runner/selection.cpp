#include "models/engine/runner/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace hallmark::check {
namespace {

bool any_matches(const RunOptions& options, std::string_view name) {
  return options.patterns.empty() ||
         std::ranges::any_of(options.patterns, [&](const std::string& pattern) { return matches(name, pattern); });
}

bool means(const ScenarioType& type, const std::string& pattern) {
  if (type.variant.empty()) return matches(type.info->name, pattern);
  return pattern == type.variant || (pattern.find('/') != std::string::npos && matches(display_name(type), pattern));
}

// Each pattern must name something, so that a typing error doesn't check nothing.
template <class Test>
void refuse_idle_patterns(const RunOptions& options, std::string_view kind, Test names_something) {
  for (const std::string& pattern : options.patterns) {
    if (names_something(pattern)) continue;
    throw UsageError{fmt::format("pattern \"{}\" matches no {}: see hallmark-check list", pattern, kind)};
  }
}

bool contains(const std::vector<std::string_view>& engines, std::string_view engine) {
  return std::ranges::find(engines, engine) != engines.end();
}

}  // namespace

std::vector<std::string_view> select_engines(const RunOptions& options) {
  const std::vector<std::string_view> engines = engine_names();
  if (options.engine == "all") return engines;
  if (contains(engines, options.engine)) return {*std::ranges::find(engines, options.engine)};
  throw UsageError{
      fmt::format("unknown engine \"{}\": this build has {} and \"all\"", options.engine, fmt::join(engines, ", "))};
}

std::vector<const ScenarioType*> select_scenarios(const RunOptions& options) {
  const std::vector<std::string_view> engines = select_engines(options);
  const std::vector<ScenarioType>& all = all_scenarios();
  refuse_idle_patterns(options, "scenario", [&](const std::string& pattern) {
    return std::ranges::any_of(all, [&](const ScenarioType& type) { return means(type, pattern); });
  });
  std::vector<const ScenarioType*> selected;
  for (const ScenarioType& type : all) {
    const bool meant =
        options.patterns.empty()
            ? type.variant.empty()
            : std::ranges::any_of(options.patterns, [&](const std::string& pattern) { return means(type, pattern); });
    if (meant && contains(engines, type.engine)) selected.push_back(&type);
  }
  return selected;
}

std::vector<OrderMutant> select_order_mutants(const RunOptions& options) {
  std::vector<OrderMutant> selected;
  for (const std::string_view engine : select_engines(options)) {
    for (Site* site : kernel_sites()) {
      if (!any_matches(options, site->label)) continue;
      for (const MemoryOrder weaker : weaker_orders(site->operation, site->declared)) {
        selected.push_back({{site, weaker}, engine});
      }
    }
  }
  return selected;
}

std::vector<GalleryCase> select_gallery(const RunOptions& options) {
  std::vector<GalleryCase> selected;
  for (const std::string_view engine : select_engines(options)) {
    for (const GalleryEntry& entry : gallery()) {
      GalleryCase candidate{&entry, engine, {}};
      bool meant = any_matches(options, entry.id);
      for (const ScenarioType& type : all_scenarios()) {
        if (type.variant != entry.id || type.engine != engine) continue;
        candidate.scenarios.push_back(&type);
        meant |= any_matches(options, type.info->name);
      }
      if (meant && !candidate.scenarios.empty()) selected.push_back(candidate);
    }
  }
  return selected;
}

}  // namespace hallmark::check
