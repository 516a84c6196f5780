// hallmark-check: runs the model checks. See README.md for how to read its output.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <string>

#include "models/engine/runner/case.hpp"
#include "models/engine/runner/commands.hpp"
#include "models/engine/runner/pool.hpp"
#include "models/litmus/herd.hpp"

namespace hallmark::check {
namespace {

struct Arguments {
  RunOptions options;
  std::string budget = "quick";
  std::string shard;
  std::vector<std::string> files;
  std::string token;
  std::string svg;
  std::string label;
  std::string folder;
  std::string ledger = HALLMARK_SOURCE_DIR "/proofs/ledger.json";
  bool as_json = false;
};

// Random executions of each scenario on a sampling engine. An exhaustive engine explores all of them whatever it is.
std::uint64_t executions_of_budget(const std::string& budget) {
  if (budget == "quick") return 250'000;
  if (budget == "standard") return 1'000'000;
  if (budget == "thorough") return 20'000'000;
  throw UsageError{fmt::format("unknown budget \"{}\": quick, standard or thorough", budget)};
}

// Test runners hand out shards by environment; their index counts from 0.
Shard shard_of_environment() {
  for (const char* prefix : {"TEST", "GTEST"}) {
    const char* total = std::getenv(fmt::format("{}_TOTAL_SHARDS", prefix).c_str());
    const char* index = std::getenv(fmt::format("{}_SHARD_INDEX", prefix).c_str());
    if (total == nullptr || index == nullptr) continue;
    const std::optional<unsigned> number = parse_number(index);
    if (!number) throw UsageError{fmt::format("bad {}_SHARD_INDEX \"{}\"", prefix, index)};
    return parse_shard(fmt::format("{}/{}", *number + 1, total));
  }
  return {};
}

void settle(Arguments& arguments) {
  RunOptions& options = arguments.options;
  if (options.executions == 0) options.executions = executions_of_budget(arguments.budget);
  options.shard = arguments.shard.empty() ? shard_of_environment() : parse_shard(arguments.shard);
  if (options.seconds && *options.seconds <= 0) throw UsageError{"--seconds must be greater than 0: nothing would run"};
  if (options.seed < 1 || options.seed + options.executions >= std::uint64_t{1} << 32) {
    throw UsageError{"--seed and the number of executions must stay below 2^32 together, and the seed above 0"};
  }
}

void add_report_options(CLI::App& command, RunOptions& options) {
  command.add_option("--json", options.json, "Write the report to this file");
  command.add_option("--junit", options.junit, "Write a JUnit file");
  command.add_option("--html", options.html, "Write the report as a page for a browser");
  command.add_option("--annotations", options.annotations, "github: print what is wrong as annotations of a workflow")
      ->check(CLI::IsMember({"github"}));
}

void add_run_options(CLI::App& command, Arguments& arguments) {
  RunOptions& options = arguments.options;
  command.add_option("patterns", options.patterns, "Names, parts of names, or patterns with * and ?");
  command.add_option("--budget", arguments.budget, "quick, standard or thorough (default quick)");
  command.add_option("--executions", options.executions, "Random executions of each scenario, instead of a budget")
      ->check(CLI::PositiveNumber);
  command.add_option("--engine", options.engine, "An engine's name, or all (default)");
  command.add_option("--jobs", options.jobs, "Worker processes (default: one a core)")->check(CLI::Range(1, 1024));
  command.add_option("--seed", options.seed, "Number of the first random execution (default 1)");
  command.add_option("--shard", arguments.shard, "I/N: the I-th of N parts of the work");
  add_report_options(command, options);
  command
      .add_option("--hang-timeout", options.hang_seconds,
                  "Seconds after which a worker that completes no execution is killed (default 60)")
      ->check(CLI::PositiveNumber);
}

// The commands; the callback of the one that was given sets `exit`.
void add_commands(CLI::App& app, Arguments& arguments, Exit& exit) {
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "Scenarios, sites, mutants and the gallery");
  list->add_flag("--json", arguments.as_json, "As JSON");
  list->callback([&] { exit = command_list(arguments.options, arguments.as_json); });

  CLI::App* run = app.add_subcommand("run", "Run scenarios");
  add_run_options(*run, arguments);
  run->add_option("--seconds", arguments.options.seconds, "Wall time of the whole run, instead of a budget");
  run->add_option("--mutant", arguments.options.mutant, "LABEL=ORDER: weaken one site");
  run->add_flag("--fail-fast", arguments.options.fail_fast, "Stop at the first violation");
  run->callback([&] {
    settle(arguments);
    exit = command_run(arguments.options);
  });

  CLI::App* mutants = app.add_subcommand("mutants", "Weaken each site, try the gallery of bugs: all must be caught");
  add_run_options(*mutants, arguments);
  mutants->add_option("--write-ledger", arguments.options.write_ledger, "Write the verdicts to this file");
  mutants->add_option("--check-ledger", arguments.options.check_ledger, "Fail if the verdicts differ from this file's");
  mutants->callback([&] {
    settle(arguments);
    exit = command_mutants(arguments.options);
  });

  CLI::App* merge = app.add_subcommand("merge", "Join the JSON reports of all shards of a run, of mutants, or of both");
  merge->add_option("files", arguments.files, "Reports written with --json")->required();
  add_report_options(*merge, arguments.options);
  merge->callback([&] { exit = command_merge(arguments.files, arguments.options); });

  CLI::App* replay = app.add_subcommand("replay", "Show the execution that a token names");
  replay->add_option("token", arguments.token, "As printed with a violation")->required();
  replay->add_option("--svg", arguments.svg, "Write a picture of the execution graph (explorer) to this file");
  replay->callback([&] { exit = command_replay(arguments.token, arguments.svg); });

  CLI::App* exported = app.add_subcommand("export", "Write what other tools read");
  exported->require_subcommand(1);
  CLI::App* litmus =
      exported->add_subcommand("litmus", "The litmus programs as files of the herd tools, with what C++ allows");
  litmus->add_option("folder", arguments.folder, "Where to")->required();
  litmus->callback([&] {
    litmus::export_litmus(arguments.folder);
    exit = Exit::holds;
  });

  CLI::App* explain = app.add_subcommand("explain", "What is known of a site");
  explain->add_option("label", arguments.label, "As in the source")->required();
  explain->add_option("--ledger", arguments.ledger, "The ledger to read (default: the one in proofs/)");
  explain->callback([&] { exit = command_explain(arguments.label, arguments.ledger); });
}

int checked_main(int argc, char** argv) {
  CLI::App app(
      "Model checks of the Hallmark kernel.\nExit code: 0 all hold, 1 a property is violated, 2 wrong use, "
      "3 nothing proven (no execution, a worker died, a witness was never reached)",
      "hallmark-check");
  Arguments arguments;
  Exit exit = Exit::usage;
  add_commands(app, arguments, exit);
  catch_interrupts();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  } catch (const UsageError& error) {
    fmt::print(stderr, "hallmark-check: {}\n", error.message);
    return static_cast<int>(Exit::usage);
  } catch (const std::exception& error) {
    fmt::print(stderr, "hallmark-check: {}\n", error.what());
    return static_cast<int>(Exit::nothing_proven);
  }
  return static_cast<int>(exit);
}

}  // namespace
}  // namespace hallmark::check

int main(int argc, char** argv) { return hallmark::check::checked_main(argc, argv); }
