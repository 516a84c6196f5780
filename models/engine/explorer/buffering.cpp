#include "models/engine/explorer/buffering.hpp"

#include <utility>

#include "models/engine/explorer/axioms.hpp"
#include "models/engine/explorer/linear.hpp"
#include "models/engine/explorer/schedule.hpp"
#include "models/engine/explorer/stuck.hpp"

namespace hallmark::explorer_engine {
namespace {

using check::RunRequest;
using check::RunResult;
using check::RunVerdict;

class Collector final : public Buffering {
 public:
  Collector(const RunRequest& request, const Options& options) : request_(request), options_(options) {}

  RunResult run();

  const KnownValues& known() const override { return known_; }
  void add_known(LocationId location, std::size_t thread, Word value) override {
    if (!guesses_) known_.add(location, thread, value);
  }
  bool guesses() const override { return guesses_; }
  bool may_guess(Execution& execution, const Graph& graph, std::size_t thread, LocationId location) override {
    Justification& justification = justified_by(execution);
    return !known_.of_others(location, thread).empty() && justification.may_be_needed_open(graph, thread);
  }
  bool conclude(Execution& execution, States& states, const Graph& graph) override;

 private:
  bool resolve(std::size_t next, Execution& execution, States& states);
  RunResult explore(const RunRequest& request);
  Justification& justified_by(Execution& execution);
  bool is_justified();
  bool is_canonical(const Axioms& axioms) const;
  void learn();

  const RunRequest& request_;
  Options options_;
  KnownValues known_;
  bool guesses_ = false;
  bool widened_ = false;
  bool judges_ = false;      // otherwise the round only learns
  bool learned_ = false;     // a value that was not known
  bool incomplete_ = false;  // some justification was given up
  Graph graph_;
  std::vector<EventId> guessed_;
  std::unordered_set<std::uint64_t> seen_;
  std::uint64_t executions_ = 0;
  std::uint64_t duplicates_ = 0;
  std::string schedule_;
  std::unique_ptr<Justification> justification_;
};

RunResult Collector::run() {
  options_.buffering = this;
  RunResult total = Exploration(request_, options_).run();
  if (total.verdict != RunVerdict::holds) return total;
  RunRequest request = request_;
  request.count = 0;
  guesses_ = true;
  do {
    learned_ = false;
    explore(request);
  } while (learned_);
  judges_ = true;
  const RunResult result = explore(request);
  total.verdict = result.verdict;
  total.failure = result.failure;
  total.exhaustive = result.exhaustive && !incomplete_;
  if (result.verdict == RunVerdict::violated) total.schedule = schedule_;
  if (total.verdict == RunVerdict::holds && !total.exhaustive) {
    total.verdict = RunVerdict::inconclusive;
    total.failure = "bound reached: a thread has too many ways to run when its loads are free";
  }
  total.executions += executions_;
  total.duplicates += duplicates_;
  return total;
}

RunResult Collector::explore(const RunRequest& request) {
  justification_.reset();
  return Exploration(request, options_).run();
}

// A new round begins with nothing remembered, because more values are known; the first one widens them.
Justification& Collector::justified_by(Execution& execution) {
  if (justification_ == nullptr) {
    justification_ = std::make_unique<Justification>(execution, known_);
    if (!std::exchange(widened_, true)) justification_->widen(known_);
    incomplete_ = incomplete_ || !justification_->complete();
  }
  return *justification_;
}

bool Collector::conclude(Execution& execution, States& states, const Graph& graph) {
  justified_by(execution);
  graph_ = graph;
  guessed_.clear();
  for (EventId id = 0; id < graph.size(); ++id) {
    if (graph[id].guessed) guessed_.push_back(id);
  }
  return resolve(0, execution, states);
}

// Gives the guessed reads from `next` on their sources, in all ways. Returns false if a property is violated.
bool Collector::resolve(std::size_t next, Execution& execution, States& states) {
  if (next < guessed_.size()) {
    const GraphEvent& read = graph_[guessed_[next]];
    EventId write = graph_.oldest(read.access.location);
    for (; write != kInitial; write = graph_[write].later) {
      if (graph_[write].value != read.value || graph_[write].thread == read.thread) continue;
      graph_.resolve(guessed_[next], write);
      if (!resolve(next + 1, execution, states)) return false;
    }
    return true;
  }
  const Axioms axioms(graph_);
  if (!axioms.hold() || !is_justified()) return true;
  if (!judges_) learn();
  if (!judges_ || !is_canonical(axioms)) return true;
  if (!seen_.insert(graph_.fingerprint()).second) {
    ++duplicates_;
    return true;
  }
  Graph closed = graph_;
  closed.close_prefixes();
  bool complete = false;
  if (!judge_buffered(execution, states, closed, complete)) {
    schedule_ = write_schedule(closed, everything(closed));
    return false;
  }
  if (!complete) return true;
  ++executions_;
  ++request_.counters->executions;
  for (std::size_t i = 0; i < request_.counters->witnesses.size(); ++i) {
    request_.counters->witnesses[i] += execution.witnesses().witnesses[i];
  }
  return true;
}

bool Collector::is_justified() {
  if (justification_->exists(graph_)) return true;
  incomplete_ = incomplete_ || !justification_->complete();
  return false;
}

// True if the guessed reads are those that had to be.
bool Collector::is_canonical(const Axioms& axioms) const {
  for (EventId id = 0; id < graph_.size(); ++id) {
    const GraphEvent& event = graph_[id];
    if (event.is_write || is_synchronisation(event.access.kind)) continue;
    const bool within = event.source == kInitial || graph_[event.source].thread == event.thread;
    const bool waits = !within && axioms.is_in_cycle(id) && justification_->was_needed_open(graph_, id);
    if (waits != event.guessed) return false;
  }
  return true;
}

void Collector::learn() {
  for (EventId id = 0; id < graph_.size(); ++id) {
    const GraphEvent& event = graph_[id];
    if (event.is_write && known_.add(event.access.location, event.thread, event.value)) learned_ = true;
  }
}

}  // namespace

bool judge_buffered(Execution& execution, States& states, const Graph& graph, bool& complete) {
  complete = true;
  for (std::size_t t = 0; t < execution.threads(); ++t) complete = complete && execution.status(t) == Status::finished;
  if (const EventId race = Axioms(graph).race(); race != kInitial) {
    execution.report(graph[race].is_write ? kWriteRaces : kReadRaces, {"", 0}, everything(graph));
    return false;
  }
  if (const Failure* failure = execution.deferred()) {
    execution.report(failure->what, {failure->file, failure->line}, everything(graph));
    return false;
  }
  if (!complete) return !report_if_stuck(execution, graph);
  return states.check(execution, graph) && execution.run_after();
}

RunResult explore_with_buffering(const RunRequest& request, const Options& options) {
  return Collector(request, options).run();
}

}  // namespace hallmark::explorer_engine
