// `run`: scenarios, cut into chunks of executions, on all cores.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "models/engine/runner/commands.hpp"
#include "models/engine/runner/pool.hpp"
#include "models/engine/runner/progress.hpp"
#include "models/engine/runner/selection.hpp"

namespace hallmark::check {
namespace {

using Clock = std::chrono::steady_clock;

// A process start costs about a millisecond, a chunk some fifty.
constexpr std::uint64_t kChunk = 50'000;

struct Range {
  std::uint64_t first;
  std::uint64_t count;
};

// By time, a shard's executions are a part of all that there are: as many of them as it has time for.
Range range_of_shard(const RunOptions& options) {
  const std::uint64_t n = options.seconds ? (std::uint64_t{1} << 32) - 1 - options.seed : options.executions;
  const std::uint64_t from = n * (options.shard.index - 1) / options.shard.total;
  const std::uint64_t to = n * options.shard.index / options.shard.total;
  return {options.seed + from, to - from};
}

// One scenario's part of the job list.
struct Piece {
  const ScenarioType* scenario;
  bool samples;
  std::vector<std::size_t> jobs;  // in the order of their executions
  std::size_t finished = 0;
};

struct Plan {
  std::vector<Piece> pieces;
  std::vector<Job> jobs;
  std::vector<std::size_t> piece_of_job;

  void add(std::size_t piece, const Step& step) {
    pieces[piece].jobs.push_back(jobs.size());
    piece_of_job.push_back(piece);
    jobs.push_back({{step}});
  }
};

void plan_exhaustive(Plan& plan, const Mutant& mutant) {
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    if (!plan.pieces[i].samples) plan.add(i, {.which = {plan.pieces[i].scenario, mutant}});
  }
}

void plan_counted(Plan& plan, const Mutant& mutant, Range range) {
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    if (!plan.pieces[i].samples) continue;
    for (std::uint64_t from = 0; from < range.count; from += kChunk) {
      plan.add(i, {{plan.pieces[i].scenario, mutant}, range.first + from, std::min(kChunk, range.count - from)});
    }
  }
}

// More chunks than time: scenario after scenario in turn, until the deadline.
void plan_timed(Plan& plan, const Mutant& mutant, Range range, double seconds, unsigned processes) {
  constexpr double kFastest = 4e6;  // executions a second and process, above anything measured
  const auto chunk = static_cast<std::uint64_t>(std::clamp(seconds * 2000, 2000.0, 250'000.0));
  const double all =
      seconds * processes * kFastest / static_cast<double>(chunk * std::max<std::size_t>(1, plan.pieces.size()));
  const double numbers = static_cast<double>(range.count) / static_cast<double>(chunk);
  const auto rounds = static_cast<std::uint64_t>(std::min(std::ceil(all), std::floor(numbers)));
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
      if (!plan.pieces[i].samples) continue;
      plan.add(i, {{plan.pieces[i].scenario, mutant}, range.first + round * chunk, chunk});
    }
  }
}

Plan make_plan(const RunOptions& options, const Mutant& mutant) {
  Plan plan;
  std::size_t exhaustive = 0;
  for (const ScenarioType* scenario : select_scenarios(options)) {
    const bool samples = make_engine(scenario->engine)->samples();
    // An exhaustive scenario belongs to one shard.
    if (!samples && exhaustive++ % options.shard.total != options.shard.index - 1) continue;
    if (samples && range_of_shard(options).count == 0) continue;
    plan.pieces.push_back({scenario, samples, {}});
  }
  plan_exhaustive(plan, mutant);
  if (options.seconds) {
    plan_timed(plan, mutant, range_of_shard(options), *options.seconds, processes_of(options));
  } else {
    plan_counted(plan, mutant, range_of_shard(options));
  }
  return plan;
}

std::string bounds_in_words(const Piece& piece, const ScenarioReport& report, const RunOptions& options) {
  if (!piece.samples) return "every execution of the scenario";
  return fmt::format("{} random executions from seed {}", report.executions, range_of_shard(options).first);
}

void count_witnesses(const Piece& piece, const std::vector<JobResult>& results, ScenarioReport& report) {
  const ScenarioInfo& info = *piece.scenario->info;
  std::array<std::uint64_t, kMostWitnesses> sums{};
  for (const std::size_t job : piece.jobs) {
    for (std::size_t i = 0; i < kMostWitnesses; ++i) sums[i] += results[job].witnesses[i];
  }
  for (std::size_t i = 0; i < info.outcomes.size(); ++i) {
    report.witnesses[fmt::format("outcome {}", info.outcomes[i])] = sums[i];
  }
  for (std::size_t i = 0; i < info.witnesses.size(); ++i) {
    report.witnesses[std::string(info.witnesses[i])] = sums[info.outcomes.size() + i];
  }
}

// The first violation in the order of executions, whatever the order in which workers finished.
const JobResult* first_violation(const Piece& piece, const std::vector<JobResult>& results) {
  for (const std::size_t job : piece.jobs) {
    if (results[job].end == JobEnd::finished && results[job].run.verdict == RunVerdict::violated) return &results[job];
  }
  return nullptr;
}

