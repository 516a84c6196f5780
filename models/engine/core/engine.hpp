// What the runner asks of an engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/core/pairs.hpp"
#include "models/engine/core/trace.hpp"

namespace hallmark::check {

struct RunRequest {
  const ScenarioType* scenario = nullptr;
  std::uint64_t first = 1;           ///< sampling engines: number of the first execution, also its seed; 1..2^32-1
  std::uint64_t count = 0;           ///< sampling engines: how many, at least 1
  LiveCounters* counters = nullptr;  ///< never null; may lie in memory that another process watches
  std::string schedule{};            ///< exhaustive engines: explore only this execution; empty: all of them
  SitePairs* pairs = nullptr;        ///< set: record which store each read of an execution reads from
  Trace* trace = nullptr;            ///< set: record the execution that `first` or `schedule` names (then count is 1)
};

enum class RunVerdict : unsigned char {
  holds,        ///< no violation among the executions
  violated,     ///< `failure` says what, `schedule` repeats it
  inconclusive  ///< a bound cut executions off
};

struct RunResult {
  RunVerdict verdict = RunVerdict::holds;
  std::uint64_t executions = 0;
  std::uint64_t duplicates = 0;  ///< exhaustive engines: executions explored that equal an earlier one
  std::uint64_t blocked = 0;     ///< exhaustive engines: explorations abandoned before an execution was complete
  bool exhaustive = false;       ///< every execution within the bounds was explored
  std::string failure{};         ///< the violated property, in words
  std::string schedule{};        ///< engine's own words for the failing execution, part of the replay token
};

/// An engine runs one request at a time, in a process that is thrown away afterwards.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string_view name() const = 0;
  /// A sampling engine reports "sampled" claims, the other "exhaustive" ones.
  virtual bool samples() const = 0;
  virtual RunResult run(const RunRequest& request) = 0;
  /// Repeats the execution that `schedule` names. Returns false if the text is not a schedule of this engine.
  virtual bool parse_schedule(std::string_view schedule, RunRequest& request) const = 0;
};

}  // namespace hallmark::check
