#include "models/engine/explorer/execution.hpp"
#include "models/engine/explorer/linear.hpp"
#include "models/engine/explorer/schedule.hpp"
#include "models/engine/explorer/states.hpp"
#include "models/engine/explorer/stuck.hpp"

namespace hallmark::explorer_engine {
namespace {

using check::RunRequest;
using check::RunResult;
using check::RunVerdict;

class Replay final : public Search {
 public:
  explicit Replay(const RunRequest& request) : execution_(*request.scenario, request.trace) {
    execution_.set_search(this);
    fits_ = read_schedule(request.schedule, steps_);
  }

  /// Returns true if the property was violated.
  bool run() { return !follow_steps() || !finish(); }
  bool fits() const { return fits_; }
  const Execution& execution() const { return execution_; }

  Graph& graph() override { return graph_; }
  Step extend(std::size_t thread, const Access& access, Place place) override;
  Step await_failed(std::size_t) override { return Step::proceed; }

 private:
  bool follow_steps();
  bool finish();
  EventId before_newest(LocationId location, unsigned count);

  Execution execution_;
  Graph graph_;
  Faults none_;
  std::vector<ScheduleStep> steps_;
  std::size_t next_ = 0;
  bool may_step_ = false;  // one step a resume
  bool fits_ = true;
};

EventId Replay::before_newest(LocationId location, unsigned count) {
  EventId write = graph_.newest(location);
  for (; count > 0 && write != kInitial; --count) write = graph_.previous_write(write);
  fits_ = fits_ && count == 0;
  return write;
}

Step Replay::extend(std::size_t thread, const Access& access, Place place) {
  if (!may_step_ || next_ == steps_.size() || steps_[next_].thread != thread) return Step::park;
  may_step_ = false;
  const ScheduleStep& step = steps_[next_++];
  const EventId race =
      access.is_plain() ? graph_.race_of(thread, access.location, access.kind == AccessKind::plain_write) : kInitial;
  if (access.is_pure_write()) {
    graph_.append_write(thread, access, access.operand, access.order, false,
                        before_newest(access.location, step.before));
  } else {
    const EventId source = before_newest(access.location, step.older);
    const GraphEvent event = graph_[graph_.append_read(thread, access, source, step.variant)];
    if (event.exclusive) {
      const Effect effect = effect_of(access, event.value, event.variant);
      graph_.append_write(thread, access, effect.written, effect.order, true, source);
    }
  }
  if (race != kInitial) {
    execution_.fail(access.is_pure_write() ? "data race: this plain write is concurrent with another access"
                                           : "data race: this plain read is concurrent with a write",
                    place, everything(graph_));
  }
  return Step::proceed;
}

bool Replay::follow_steps() {
  if (!execution_.restart()) return false;
  graph_ = Graph(execution_.threads(), execution_.initial_values(), &none_);
  while (fits_ && next_ < steps_.size()) {
    const std::size_t thread = steps_[next_].thread;
    const std::size_t before = next_;
    may_step_ = true;
    if (thread >= execution_.threads() || execution_.status(thread) == Status::finished ||
        execution_.status(thread) == Status::blocked) {
      fits_ = false;
      break;
    }
    if (execution_.resume(thread) == Status::failed) return false;
    fits_ = fits_ && next_ != before;
    if (!States::check_newest(execution_, graph_)) return false;
  }
  return true;
}

bool Replay::finish() {
  bool complete = true, stuck = true;
  for (std::size_t t = 0; t < execution_.threads(); ++t) {
    if (execution_.status(t) == Status::runnable && execution_.resume(t) == Status::failed) return false;
    complete = complete && execution_.status(t) == Status::finished;
    stuck = stuck && (execution_.status(t) == Status::finished || execution_.status(t) == Status::blocked);
  }
  if (!fits_) return true;
  if (complete) return execution_.run_after();
  return !stuck || !report_if_stuck(execution_, graph_);
}

}  // namespace

RunResult replay(const RunRequest& request) {
  Replay replay(request);
  RunResult answer{.executions = 1};
  if (replay.run()) {
    const Failure& failure = *replay.execution().failure();
    answer.verdict = RunVerdict::violated;
    answer.failure = failure.what;
    answer.schedule = request.schedule;
    if (request.trace != nullptr) {
      request.trace->events.push_back({.kind = check::EventKind::failure,
                                       .thread = -1,
                                       .file = failure.file,
                                       .line = failure.line,
                                       .text = failure.what});
    }
  } else if (!replay.fits()) {
    answer.verdict = RunVerdict::inconclusive;
    answer.executions = 0;
    answer.failure = "the schedule does not fit the scenario";
  }
  return answer;
}

}  // namespace hallmark::explorer_engine
