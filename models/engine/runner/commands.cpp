// `list`, `replay`, `explain`, and what the commands share.
#include "models/engine/runner/commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
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
  constexpr std::uint64_t kEnoughToReachEverySite = 2000;
  Survey result{scenarios, {}};
  std::vector<Job> jobs;
  for (const ScenarioType* scenario : scenarios) {
    jobs.push_back({{{.which = {scenario, {}}, .first = 1, .count = kEnoughToReachEverySite}}});
  }
  const std::vector<JobResult> results =
      run_jobs(jobs, {.processes = processes_of(options), .hang_seconds = options.hang_seconds},
               {.wanted = [](std::size_t) { return true; },
                .done = [](std::size_t, const JobResult&) {},
                .tick = [](std::uint64_t) {}});
  for (const JobResult& job : results) result.sites.push_back(job.sites);
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
  survey(everything(), {});
  const SiteSource source = read_source(*site);
  fmt::print("{}\n  {} {} at {}:{}\n", site->label, vocabulary::name_of(site->declared),
             vocabulary::name_of(site->operation), site->file == nullptr ? "?" : site->file, site->line);
  fmt::print("  partners: {}\n\n",
             source.partners.empty() ? "none" : fmt::format("{}", fmt::join(source.partners, ", ")));
  for (const std::string& line : source.comment) fmt::print("    //{}\n", line);
  for (const std::string& line : source.code) fmt::print("    {}\n", line);
  fmt::print("\n");
  const std::vector<MutantReport> rows = ledger_mutants(ledger, label);
  if (rows.empty()) fmt::print("  no weaker order exists\n");
  for (const MutantReport& row : rows) {
    fmt::print("  {} on {}: {}", row.weaker, row.engine, row.verdict);
    if (row.verdict != "refuted") {
      fmt::print(" {} executions\n", row.executions);
      continue;
    }
    fmt::print(" by {} after {} executions: {}\n    see it: hallmark-check replay '{}'\n", row.scenario, row.executions,
               row.reason, row.token);
  }
  return Exit::holds;
}

}  // namespace hallmark::check
