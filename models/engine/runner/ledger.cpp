#include "models/engine/runner/ledger.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/runner/fates.hpp"
#include "models/engine/runner/orderings.hpp"
#include "models/engine/runner/pairing.hpp"

namespace hallmark::check {
namespace {

using nlohmann::json;

constexpr const char* kOrderings = "ORDERINGS.md";
constexpr const char* kGallery = "gallery.md";

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

json fates_to_json(const std::string& label, const std::vector<MutantReport>& mutants) {
  json list = json::array();
  for (const Fate& fate : fates_of(*find_site(label), mutants)) {
    list.push_back({{"order", fate.order},
                    {"fate", fate.fate},
                    {"by", fate.by},
                    {"scenario", fate.scenario},
                    {"reason", fate.reason},
                    {"token", fate.token}});
  }
  return list;
}

json to_ledger(const Report& report) {
  json ledger = to_json(report);
  for (const char* passing : {"host", "shard", "interrupted", "timed", "pairs"}) ledger.erase(passing);
  ledger["scenarios"] = scenarios_to_json();
  for (json& entry : ledger["sites"]) {
    entry.erase("line");
    entry["weaker"] = fates_to_json(entry["label"].get<std::string>(), report.mutants);
  }
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
  const char* entry;  // one of them
  std::vector<const char*> key;
  std::vector<const char*> fields;
};

const std::vector<Section>& sections() {
  static const std::vector<Section> kSections = {
      {"scenarios", "scenario", {"name", "engine"}, {"outcomes", "witnesses"}},
      {"sites", "site", {"label"}, {"file", "operation", "order", "partners", "reason", "observed"}},
      {"mutants", "mutant", {"label", "weaker", "engine"}, {"order", "verdict", "scenario"}},
      {"gallery", "gallery entry", {"id", "judge"}, {"expected", "verdict", "scenario"}},
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

// Adds the differences of one list.
void compare(const Section& section, const json& then, const json& now, std::vector<std::string>& lines) {
  const std::map<std::string, json> old_entries = by_key(then, section);
  const std::map<std::string, json> new_entries = by_key(now, section);
  for (const auto& [key, entry] : old_entries) {
    if (new_entries.contains(key)) continue;
    lines.push_back(fmt::format("{} \"{}\" is in the ledger and not in this run", section.entry, key));
  }
  for (const auto& [key, entry] : new_entries) {
    const auto old_entry = old_entries.find(key);
    if (old_entry == old_entries.end()) {
      lines.push_back(fmt::format("{} \"{}\" is not in the ledger", section.entry, key));
      continue;
    }
    for (const char* field : section.fields) {
      const json before = old_entry->second.value(field, json());
      const json after = entry.value(field, json());
      if (before == after) continue;
      lines.push_back(
          fmt::format("{} \"{}\": {} was {}, is {}", section.entry, key, field, before.dump(), after.dump()));
    }
  }
}

std::vector<std::string> differences_between(const json& then, const json& now) {
  std::vector<std::string> lines;
  for (const Section& section : sections()) compare(section, then, now, lines);
  return lines;
}

std::string in_folder_of(const std::string& path, const char* name) {
  return (std::filesystem::path(path).parent_path() / name).string();
}

// Empty if there is none.
std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has_gallery(const json& ledger) { return !ledger.value("gallery", json::array()).empty(); }

std::vector<std::string> documents_against(const json& ledger, const std::string& path) {
  std::vector<std::string> lines;
  constexpr const char* kDiffers = "{} is not what the ledger makes of it: write the ledger anew";
  if (read_text(in_folder_of(path, kOrderings)) != orderings_page(ledger)) {
    lines.push_back(fmt::format(kDiffers, kOrderings));
  }
  if (!has_gallery(ledger)) return lines;
  const std::string page = read_text(in_folder_of(path, kGallery));
  const std::vector<std::string> rows = gallery_page_findings(ledger, page);
  lines.insert(lines.end(), rows.begin(), rows.end());
  if (rows.empty() && page != gallery_page(ledger, page)) lines.push_back(fmt::format(kDiffers, kGallery));
  return lines;
}

}  // namespace

void write_ledger(const Report& report, const std::string& path) {
  json ledger = to_ledger(report);
  const json before = json::parse(read_text(path), nullptr, false);
  if (before.is_object()) {
    const bool same = differences_between(before, ledger).empty();
    ledger["revision"] = before.value("revision", 0) + (same ? 0 : 1);
  } else {
    ledger["revision"] = 1;
  }
  write_text(path, ledger.dump(1) + "\n");
  write_text(in_folder_of(path, kOrderings), orderings_page(ledger));
  const std::string page = in_folder_of(path, kGallery);
  if (has_gallery(ledger)) write_text(page, gallery_page(ledger, read_text(page)));
}

bool agrees_with_ledger(const Report& report, const std::string& path) {
  const json then = read_ledger(path);
  std::vector<std::string> lines = differences_between(then, to_ledger(report));
  const auto add = [&](const std::vector<std::string>& more) { lines.insert(lines.end(), more.begin(), more.end()); };
  add(unjudged(report.mutants));
  add(pairing_findings(report.pairs));
  add(documents_against(then, path));
  for (const std::string& line : lines) fmt::print("ledger: {}\n", line);
  fmt::print("ledger: {}\n",
             lines.empty() ? "no difference" : fmt::format("{} findings against {}", lines.size(), path));
  if (!lines.empty()) {
    fmt::print("ledger: if that is meant: hallmark-check mutants --write-ledger {}, and say why in the commit\n", path);
  }
  return lines.empty();
}

LedgerSite ledger_site(const std::string& path, const std::string& label) {
  const json ledger = read_ledger(path);
  LedgerSite site{.sites = ledger.value("sites", json::array()), .row = json::object(), .mutants = json::array()};
  for (const json& row : site.sites) {
    if (row.value("label", std::string()) == label) site.row = row;
  }
  for (const json& mutant : ledger.value("mutants", json::array())) {
    if (mutant.value("label", std::string()) == label) site.mutants.push_back(mutant);
  }
  return site;
}

}  // namespace hallmark::check
