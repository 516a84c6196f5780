#include "models/engine/relacy/engine.hpp"

#include <charconv>
#include <cstdlib>
#include <ostream>
#include <string>

#include "models/engine/relacy/execution.hpp"
#include "models/engine/relacy/random_scheduler.hpp"

namespace hallmark::relacy_engine {
namespace {

using check::Event;
using check::EventKind;
using check::RunRequest;
using check::RunResult;
using check::RunVerdict;
using check::Scenario;
using check::ScenarioType;

// Enough for any execution: Relacy gives up one with more than 2000 steps as a livelock.
constexpr std::size_t kMostEvents = 8192;

// What the shells construct. Relacy makes its test objects itself, without arguments.
struct Target {
  const ScenarioType* type = nullptr;
  check::LiveCounters* counters = nullptr;
  void* storage = nullptr;
};
Target target;

// A write as SitePairs::add_read asks for it.
class WriteOf {
 public:
  explicit WriteOf(const Event& read) : thread_(read.thread), write_(read.reads_from) {}

  bool exists() const { return write_ != check::kNoEvent && event().thread >= 0; }
  const check::Site* site() const { return event().site; }
  check::MemoryOrder order() const { return event().order; }
  bool is_foreign() const { return event().thread != thread_; }
  void go_back() { write_ = event().kind == EventKind::store ? check::kNoEvent : event().reads_from; }

 private:
  const Event& event() const { return execution.trace->events[write_]; }

  int thread_;
  std::uint32_t write_;
};

void record_pairs() {
  for (const Event& event : execution.trace->events) {
    if (event.site == nullptr || event.kind == EventKind::store || event.thread < 0) continue;
    execution.pairs->add_read(event.site, event.order, WriteOf(event));
  }
}

// Relacy's test suite for N threads: hands everything to the scenario.
template <int N>
class Shell : public rl::test_suite<Shell<N>, N> {
 public:
  Shell() {
    execution.objects = 0;
    if (execution.pairs != nullptr) execution.trace->events.clear();
    execution.threads_running = false;
    ++target.counters->executions;
    scenario_ = target.type->construct(target.storage);
    scenario_->info = target.type->info;
  }
  ~Shell() { scenario_->~Scenario(); }

  void before() {
    execution.threads_running = true;
    execution.locks_held = {};
  }
  void thread(unsigned id) { scenario_->thread(id); }
  void invariant() { scenario_->invariant(); }
  void after() {
    execution.threads_running = false;
    if (execution.pairs != nullptr) record_pairs();
    scenario_->after();
  }

 private:
  Scenario* scenario_;
};

template <int N>
rl::thread_id_t& newest_writer(rl::atomic_data& data) {
  auto& atomic = static_cast<rl::atomic_data_impl<N>&>(data);
  return atomic.history_[atomic.current_index_ % rl::atomic_history_size].thread_id_;
}

template <int N>
rl::test_result_e run_with_threads(rl::test_params& params) {
  execution.newest_writer = &newest_writer<N>;
  rl::ostringstream state;
  return rl::run_test<Shell<N>, RandomScheduler<N>>(params, state, false);
}

rl::test_result_e run_with(unsigned threads, rl::test_params& params) {
  switch (threads) {
    case 2: return run_with_threads<2>(params);
    case 3: return run_with_threads<3>(params);
    case 4: return run_with_threads<4>(params);
    default: break;
  }
  return rl::test_result_inconsistent_test_suite;
}

const char* in_words(rl::test_result_e result) {
  switch (result) {
    case rl::test_result_deadlock: return "deadlock: every thread waits";
    case rl::test_result_livelock: return "livelock: an execution did not end within 2000 steps";
    case rl::test_result_recursion_on_nonrecursive_mutex: return "a thread locked a mutex that it holds";
    case rl::test_result_unlocking_mutex_wo_ownership: return "a thread unlocked a mutex that it doesn't hold";
    case rl::test_result_destroying_owned_mutex: return "a mutex was destroyed while it was held";
    case rl::test_result_memory_leak: return "the scenario allocated memory and did not free it";
    case rl::test_result_inconsistent_test_suite: return "scenarios have 2 to 4 threads";
    default: return rl::test_result_str(result);
  }
}

class RelacyEngine final : public check::Engine {
 public:
  std::string_view name() const override { return "relacy"; }
  bool samples() const override { return true; }

  RunResult run(const RunRequest& request) override {
    check::current_run = {request.counters, [](const char* what, const char* file, int line) {
                            fail(what, file, line, rl::test_result_user_assert_failed);
                          }};
    const std::size_t alignment = std::max<std::size_t>(request.scenario->alignment, 64);
    const std::size_t size = (request.scenario->size + alignment - 1) / alignment * alignment;
    target = {request.scenario, request.counters, std::aligned_alloc(alignment, size)};
    check::Trace scratch;
    execution.trace = request.pairs != nullptr ? &scratch : request.trace;
    execution.pairs = request.pairs;
    execution.failure = nullptr;
    if (execution.trace != nullptr) execution.trace->events.reserve(kMostEvents);

    std::ostream nowhere(nullptr);
    rl::test_params params;
    params.initial_state = rl::string(std::to_string(request.first).c_str());
    params.iteration_count = request.first + request.count - 1;
    params.output_stream = &nowhere;
    params.progress_stream = &nowhere;
    const std::uint64_t before = request.counters->executions;
    const rl::test_result_e result = run_with(request.scenario->info->threads, params);
    std::free(target.storage);

    RunResult answer;
    answer.executions = request.counters->executions - before;
    if (result == rl::test_result_success) return answer;
    answer.verdict = RunVerdict::violated;
    answer.failure = execution.failure != nullptr ? execution.failure : in_words(result);
    answer.schedule = std::to_string(params.stop_iteration);
    if (request.trace != nullptr) {
      request.trace->events.push_back({.kind = EventKind::failure,
                                       .thread = -1,
                                       .file = execution.failure_file,
                                       .line = execution.failure_line,
                                       .text = answer.failure});
    }
    return answer;
  }

  bool parse_schedule(std::string_view schedule, RunRequest& request) const override {
    const char* end = schedule.data() + schedule.size();
    const auto [stop, error] = std::from_chars(schedule.data(), end, request.first);
    request.count = 1;
    return error == std::errc() && stop == end && request.first >= 1 && request.first < (std::uint64_t{1} << 32);
  }
};

}  // namespace

std::unique_ptr<check::Engine> make_engine() { return std::make_unique<RelacyEngine>(); }

}  // namespace hallmark::relacy_engine
