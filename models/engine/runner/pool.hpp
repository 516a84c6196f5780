// Worker processes. Each job runs in a process of its own: engines leak, abandon stacks, and may crash or hang, and
// none of that may touch the other jobs or the report.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/engine/runner/case.hpp"

namespace hallmark::check {

/// One request to an engine.
struct Step {
  Case which{};
  std::uint64_t first = 1;
  std::uint64_t count = 0;
};

/// Steps that one process runs in turn, until one of them is violated.
struct Job {
  std::vector<Step> steps{};
  bool records_pairs = false;
};

enum class JobEnd : unsigned char {
  finished,  ///< `run` is the result of step `decisive`
  died,      ///< the process ended by itself: `detail` says how
  hung,      ///< no execution ended for the time limit: the process was killed
  cancelled  ///< not run, or stopped, because nobody wants the result any more
};

struct JobResult {
  JobEnd end = JobEnd::cancelled;
  std::string detail{};
  std::size_t decisive = 0;  ///< index of the violated step, or of the last one
  RunResult run{};
  std::uint64_t executions = 0;                           ///< of all steps
  double seconds = 0;                                     ///< of the process
  std::array<std::uint64_t, kMostWitnesses> witnesses{};  ///< of all steps
  std::vector<Site*> sites;                               ///< sites that were executed
  std::vector<SitePair> pairs;                            ///< if the job records them
};

struct PoolOptions {
  unsigned processes = 1;
  double hang_seconds = 60;  ///< a worker that completes no execution for so long is killed
};

/// What the caller is told while jobs run.
struct PoolObserver {
  /// Asked before a job starts, and about jobs that run: false stops it.
  std::function<bool(std::size_t job)> wanted;
  std::function<void(std::size_t job, const JobResult&)> done;
  /// About ten times a second; `running` counts executions of jobs that have not ended.
  std::function<void(std::uint64_t running)> tick;
};

/// Runs all jobs, in order, `processes` at a time. Returns early, cancelling what is left, once `interrupted()`.
std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, const PoolOptions& options, const PoolObserver& observer);

/// Ctrl-C and SIGTERM end the run early but in order; call once.
void catch_interrupts();
bool interrupted();

}  // namespace hallmark::check
