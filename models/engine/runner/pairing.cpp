#include "models/engine/runner/pairing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "models/engine/core/pairs.hpp"
#include "models/engine/runner/source.hpp"

namespace hallmark::check {
namespace {

bool may_publish(const Site& site) {
  return releases(site.declared) && site.operation != Operation::load && site.operation != Operation::cas_fail;
}

bool may_receive(const Site& site) { return acquires(site.declared) && site.operation != Operation::store; }

using Labels = std::pair<std::string, std::string>;  // of the store, of the read

bool names(const SiteSource& source, std::string_view label) {
  return std::ranges::find(source.partners, label) != source.partners.end();
}

std::set<Labels> declared_pairs() {
  std::map<const Site*, SiteSource> sources;
  for (const Site* site : kernel_sites()) sources[site] = read_source(*site);
  std::set<Labels> pairs;
  for (const auto& [store, of_store] : sources) {
    if (!may_publish(*store)) continue;
    for (const auto& [read, of_read] : sources) {
      if (!may_receive(*read) || !(names(of_store, read->label) || names(of_read, store->label))) continue;
      pairs.emplace(store->label, read->label);
    }
  }
  return pairs;
}

// Which scenario is shown for a pair: explorers before engines that sample, the primitive's own before others.
unsigned rank_of(const ScenarioType& scenario, const SitePair& pair) {
  const bool is_own = vocabulary::primitive_of(scenario.info->name) == vocabulary::primitive_of(pair.store->label);
  return (make_engine(scenario.engine)->samples() ? 2U : 0U) + (is_own ? 0U : 1U);
}

}  // namespace

std::vector<PairReport> pairs_seen(const Survey& survey) {
  const std::vector<Site*> sites = kernel_sites();
  const auto is_kernel = [&](const Site* site) { return std::ranges::find(sites, site) != sites.end(); };
  std::map<std::tuple<std::string_view, std::string_view, bool>, PairReport> seen;
  for (const unsigned rank : {0U, 1U, 2U, 3U}) {
    for (std::size_t i = 0; i < survey.scenarios.size(); ++i) {
      const ScenarioType& scenario = *survey.scenarios[i];
      for (const SitePair& pair : survey.pairs[i]) {
        if (!is_kernel(pair.store) || !is_kernel(pair.read) || rank_of(scenario, pair) != rank) continue;
        seen.try_emplace({pair.store->label, pair.read->label, pair.synchronises},
                         PairReport{.store = std::string(pair.store->label),
                                    .read = std::string(pair.read->label),
                                    .synchronises = pair.synchronises,
                                    .scenario = std::string(scenario.info->name),
                                    .engine = std::string(scenario.engine)});
      }
    }
  }
  std::vector<PairReport> pairs;
  for (auto& [key, pair] : seen) {
    // Where a pair synchronises, that says all.
    if (pair.synchronises || !seen.contains({pair.store, pair.read, true})) pairs.push_back(pair);
  }
  return pairs;
}

std::vector<std::string> pairing_findings(const std::vector<PairReport>& seen) {
  std::vector<std::string> findings;
  const std::set<Labels> declared = declared_pairs();
  std::set<Labels> synchronised;
  for (const PairReport& pair : seen) {
    if (pair.synchronises) synchronised.emplace(pair.store, pair.read);
  }
  for (const Site* site : kernel_sites()) {
    const auto is_partner = [&](const Labels& pair) { return pair.first == site->label || pair.second == site->label; };
    if ((acquires(site->declared) || releases(site->declared)) && std::ranges::none_of(declared, is_partner)) {
      findings.push_back(fmt::format("{} is {}, and no comment names a partner that it can synchronise with",
                                     site->label, vocabulary::name_of(site->declared)));
    }
  }
  for (const Labels& pair : declared) {
    if (synchronised.contains(pair)) continue;
    findings.push_back(fmt::format("{} and {} are declared as a pair, and no scenario shows them synchronise",
                                   pair.first, pair.second));
  }
  for (const PairReport& pair : seen) {
    if (!pair.synchronises || declared.contains({pair.store, pair.read})) continue;
    findings.push_back(fmt::format("{} synchronises with {} ({} on {}), and neither comment names the other",
                                   pair.store, pair.read, pair.scenario, pair.engine));
  }
  return findings;
}

}  // namespace hallmark::check
