#include "models/engine/explorer/states.hpp"

#include "models/engine/explorer/linear.hpp"

namespace hallmark::explorer_engine {
namespace {

// Whoever reports a failed invariant gives no cut; this is the state in which it failed.
bool failed_in(Execution& execution, const Clock& state) {
  const Failure failure = *execution.failure();
  execution.report(failure.what, {failure.file, failure.line}, state);
  return false;
}

void reset_values(Execution& execution) {
  for (LocationId l = 0; l < execution.initial_values().size(); ++l) {
    execution.set_value(l, execution.initial_values()[l]);
  }
}

}  // namespace

bool States::check(Execution& execution, const Graph& graph) {
  if (!started_) {
    // The initial state, which also shows whether there is an invariant and what it observes.
    started_ = true;
    reset_values(execution);
    if (!execution.check_invariant(true)) return failed_in(execution, {});
  }
  if (execution.observed_by_invariant().empty()) return true;
  std::size_t observed = 0;
  do {  // an invariant may observe more in some states than in others
    observed = execution.observed_by_invariant().size();
    if (!check_all(execution, graph)) return false;
  } while (observed != execution.observed_by_invariant().size());
  return check_chain(execution, graph);
}

bool States::check_all(Execution& execution, const Graph& graph) {
  reset_values(execution);
  newest_.assign(execution.observed_by_invariant().size(), kInitial);
  return check_from(execution, graph, 0, {});
}

bool States::check_from(Execution& execution, const Graph& graph, std::size_t index, const Clock& state) {
  const std::vector<LocationId>& observed = execution.observed_by_invariant();
  if (index < newest_.size()) {
    const LocationId location = observed[index];
    EventId write = kInitial;
    do {
      newest_[index] = write;
      Clock extended = state;
      if (write != kInitial) extended.join(graph[write].prefix);
      if (!check_from(execution, graph, index + 1, extended)) return false;
      write = graph.next_write(location, write);
    } while (write != kInitial);
    return true;
  }
  std::uint64_t key = newest_.size();
  for (std::size_t i = 0; i < newest_.size(); ++i) {
    for (EventId later = graph.next_write(observed[i], newest_[i]); later != kInitial; later = graph[later].later) {
      if (state.contains(graph[later].thread, graph[later].position)) return true;  // then it would be the last
    }
    key = (key ^ graph.value_of(observed[i], newest_[i])) * 0x9e3779b97f4a7c15 + (key >> 29);
  }
  if (!checked_.insert(key).second) return true;
  for (std::size_t i = 0; i < newest_.size(); ++i) {
    execution.set_value(observed[i], graph.value_of(observed[i], newest_[i]));
  }
  return execution.check_invariant(true) || failed_in(execution, state);
}

bool States::check_chain(Execution& execution, const Graph& graph) {
  reset_values(execution);
  linearize(graph, everything(graph), order_);
  for (const EventId id : order_) {
    if (graph[id].guessed) return true;
  }
  std::vector<std::uint16_t> newest(graph.locations());
  Clock state;
  for (const EventId id : order_) {
    const GraphEvent& event = graph[id];
    state.set(event.thread, static_cast<std::uint16_t>(event.position + 1));
    if (!event.is_write || event.mo < newest[event.access.location]) continue;
    newest[event.access.location] = event.mo;
    execution.set_value(event.access.location, event.value);
    if (!execution.check_invariant(false)) return failed_in(execution, state);
  }
  return true;
}

bool States::check_newest(Execution& execution, const Graph& graph) {
  for (LocationId l = 0; l < graph.locations(); ++l) execution.set_value(l, graph.value_of(l, graph.newest(l)));
  return execution.check_invariant(true) && execution.check_invariant(false);
}

}  // namespace hallmark::explorer_engine
