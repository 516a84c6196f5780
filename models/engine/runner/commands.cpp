// `list`, `replay`, `explain`, and what the commands share.
#include "models/engine/runner/commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "models/engine/runner/annotations.hpp"
#include "models/engine/runner/ledger.hpp"
#include "models/engine/runner/pool.hpp"
#include "models/engine/runner/report_html.hpp"
#include "models/engine/runner/selection.hpp"
#include "models/engine/runner/source.hpp"

namespace hallmark::check {
namespace {

using nlohmann::json;

std::vector<std::string_view> weaker_names(const Site& site) {
  std::vector<std::string_view> names;
  for (const MemoryOrder order : weaker_orders(site.operation, site.declared)) {
    names.push_back(vocabulary::name_of(order));
  }
  return names;
}

template <std::size_t Most>
std::vector<std::string_view> to_vector(const Names<Most>& names) {
  return {names.names.begin(), names.names.begin() + static_cast<std::ptrdiff_t>(names.size())};
}

void list_as_json() {
  json result = {{"scenarios", json::array()}, {"sites", json::array()}, {"gallery", json::array()}};
  for (const ScenarioType& type : all_scenarios()) {
    result["scenarios"].push_back({{"name", display_name(type)},
                                   {"engine", type.engine},
                                   {"holds", type.info->holds},
                                   {"threads", type.info->threads},
                                   {"outcomes", to_vector(type.info->outcomes)},
                                   {"witnesses", to_vector(type.info->witnesses)}});
  }
  for (const Site* site : kernel_sites()) {
    result["sites"].push_back(to_json(*site));
    result["sites"].back()["mutants"] = weaker_names(*site);
  }
  for (const GalleryEntry& entry : gallery()) {
    result["gallery"].push_back(
        {{"id", entry.id}, {"what", entry.what}, {"expected", entry.control ? "passes" : "caught"}});
  }
  fmt::print("{}\n", result.dump(1));
}

void list_as_text() {
  fmt::print("scenarios\n");
  for (const ScenarioType& type : all_scenarios()) {
    if (!type.variant.empty()) continue;
    fmt::print("  {:<40} {:<12} {} threads  {}\n", type.info->name, type.engine, type.info->threads, type.info->holds);
    fmt::print("  {:<40} {:<12} reaches {}\n", "", "", fmt::join(to_vector(type.info->outcomes), " "));
  }
  fmt::print("\nsites, and the weaker orders that are tried\n");
  for (const Site* site : kernel_sites()) {
    const std::string place = site->file == nullptr ? "never executed" : fmt::format("{}:{}", site->file, site->line);
    fmt::print("  {:<40} {:<8} {:<8} {:<30} {}\n", site->label, vocabulary::name_of(site->operation),
               vocabulary::name_of(site->declared), fmt::format("{}", fmt::join(weaker_names(*site), " ")), place);
  }
  fmt::print("\ngallery\n");
  for (const GalleryEntry& entry : gallery()) {
    fmt::print("  {:<5} {:<8} {}\n", entry.id, entry.control ? "passes" : "caught", entry.what);
  }
}

std::string place_of(const Site& site) {
  return site.file == nullptr ? "?" : fmt::format("{}:{}", site.file, site.line);
}

// A line for a label with its place.
void print_other(const char* what, const std::string& label) {
  const Site* site = find_site(label);
  fmt::print("  {} {} at {}\n", what, label, site == nullptr ? "?" : place_of(*site));
}

// The partners that the comment names, and those that were seen; and from whom else the site has read.
void print_partners(const SiteSource& source, const json& row) {
  std::map<std::string, std::vector<std::string>> partners;
  std::map<std::string, std::string> read;
  for (const std::string& label : source.partners) partners[label].emplace_back("named in the comment");
  for (const json& seen : row.value("observed", json::array())) {
    const std::string label = seen.value("partner", std::string());
    const std::string relation = seen.value("relation", std::string());
    const std::string where =
        fmt::format("seen in {} on {}", seen.value("scenario", std::string()), seen.value("engine", std::string()));
    if (relation == "reads") {
      read[label] = where;
    } else {
      const char* const does = relation == "receives" ? "publishes to this site" : "receives from this site";
      partners[label].push_back(fmt::format("{}, {}", does, where));
    }
  }
  if (partners.empty()) fmt::print("  no partner\n");
  for (const auto& [label, how] : partners) {
    print_other("partner", label);
    for (const std::string& line : how) fmt::print("    {}\n", line);
  }
  for (const auto& [label, where] : read) {
    print_other("has read, without order, from", label);
    fmt::print("    {}\n", where);
  }
}

// False if a site is not where the ledger says.
bool locate_all(const json& rows) {
  bool all = !rows.empty();
  for (const json& row : rows) {
    Site* site = find_site(row.value("label", std::string()));
    all = site != nullptr && locate(*site, row.value("file", std::string())) && all;
  }
  return all;
}

std::vector<const ScenarioType*> everything() { return select_scenarios({}); }

}  // namespace

unsigned processes_of(const RunOptions& options) {
  return options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
}

void write_reports(const Report& report, const RunOptions& options) {
  if (!options.json.empty()) write_json(report, options.json);
  if (!options.junit.empty()) write_junit(report, options.junit);
  if (!options.html.empty()) write_html(report, options.html);
  if (options.annotations == "github") print_github_annotations(report);
}

Survey survey(const std::vector<const ScenarioType*>& scenarios, const RunOptions& options) {
  // No pair more is seen with a hundred times as many.
  constexpr std::uint64_t kEnoughForEverySiteAndPair = 2000;
  Survey result{scenarios, {}, {}};
  std::vector<Job> jobs;
  for (const ScenarioType* scenario : scenarios) {
    jobs.push_back(
        {.steps = {{.which = {scenario, {}}, .first = 1, .count = kEnoughForEverySiteAndPair}}, .records_pairs = true});
  }
  const std::vector<JobResult> results =
      run_jobs(jobs, {.processes = processes_of(options), .hang_seconds = options.hang_seconds},
               {.wanted = [](std::size_t) { return true; },
                .done = [](std::size_t, const JobResult&) {},
                .tick = [](std::uint64_t) {}});
  for (const JobResult& job : results) {
    result.sites.push_back(job.sites);
    result.pairs.push_back(job.pairs);
  }
  return result;
}

Exit command_list(const RunOptions& options, bool as_json) {
  survey(everything(), options);
  as_json ? list_as_json() : list_as_text();
  const bool ambiguous = std::ranges::any_of(all_sites(), &Site::in_two_places);
  for (const Site* site : all_sites()) {
    if (site->in_two_places) fmt::print(stderr, "label {} is used in two places\n", site->label);
  }
  return ambiguous ? Exit::violated : Exit::holds;
}

Exit command_replay(const std::string& token, const std::string& svg) {
  const TokenContents contents = parse_token(token);
  const ScenarioType& scenario = *contents.which.scenario;
  const std::unique_ptr<Engine> engine = make_engine(scenario.engine);
  static LiveCounters counters;
  Trace trace;
  RunRequest request{.scenario = &scenario, .counters = &counters, .schedule = {}, .trace = &trace};
  if (!engine->parse_schedule(contents.schedule, request)) {
    throw UsageError{fmt::format("\"{}\" is not a schedule of the {} engine", contents.schedule, scenario.engine)};
  }
  const Mutant& mutant = contents.which.mutant;
  if (mutant.site != nullptr) mutant.site->active = mutant.order;
  const RunResult result = engine->run(request);

  fmt::print("scenario  {} on {}\nholds     {}\n", display_name(scenario), scenario.engine, scenario.info->holds);
  if (mutant.site != nullptr) {
    fmt::print("mutant    {}: {} instead of {}\n", mutant.site->label, vocabulary::name_of(mutant.order),
               vocabulary::name_of(mutant.site->declared));
  }
  fmt::print("\n{}\n", draw_interleaving(trace, scenario.info->threads));
  if (!svg.empty()) {
    request.trace = nullptr;
    const std::string picture = draw_execution(scenario.engine, request);
    if (picture.empty()) throw UsageError{fmt::format("--svg draws execution graphs; {} has none", scenario.engine)};
    write_text(svg, picture);
  }
  if (result.verdict != RunVerdict::violated) {
    fmt::print("no violation: the code or the scenario has changed since the token was printed\n");
    return Exit::nothing_proven;
  }
  fmt::print("violated: {}\n", result.failure);
  return Exit::violated;
}

Exit command_explain(const std::string& label, const std::string& ledger) {
  Site* site = find_site(label);
  if (site == nullptr) throw UsageError{fmt::format("no site is labelled \"{}\": see hallmark-check list", label)};
  const LedgerSite known = ledger_site(ledger, label);
  if (!locate_all(known.sites)) survey(everything(), {});
  const SiteSource source = read_source(*site);
  fmt::print("{}\n  {} {} at {}\n\n", site->label, vocabulary::name_of(site->declared),
             vocabulary::name_of(site->operation), place_of(*site));
  for (const std::string& line : source.comment) fmt::print("    //{}\n", line);
  for (const std::string& line : source.code) fmt::print("    {}\n", line);
  fmt::print("\n  why: {}\n", source.reason);
  print_partners(source, known.row);
  if (known.mutants.empty()) fmt::print("  no weaker order exists\n");
  for (const json& weaker : known.row.value("weaker", json::array())) {
    fmt::print("  {}: {}\n", weaker.value("order", std::string()), weaker.value("fate", std::string()));
  }
  for (const json& mutant : known.mutants) {
    const auto text = [&](const char* key) { return mutant.value(key, std::string()); };
    fmt::print("  {} on {}: {}", text("weaker"), text("engine"), text("verdict"));
    const auto executions = mutant.value("executions", std::uint64_t{0});
    if (text("verdict") != "refuted") {
      fmt::print(", {} executions\n", executions);
      continue;
    }
    fmt::print(" by {} after {} executions: {}\n    see it: hallmark-check replay '{}'\n", text("scenario"), executions,
               text("reason"), text("token"));
  }
  return Exit::holds;
}

}  // namespace hallmark::check
