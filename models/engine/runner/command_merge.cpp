// `merge`: the reports of all shards of one run, of `mutants`, or of both, as one report with one exit code.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/engine/runner/commands.hpp"

namespace hallmark::check {
namespace {

struct Part {
  std::string path;
  Report report;
};

// A report of everything is the only shard.
Shard shard_of(const Report& report) { return report.shard.empty() ? Shard{} : parse_shard(report.shard); }

// Are these all shards of one run, each once? Prints what is wrong.
bool is_complete(const std::vector<Part>& parts) {
  std::map<unsigned, std::string> path_of_shard;
  const unsigned total = shard_of(parts.front().report).total;
  bool complete = true;
  for (const auto& [path, report] : parts) {
    const Shard shard = shard_of(report);
    if (report.interrupted) {
      fmt::print("{} can't be merged: it is a partial report\n", path);
      complete = false;
    }
    if (shard.total != total || report.seed != parts.front().report.seed ||
        report.timed != parts.front().report.timed) {
      fmt::print("{} is a shard of another run than {}\n", path, parts.front().path);
      complete = false;
    }
    const auto [other, fresh] = path_of_shard.try_emplace(shard.index, path);
    if (fresh) continue;
    fmt::print("{} and {} are both shard {}/{}\n", other->second, path, shard.index, shard.total);
    complete = false;
  }
  for (unsigned shard = 1; shard <= total; ++shard) {
    if (path_of_shard.contains(shard)) continue;
    fmt::print("shard {}/{} is missing\n", shard, total);
    complete = false;
  }
  return complete;
}

// Violated beats inconclusive beats holds; the first violation stays.
void merge_into(ScenarioReport& whole, const ScenarioReport& part) {
  whole.executions += part.executions;
  whole.duplicates += part.duplicates;
  whole.blocked += part.blocked;
  whole.seconds += part.seconds;
  for (const auto& [name, count] : part.witnesses) whole.witnesses[name] += count;
  const auto badness = [](const ScenarioReport& report) {
    return report.verdict == "violated" ? 2 : report.verdict == "inconclusive" ? 1 : 0;
  };
  if (badness(part) <= badness(whole)) return;
  whole.verdict = part.verdict;
  whole.reason = part.reason;
  whole.token = part.token;
}

// A shard leaves open whether every witness is reached; the whole must not.
void judge_witnesses(ScenarioReport& whole) {
  if (whole.verdict != "holds") return;
  for (const auto& [name, count] : whole.witnesses) {
    if (count > 0) continue;
    whole.verdict = "inconclusive";
    whole.reason = fmt::format("never reached: {}", name);
    return;
  }
}

Report merged(const std::vector<Part>& parts) {
  const auto is_run = [](const Part& part) { return part.report.command != "mutants"; };
  const auto run = std::ranges::find_if(parts, is_run);
  const Report& first = run == parts.end() ? parts.front().report : run->report;
  const bool both = std::ranges::any_of(parts, [&](const Part& part) { return part.report.command != first.command; });
  Report whole{.seed = first.seed, .command = both ? "" : first.command, .timed = first.timed};
  std::map<std::pair<std::string, std::string>, ScenarioReport> scenarios;
  for (const Part& part : parts) {
    for (const ScenarioReport& scenario : part.report.scenarios) {
      const auto [place, fresh] = scenarios.try_emplace({scenario.name, scenario.engine}, scenario);
      if (!fresh) merge_into(place->second, scenario);
    }
    whole.mutants.insert(whole.mutants.end(), part.report.mutants.begin(), part.report.mutants.end());
    whole.gallery.insert(whole.gallery.end(), part.report.gallery.begin(), part.report.gallery.end());
    if (!part.report.pairs.empty()) whole.pairs = part.report.pairs;  // each shard of mutants looks at all of them
  }
  for (auto& [name, scenario] : scenarios) {
    if (scenario.claim == "sampled") {
      scenario.bounds = whole.timed ? fmt::format("{} random executions, as many as {} shards had time for",
                                                  scenario.executions, std::ranges::count_if(parts, is_run))
                                    : fmt::format("{} random executions from seed {}", scenario.executions, whole.seed);
    }
    judge_witnesses(scenario);
    whole.scenarios.push_back(scenario);
  }
  return whole;
}

}  // namespace

Exit command_merge(const std::vector<std::string>& paths, const RunOptions& options) {
  std::vector<Part> parts;
  for (const std::string& path : paths) parts.push_back({path, read_json(path)});
  std::map<std::string, std::vector<Part>> by_command;
  for (const Part& part : parts) by_command[part.report.command].push_back(part);
  bool complete = true;
  for (const auto& [command, shards] : by_command) complete &= is_complete(shards);
  if (!complete) return Exit::nothing_proven;
  const Report whole = merged(parts);
  print_scenarios(whole);
  print_mutants(whole);
  print_disagreements(whole);
  print_gallery(whole);
  print_verdict(whole);
  write_reports(whole, options);
  return whole.exit();
}

}  // namespace hallmark::check
