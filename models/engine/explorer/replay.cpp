#include "models/engine/explorer/buffering.hpp"
#include "models/engine/explorer/drawing.hpp"
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
  explicit Replay(const RunRequest& request) : request_(request), execution_(*request.scenario, request.trace) {
    execution_.set_search(this);
    fits_ = read_schedule(request.schedule, steps_);
    buffered_ = fits_ && request.schedule.front() == 'l';
    if (buffered_) execution_.defer_failures();
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
  bool finish_buffered();
  EventId before_newest(LocationId location, unsigned count);

  const RunRequest& request_;
  Execution execution_;
  Graph graph_;
  Faults none_;
  std::vector<ScheduleStep> steps_;
  struct Guess {
    EventId read;
    const ScheduleStep* step;
  };
  std::vector<Guess> guesses_;
  bool buffered_ = false;
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
    const EventId read = step.guessed ? graph_.append_guess(thread, access, step.value, step.variant)
                                      : graph_.append_read(thread, access, source, step.variant);
    if (step.guessed) guesses_.push_back({read, &step});
    const GraphEvent event = graph_[read];
    if (event.exclusive) {
      const Effect effect = effect_of(access, event.value, event.variant);
      const EventId after = step.guessed ? before_newest(access.location, step.before) : source;
      graph_.append_write(thread, access, effect.written, effect.order, !step.guessed, after);
    }
  }
  if (race != kInitial && !buffered_) {
    execution_.fail(access.is_pure_write() ? kWriteRaces : kReadRaces, place, everything(graph_));
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
    if (execution_.resume(thread) == Status::failed && !buffered_) return false;
    fits_ = fits_ && next_ != before;
    if (!buffered_ && !States::check_newest(execution_, graph_)) return false;
  }
  return true;
}

bool Replay::finish() {
  bool complete = true, stuck = true;
  for (std::size_t t = 0; t < execution_.threads(); ++t) {
    if (execution_.status(t) == Status::runnable && execution_.resume(t) == Status::failed && !buffered_) return false;
    complete = complete && execution_.status(t) == Status::finished;
    stuck = stuck && (execution_.status(t) == Status::finished || execution_.status(t) == Status::blocked);
  }
  if (buffered_) return finish_buffered();
  if (!fits_) return true;
  if (complete) return execution_.run_after();
  return !stuck || !report_if_stuck(execution_, graph_);
}

// Gives the guessed reads their sources, and judges.
bool Replay::finish_buffered() {
  for (const Guess& guess : guesses_) {
    if (guess.step->from_thread >= graph_.threads() ||
        guess.step->from_position >= graph_.thread(guess.step->from_thread).size()) {
      fits_ = false;
    }
    if (!fits_) return true;
    const EventId source = graph_.thread(guess.step->from_thread)[guess.step->from_position];
    graph_.resolve(guess.read, source);
    if (request_.trace != nullptr) execution_.trace_source(guess.read, source);
  }
  if (!fits_) return true;
  graph_.close_prefixes();
  States states;
  bool complete = false;
  return judge_buffered(execution_, states, graph_, complete);
}

}  // namespace

RunResult replay(const RunRequest& request, std::string* svg) {
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
  if (svg != nullptr) *svg = draw_graph_svg(replay.graph());
  return answer;
}

}  // namespace hallmark::explorer_engine
