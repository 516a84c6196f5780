#include "models/engine/runner/fates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hallmark::check {
namespace {

// engine -> its report on one mutant
using Judgements = std::map<std::string, const MutantReport*>;

Judgements judgements_of(const Site& site, MemoryOrder weaker, const std::vector<MutantReport>& mutants) {
  Judgements result;
  for (const MutantReport& mutant : mutants) {
    if (mutant.label == site.label && mutant.weaker == vocabulary::name_of(weaker)) result[mutant.engine] = &mutant;
  }
  return result;
}

Fate fate_of(MemoryOrder weaker, const Judgements& judgements) {
  const auto said = [&](const char* engine, std::string_view verdict) {
    const auto found = judgements.find(engine);
    return found != judgements.end() && found->second->verdict == verdict;
  };
  Fate fate{.order = std::string(vocabulary::name_of(weaker))};
  for (const char* engine : {"explorer", "explorer-lb", "relacy"}) {
    if (said(engine, "refuted")) fate.by.emplace_back(engine);
  }
  if (!fate.by.empty()) {
    const MutantReport& shown = *judgements.at(fate.by.front());
    fate.fate = said("explorer", "equivalent") ? "refuted under load buffering only" : "refuted";
    fate.scenario = shown.scenario;
    fate.reason = shown.reason;
    fate.token = shown.token;
  } else if (said("explorer", "equivalent")) {
    fate.fate = said("explorer-lb", "equivalent") ? "not needed in bounds" : "not needed under RC11 only";
  } else {
    fate.fate = "not judged";
  }
  return fate;
}

}  // namespace

std::vector<Fate> fates_of(const Site& site, const std::vector<MutantReport>& mutants) {
  std::vector<Fate> fates;
  for (const MemoryOrder weaker : weaker_orders(site.operation, site.declared)) {
    fates.push_back(fate_of(weaker, judgements_of(site, weaker, mutants)));
  }
  return fates;
}

std::vector<std::string> unjudged(const std::vector<MutantReport>& mutants) {
  std::vector<std::string> findings;
  for (const Site* site : kernel_sites()) {
    if (site->file == nullptr) findings.push_back(fmt::format("{} is executed by no scenario", site->label));
    for (const Fate& fate : fates_of(*site, mutants)) {
      const auto is_its = [&](const MutantReport& mutant) {
        return mutant.label == site->label && mutant.weaker == fate.order;
      };
      if (fate.fate != "not judged" || std::ranges::none_of(mutants, is_its)) continue;
      findings.push_back(fmt::format("{}: whether {} would do is not judged", site->label, fate.order));
    }
  }
  return findings;
}

}  // namespace hallmark::check
