// What was found, and the forms in which it is told: a table, JSON, JUnit.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "models/engine/runner/case.hpp"

namespace hallmark::check {

/// Exit codes of hallmark-check.
enum class Exit : int { holds = 0, violated = 1, usage = 2, nothing_proven = 3 };

struct ScenarioReport {
  std::string name{};
  std::string engine{};
  std::string claim{};   ///< "exhaustive", "sampled" or "bounded"
  std::string bounds{};  ///< in words: "250000 random executions from seed 1"
  std::uint64_t executions = 0;
  std::uint64_t duplicates = 0;  ///< exhaustive engines: explorations that equal an earlier execution
  std::uint64_t blocked = 0;     ///< exhaustive engines: explorations that no consistent execution came of
  double seconds = 0;            ///< of all worker processes together
  std::map<std::string, std::uint64_t> witnesses{};  ///< how often each outcome ("outcome a-") and witness was reached
  std::string verdict{};                             ///< "holds", "violated" or "inconclusive"
  std::string reason{};                              ///< why it doesn't hold
  std::string token{};                               ///< replays the violation
};

struct MutantReport {
  std::string label{};
  std::string order{};
  std::string weaker{};
  std::string engine{};
  std::string verdict{};   ///< "refuted", "survived", "equivalent" (exhaustively), or "inconclusive": a worker failed
  std::string scenario{};  ///< that refuted it
  std::string reason{};
  std::uint64_t executions = 0;
  double seconds = 0;
  std::string token{};
};

struct GalleryReport {
  std::string id{};
  std::string what{};
  std::string expected{};  ///< "caught" or "passes"
  std::string verdict{};   ///< likewise, or "inconclusive"
  std::string judge{};     ///< the engine
  std::string scenario{};
  std::string reason{};
  std::uint64_t executions = 0;
  double seconds = 0;
  std::string token{};
};

/// A read of one site took its value from another site's store, in another thread.
struct PairReport {
  std::string store{};
  std::string read{};
  bool synchronises = false;  ///< by the rules of release and acquire, release sequences included
  std::string scenario{};     ///< the first that shows it
  std::string engine{};
};

struct Report {
  std::uint64_t seed = 1;
  std::string command{};  ///< "run" or "mutants"; empty: both, merged
  std::string shard{};  ///< "2/4"; empty: everything
  bool interrupted = false;
  bool timed = false;  ///< made with --seconds: how many executions there were depends on the machine
  std::vector<ScenarioReport> scenarios{};
  std::vector<MutantReport> mutants{};
  std::vector<GalleryReport> gallery{};
  std::vector<PairReport> pairs{};  ///< what was seen on the kernel as it is

  /// 1 before 3 before 0.
  Exit exit() const;
};

/// Label, place, operation, order and partners.
nlohmann::json to_json(const Site& site);
/// All of the report, and the sites that this process knows.
nlohmann::json to_json(const Report& report);
/// Unknown keys are ignored, missing ones are empty. Sites that have not run are where the
/// report says. Throws UsageError if the file is not a report.
Report read_json(const std::string& path);
void write_json(const Report& report, const std::string& path);
void write_junit(const Report& report, const std::string& path);

/// The tables at the end of a run, on standard output.
void print_scenarios(const Report& report);
void print_mutants(const Report& report);
/// The mutants ("label=order") on which engines say different things, and why.
std::map<std::string, std::string> disagreements(const Report& report);
void print_disagreements(const Report& report);
void print_gallery(const Report& report);
/// One line that says how it ended.
void print_verdict(const Report& report);

/// Throws UsageError if the file can't be written.
void write_text(const std::string& path, std::string_view text);

/// "12.3k", "4.0M".
std::string short_count(double count);

}  // namespace hallmark::check
