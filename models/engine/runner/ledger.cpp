#include "models/engine/runner/ledger.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/runner/source.hpp"

namespace hallmark::check {
namespace {

using nlohmann::json;

template <std::size_t Most>
json to_list(const Names<Most>& names) {
  json list = json::array();
  for (std::size_t i = 0; i < names.size(); ++i) list.push_back(names[i]);
  return list;
}

json scenarios_to_json() {
  json list = json::array();
  for (const ScenarioType& type : all_scenarios()) {
    list.push_back({{"name", display_name(type)},
                    {"engine", type.engine},
                    {"outcomes", to_list(type.info->outcomes)},
                    {"witnesses", to_list(type.info->witnesses)}});
  }
  return list;
}

json sites_to_json() {
  json list = json::array();
  for (const Site* site : all_sites()) {
    if (site->label.starts_with("gallery")) continue;
    list.push_back({{"label", site->label},
                    {"file", site->file == nullptr ? "" : site->file},
                    {"operation", vocabulary::name_of(site->operation)},
                    {"order", vocabulary::name_of(site->declared)},
                    {"partners", read_source(*site).partners}});
  }
  return list;
}

json to_ledger(const Report& report) {
  json ledger = {{"version", 1}, {"seed", report.seed}, {"scenarios", scenarios_to_json()}, {"sites", sites_to_json()}};
  json full = to_json(report);
  ledger["mutants"] = full["mutants"];
  ledger["gallery"] = full["gallery"];
  for (json& entry : ledger["mutants"]) entry.erase("seconds");
  for (json& entry : ledger["gallery"]) entry.erase("seconds");
  return ledger;
}

json read_ledger(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError{fmt::format("can't read the ledger \"{}\"", path)};
  json ledger = json::parse(file, nullptr, false);
  if (ledger.is_discarded()) throw UsageError{fmt::format("\"{}\" is not JSON", path)};
  return ledger;
}

// What is compared: for each list, the fields that name an entry and those that must agree.
struct Section {
  const char* list;
  std::vector<const char*> key;
  std::vector<const char*> fields;
};

const std::vector<Section>& sections() {
  static const std::vector<Section> kSections = {
      {"scenarios", {"name", "engine"}, {"outcomes", "witnesses"}},
      {"sites", {"label"}, {"file", "operation", "order", "partners"}},
      {"mutants", {"label", "weaker", "engine"}, {"order", "verdict", "scenario"}},
      {"gallery", {"id", "judge"}, {"expected", "verdict", "scenario"}},
  };
  return kSections;
}

std::map<std::string, json> by_key(const json& document, const Section& section) {
  std::map<std::string, json> result;
  for (const json& entry : document.value(section.list, json::array())) {
    std::string key;
    for (const char* part : section.key) key += (key.empty() ? "" : " ") + entry.value(part, std::string());
    result[key] = entry;
  }
  return result;
}

// Prints the differences of one list and counts them.
std::size_t compare(const Section& section, const json& then, const json& now) {
  std::size_t differences = 0;
  const std::map<std::string, json> old_entries = by_key(then, section);
  const std::map<std::string, json> new_entries = by_key(now, section);
  for (const auto& [key, entry] : old_entries) {
    if (new_entries.contains(key)) continue;
    fmt::print("ledger: {} \"{}\" is in the ledger and not in this run\n", section.list, key);
    ++differences;
  }
  for (const auto& [key, entry] : new_entries) {
    const auto old_entry = old_entries.find(key);
    if (old_entry == old_entries.end()) {
      fmt::print("ledger: {} \"{}\" is not in the ledger\n", section.list, key);
      ++differences;
      continue;
    }
    for (const char* field : section.fields) {
      const json before = old_entry->second.value(field, json());
      const json after = entry.value(field, json());
      if (before == after) continue;
      fmt::print("ledger: {} \"{}\": {} was {}, is {}\n", section.list, key, field, before.dump(), after.dump());
      ++differences;
    }
  }
  return differences;
}

}  // namespace

void write_ledger(const Report& report, const std::string& path) {
  std::ofstream file(path);
  file << to_ledger(report).dump(1) << "\n";
  file.close();
  if (!file) throw UsageError{fmt::format("can't write the ledger \"{}\"", path)};
}

bool agrees_with_ledger(const Report& report, const std::string& path) {
  const json then = read_ledger(path);
  const json now = to_ledger(report);
  std::size_t differences = 0;
  for (const Section& section : sections()) differences += compare(section, then, now);
  fmt::print("ledger: {}\n",
             differences == 0 ? "no difference" : fmt::format("{} differences from {}", differences, path));
  return differences == 0;
}

std::vector<MutantReport> ledger_mutants(const std::string& path, const std::string& label) {
  std::vector<MutantReport> rows;
  for (const json& entry : read_ledger(path).value("mutants", json::array())) {
    if (entry.value("label", "") != label) continue;
    rows.push_back({.label = label,
                    .order = entry.value("order", ""),
                    .weaker = entry.value("weaker", ""),
                    .engine = entry.value("engine", ""),
                    .verdict = entry.value("verdict", ""),
                    .scenario = entry.value("scenario", ""),
                    .reason = entry.value("reason", ""),
                    .executions = entry.value("executions", std::uint64_t{0}),
                    .token = entry.value("token", "")});
  }
  return rows;
}

}  // namespace hallmark::check