std::string why_inconclusive(const Piece& piece, const std::vector<JobResult>& results, const ScenarioReport& report,
                             const RunOptions& options) {
  std::size_t cancelled = 0;
  for (const std::size_t job : piece.jobs) {
    const JobResult& result = results[job];
    if (result.end == JobEnd::died || result.end == JobEnd::hung) return result.detail;
    if (result.end == JobEnd::finished && result.run.verdict == RunVerdict::inconclusive) return result.run.failure;
    cancelled += result.end == JobEnd::cancelled ? 1 : 0;
  }
  if (report.executions == 0) return "no execution: nothing was checked";
  if (cancelled > 0 && !options.seconds) return "stopped before all executions were done";
  if (options.shard.total > 1) return {};  // whether every witness was reached is for the merged report to say
  for (const auto& [name, count] : report.witnesses) {
    if (count == 0) return fmt::format("never reached: {}", name);
  }
  return {};
}

ScenarioReport summarise(const Piece& piece, const std::vector<JobResult>& results, const RunOptions& options,
                         const Mutant& mutant) {
  ScenarioReport report;
  report.name = display_name(*piece.scenario);
  report.engine = piece.scenario->engine;
  bool exhaustive = !piece.samples;
  const JobResult* violation = first_violation(piece, results);
  for (const std::size_t job : piece.jobs) {
    report.executions += results[job].executions;
    report.duplicates += results[job].run.duplicates;
    report.blocked += results[job].run.blocked;
    report.seconds += results[job].seconds;
    exhaustive &= results[job].run.exhaustive;
    if (&results[job] == violation) break;  // what other workers did beyond it depends on their speed
  }
  report.claim = piece.samples ? "sampled" : exhaustive ? "exhaustive" : "bounded";
  report.bounds = bounds_in_words(piece, report, options);
  count_witnesses(piece, results, report);
  if (violation != nullptr) {
    report.verdict = "violated";
    report.reason = violation->run.failure;
    report.token = make_token({piece.scenario, mutant}, violation->run.schedule);
    return report;
  }
  report.reason = why_inconclusive(piece, results, report, options);
  report.verdict = report.reason.empty() ? "holds" : "inconclusive";
  return report;
}

}  // namespace

Exit command_run(const RunOptions& options) {
  const std::optional<Mutant> mutant = Mutant::parse(options.mutant);
  if (!mutant) {
    throw UsageError{
        fmt::format("\"{}\" is no mutant: expected LABEL=ORDER with a label and an order that "
                    "hallmark-check list shows",
                    options.mutant)};
  }
  Plan plan = make_plan(options, *mutant);
  Report report{.seed = options.seed, .command = "run", .timed = options.seconds.has_value()};
  if (options.shard.total > 1) report.shard = fmt::format("{}/{}", options.shard.index, options.shard.total);
  if (plan.pieces.empty()) {
    fmt::print("shard {} has nothing to do: there are fewer scenarios than shards\n", report.shard);
    write_reports(report, options);
    return Exit::holds;
  }

  const unsigned processes = processes_of(options);
  const Clock::time_point deadline =
      Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(1000 * options.seconds.value_or(1e6)));
  std::vector<std::size_t> first_violated(plan.pieces.size(), plan.jobs.size());  // job index
  bool any_violated = false;
  std::uint64_t ended_executions = 0;
  Progress progress(plan.pieces.size(), "scenarios");
  const std::vector<JobResult> results =
      run_jobs(plan.jobs, {.processes = processes, .hang_seconds = options.hang_seconds},
               {.wanted =
                    [&](std::size_t job) {
                      if (job > first_violated[plan.piece_of_job[job]]) return false;
                      return !(options.fail_fast && any_violated) && Clock::now() < deadline;
                    },
                .done =
                    [&](std::size_t job, const JobResult& result) {
                      ended_executions += result.executions;
                      Piece& piece = plan.pieces[plan.piece_of_job[job]];
                      if (result.end == JobEnd::finished && result.run.verdict == RunVerdict::violated) {
                        first_violated[plan.piece_of_job[job]] = std::min(first_violated[plan.piece_of_job[job]], job);
                        any_violated = true;
                      }
                      if (result.end == JobEnd::died || result.end == JobEnd::hung) {
                        fmt::print(stderr, "\n{} on {}: {}\n", display_name(*piece.scenario), piece.scenario->engine,
                                   result.detail);
                      }
                      if (++piece.finished == piece.jobs.size()) progress.finished(display_name(*piece.scenario));
                    },
                .tick = [&](std::uint64_t running) { progress.update(ended_executions + running); }});

  report.interrupted = interrupted();
  for (const Piece& piece : plan.pieces) report.scenarios.push_back(summarise(piece, results, options, *mutant));
  print_scenarios(report);
  print_verdict(report);
  write_reports(report, options);
  return report.exit();
}

}  // namespace hallmark::check
