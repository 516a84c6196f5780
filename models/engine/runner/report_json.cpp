// Reports as JSON, both ways.
#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "models/engine/core/site.hpp"
#include "models/engine/runner/report.hpp"
#include "models/engine/runner/source.hpp"

namespace hallmark::check {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ScenarioReport, name, engine, claim, bounds, executions, duplicates,
                                                blocked, seconds, witnesses, verdict, reason, token)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(MutantReport, label, order, weaker, engine, verdict, scenario, reason,
                                                executions, seconds, token)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(GalleryReport, id, what, expected, verdict, judge, scenario, reason,
                                                executions, seconds, token)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PairReport, store, read, synchronises, scenario, engine)

namespace {

using nlohmann::json;

constexpr int kVersion = 1;

std::string host_name() {
  utsname name{};
  return uname(&name) == 0 ? fmt::format("{} {} {}", name.nodename, name.sysname, name.machine) : "unknown";
}

// What was seen at one site: its partner, and what the site does there.
json observed_at(const Site& site, const std::vector<PairReport>& pairs) {
  json list = json::array();
  for (const PairReport& pair : pairs) {
    const auto add = [&](const std::string& partner, const char* relation) {
      list.push_back(
          {{"partner", partner}, {"relation", relation}, {"scenario", pair.scenario}, {"engine", pair.engine}});
    };
    if (pair.read == site.label) add(pair.store, pair.synchronises ? "receives" : "reads");
    if (pair.store == site.label && pair.synchronises) add(pair.read, "publishes");
  }
  return list;
}

json sites_to_json(const std::vector<PairReport>& pairs) {
  json list = json::array();
  for (const Site* site : kernel_sites()) {
    list.push_back(to_json(*site));
    list.back()["observed"] = observed_at(*site, pairs);
  }
  return list;
}

// A report of another process knows the places of sites that this one has not run.
void locate_sites(const json& sites) {
  static std::set<std::string> files;  // sites point at the names
  for (const json& entry : sites) {
    Site* site = find_site(entry.value("label", std::string()));
    const int line = entry.value("line", 0);
    if (site == nullptr || site->file != nullptr || line == 0) continue;
    site->file = files.insert(entry.value("file", std::string())).first->c_str();
    site->line = line;
  }
}

// A reader turns a fraction into a count or a line, which only those between can be.
bool has_wild_number(const json& document) {
  std::vector<const json*> open{&document};
  while (!open.empty()) {
    const json& part = *open.back();
    open.pop_back();
    if (part.is_number_float() && !(part >= 0.0 && part < 2e9)) return true;
    if (!part.is_structured()) continue;
    for (const json& inner : part) open.push_back(&inner);
  }
  return false;
}

}  // namespace

json to_json(const Site& site) {
  const SiteSource source = read_source(site);
  return {{"label", site.label},
          {"file", site.file == nullptr ? "" : site.file},
          {"line", site.line},
          {"operation", vocabulary::name_of(site.operation)},
          {"order", vocabulary::name_of(site.declared)},
          {"partners", source.partners},
          {"reason", source.reason}};
}

json to_json(const Report& report) {
  return {{"version", kVersion},       {"seed", report.seed},           {"command", report.command},
          {"host", host_name()},       {"shard", report.shard},         {"interrupted", report.interrupted},
          {"timed", report.timed},     {"scenarios", report.scenarios}, {"sites", sites_to_json(report.pairs)},
          {"mutants", report.mutants}, {"gallery", report.gallery},     {"pairs", report.pairs}};
}

Report read_json(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError{fmt::format("can't read \"{}\"", path)};
  const json document = json::parse(file, nullptr, false);
  const json version = document.is_object() && document.contains("version") ? document["version"] : json();
  if (!version.is_number_integer() || version != kVersion) {
    throw UsageError{fmt::format("\"{}\" is not a report of version {}", path, kVersion)};
  }
  if (has_wild_number(document))
    throw UsageError{fmt::format("\"{}\" is not a report: a number is out of range", path)};
  try {
    Report report;
    report.seed = document.value("seed", report.seed);
    report.command = document.value("command", report.command);
    report.shard = document.value("shard", report.shard);
    report.interrupted = document.value("interrupted", false);
    report.timed = document.value("timed", false);
    report.scenarios = document.value("scenarios", report.scenarios);
    report.mutants = document.value("mutants", report.mutants);
    report.gallery = document.value("gallery", report.gallery);
    locate_sites(document.value("sites", json::array()));
    report.pairs = document.value("pairs", report.pairs);
    return report;
  } catch (const json::exception& error) {
    throw UsageError{fmt::format("\"{}\" is not a report: {}", path, error.what())};
  }
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw UsageError{fmt::format("can't write \"{}\": does the folder exist, and may you write there?", path)};
}

void write_json(const Report& report, const std::string& path) { write_text(path, to_json(report).dump(1) + "\n"); }

}  // namespace hallmark::check
