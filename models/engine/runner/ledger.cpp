#include "models/engine/runner/ledger.hpp"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "models/engine/core/catalogue.hpp"

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

json to_ledger(const Report& report) {
  json ledger = to_json(report);
  for (const char* passing : {"host", "shard", "interrupted", "timed"}) ledger.erase(passing);
  ledger["scenarios"] = scenarios_to_json();
  for (json& entry : ledger["sites"]) entry.erase("line");
  for (const char* list : {"mutants", "gallery"}) {
    for (json& entry : ledger[list]) entry.erase("seconds");
  }
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

void write_ledger(const Report& report, const std::string& path) { write_text(path, to_ledger(report).dump(1) + "\n"); }

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
  std::vector<MutantReport> rows = read_json(path).mutants;
  std::erase_if(rows, [&](const MutantReport& row) { return row.label != label; });
  return rows;
}

}  // namespace hallmark::check
