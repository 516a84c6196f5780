// `mutants`: every site with every weaker order, and the gallery of broken variants, each until a scenario refutes it.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "models/engine/runner/commands.hpp"
#include "models/engine/runner/ledger.hpp"
#include "models/engine/runner/pairing.hpp"
#include "models/engine/runner/pool.hpp"
#include "models/engine/runner/progress.hpp"
#include "models/engine/runner/selection.hpp"

namespace hallmark::check {
namespace {

using Scenarios = std::vector<const ScenarioType*>;

// The budget is spent in rounds of growing size over all scenarios: most mutants fall to a few executions of some
// scenario, and which one is not known beforehand.
std::vector<Step> steps_over(const Scenarios& scenarios, const Mutant& mutant, const RunOptions& options) {
  constexpr std::uint64_t kFirstRound = 2'000;
  constexpr std::uint64_t kGrowth = 8;
  std::vector<Step> steps;
  std::uint64_t from = 0;
  for (std::uint64_t to = std::min(kFirstRound, options.executions); from < options.executions;) {
    for (const ScenarioType* scenario : scenarios) {
      steps.push_back({{scenario, mutant}, options.seed + from, to - from});
    }
    from = std::exchange(to, std::min(to * kGrowth, options.executions));
  }
  return steps;
}

std::vector<Step> exhaustive_steps(const Scenarios& scenarios, const Mutant& mutant) {
  std::vector<Step> steps;
  for (const ScenarioType* scenario : scenarios) steps.push_back({.which = {scenario, mutant}});
  return steps;
}

Job job_for(const Scenarios& scenarios, std::string_view engine, const Mutant& mutant, const RunOptions& options) {
  const bool samples = make_engine(engine)->samples();
  return {samples ? steps_over(scenarios, mutant, options) : exhaustive_steps(scenarios, mutant)};
}

// Scenarios of the engine that execute the site: those of its own primitive, or if there are none, all others.
Scenarios scenarios_of(const Survey& survey, const OrderMutant& mutant) {
  Scenarios own;
  Scenarios others;
  const std::string_view primitive = vocabulary::primitive_of(mutant.mutant.site->label);
  for (std::size_t i = 0; i < survey.scenarios.size(); ++i) {
    if (survey.scenarios[i]->engine != mutant.engine) continue;
    if (std::ranges::find(survey.sites[i], mutant.mutant.site) == survey.sites[i].end()) continue;
    const bool is_own = vocabulary::primitive_of(survey.scenarios[i]->info->name) == primitive;
    (is_own ? own : others).push_back(survey.scenarios[i]);
  }
  return own.empty() ? others : own;
}

// An engine whose scenarios don't execute the site is left out, unless no engine's do: that is a finding.
std::vector<OrderMutant> judged_by_someone(const std::vector<OrderMutant>& mutants, const Survey& survey) {
  const auto executed_anywhere = [&](const Site* site) {
    return std::ranges::any_of(
        survey.sites, [&](const std::vector<Site*>& sites) { return std::ranges::find(sites, site) != sites.end(); });
  };
  std::vector<OrderMutant> judged;
  for (const OrderMutant& mutant : mutants) {
    if (!scenarios_of(survey, mutant).empty() || !executed_anywhere(mutant.mutant.site)) judged.push_back(mutant);
  }
  return judged;
}

// Kernel scenarios are surveyed whatever the patterns: those name sites here.
Scenarios all_kernel_scenarios(const RunOptions& options) {
  RunOptions everything = options;
  everything.patterns.clear();
  return select_scenarios(everything);
}

// The common part of a mutant's and a gallery entry's report. Returns the violated case, if there is one.
template <class AnyReport>
const Case* fill_in(AnyReport& report, const Job& job, const JobResult& result) {
  report.executions = result.executions;
  report.seconds = result.seconds;
  report.verdict = "inconclusive";
  if (job.steps.empty()) {
    report.reason = "no scenario executes it";
    return nullptr;
  }
  if (result.end != JobEnd::finished) {
    report.reason = result.detail.empty() ? "stopped before it was judged" : result.detail;
    return nullptr;
  }
  if (result.run.verdict == RunVerdict::inconclusive) {
    report.reason = result.run.failure;
    return nullptr;
  }
  if (result.run.verdict == RunVerdict::holds) return nullptr;
  const Case& which = job.steps[result.decisive].which;
  report.scenario = which.scenario->info->name;
  report.reason = result.run.failure;
  report.token = make_token(which, result.run.schedule);
  return &which;
}

bool was_judged(const JobResult& result, const Job& job) {
  return !job.steps.empty() && result.end == JobEnd::finished && result.run.verdict != RunVerdict::inconclusive;
}

MutantReport report_mutant(const OrderMutant& mutant, const Job& job, const JobResult& result) {
  MutantReport report;
  report.label = mutant.mutant.site->label;
  report.order = vocabulary::name_of(mutant.mutant.site->declared);
  report.weaker = vocabulary::name_of(mutant.mutant.order);
  report.engine = mutant.engine;
  if (fill_in(report, job, result) != nullptr) {
    report.verdict = "refuted";
  } else if (was_judged(result, job)) {
    report.verdict = result.run.exhaustive ? "equivalent" : "survived";
  }
  return report;
}

GalleryReport report_gallery(const GalleryCase& entry, const Job& job, const JobResult& result) {
  GalleryReport report;
  report.id = entry.entry->id;
  report.what = entry.entry->what;
  report.expected = entry.entry->control ? "passes" : "caught";
  report.judge = entry.engine;
  if (fill_in(report, job, result) != nullptr) {
    report.verdict = "caught";
  } else if (was_judged(result, job)) {
    report.verdict = "passes";
    report.reason = entry.entry->control ? "" : "the bug was not caught within the budget";
  }
  return report;
}

template <class T>
std::vector<T> part_of_shard(const std::vector<T>& all, const Shard& shard) {
  std::vector<T> part;
  for (std::size_t i = shard.index - 1; i < all.size(); i += shard.total) part.push_back(all[i]);
  return part;
}

void refuse_empty(const RunOptions& options, bool empty) {
  if (!empty) return;
  throw UsageError{fmt::format("no site and no gallery entry matches \"{}\": see hallmark-check list",
                               options.patterns.empty() ? "" : options.patterns.front())};
}

std::string summary(const Report& report, std::size_t job, std::size_t mutants) {
  if (job < mutants) {
    const MutantReport& m = report.mutants[job];
    return fmt::format("{}={} {}: {}", m.label, m.weaker, m.engine, m.verdict);
  }
  const GalleryReport& g = report.gallery[job - mutants];
  return fmt::format("{} {}: {}", g.id, g.judge, g.verdict);
}

}  // namespace

Exit command_mutants(const RunOptions& options) {
  const Survey surveyed = survey(all_kernel_scenarios(options), options);
  const std::vector<OrderMutant> mutants =
      part_of_shard(judged_by_someone(select_order_mutants(options), surveyed), options.shard);
  const std::vector<GalleryCase> entries = part_of_shard(select_gallery(options), options.shard);
  refuse_empty(options, options.shard.total == 1 && mutants.empty() && entries.empty());

  std::vector<Job> jobs;
  for (const OrderMutant& mutant : mutants) {
    jobs.push_back(job_for(scenarios_of(surveyed, mutant), mutant.engine, mutant.mutant, options));
  }
  for (const GalleryCase& entry : entries) jobs.push_back(job_for(entry.scenarios, entry.engine, {}, options));

  Report report{.seed = options.seed, .command = "mutants"};
  report.pairs = pairs_seen(surveyed);
  report.mutants.resize(mutants.size());
  report.gallery.resize(entries.size());
  if (options.shard.total > 1) report.shard = fmt::format("{}/{}", options.shard.index, options.shard.total);
  const auto judge = [&](std::size_t job, const JobResult& result) {
    if (job < mutants.size()) {
      report.mutants[job] = report_mutant(mutants[job], jobs[job], result);
    } else {
      const std::size_t entry = job - mutants.size();
      report.gallery[entry] = report_gallery(entries[entry], jobs[job], result);
    }
  };

  Progress progress(jobs.size(), "mutants");
  std::uint64_t ended = 0;
  const std::vector<JobResult> results =
      run_jobs(jobs, {.processes = processes_of(options), .hang_seconds = options.hang_seconds},
               {.wanted = [](std::size_t) { return true; },
                .done =
                    [&](std::size_t job, const JobResult& result) {
                      ended += result.executions;
                      judge(job, result);
                      progress.finished(summary(report, job, mutants.size()));
                    },
                .tick = [&](std::uint64_t running) { progress.update(ended + running); }});
  for (std::size_t job = 0; job < jobs.size(); ++job) judge(job, results[job]);

  report.interrupted = interrupted();
  print_mutants(report);
  print_disagreements(report);
  print_gallery(report);
  print_verdict(report);
  write_reports(report, options);
  if (!options.write_ledger.empty()) write_ledger(report, options.write_ledger);
  if (!options.check_ledger.empty() && !agrees_with_ledger(report, options.check_ledger)) return Exit::violated;
  return report.exit();
}

}  // namespace hallmark::check
