// In which states a scenario's invariant() is checked.
//
// A *state* of an execution is a set of its events that is closed under porf: with an event, all that comes before it
// in its thread, and with a read, the write that it read from. In a state, an atomic has the value of that write in the
// set which is last in modification order. invariant() sees a state through the atomics that it observes.
//
// Checked, in every complete execution:
//   - every state, as far as invariant() can tell states apart, each on the object as it was constructed: all
//     combinations of writes to the observed atomics that some state has as its last ones. Two states with the same
//     observed values are checked once.
//   - one chain of states from the empty one to the whole execution, one step a write, in an order that agrees with
//     modification order where such an order exists, with the object's own members carried along. This is for
//     invariants that compare a value with the previous one.
// A state is what may have reached memory, not what one thread knows; if the invariant relates two atomics, the states
// include those in which one of them is behind, unless a read connects them. Not checked: states of executions that
// are not complete (they are prefixes of those that are), and invariants with a memory of their own along other chains.
// Where po and rf have a cycle, its events are in a state together or not at all, and there is no chain.
#pragma once

#include <unordered_set>
#include <vector>

#include "models/engine/explorer/execution.hpp"

namespace hallmark::explorer_engine {

class States {
 public:
  /// Checks the execution that has just completed. Returns false if the invariant is violated: the execution then knows
  /// the failure and the state.
  bool check(Execution& execution, const Graph& graph);
  /// Checks the one state that consists of all events of the graph.
  static bool check_newest(Execution& execution, const Graph& graph);

 private:
  bool check_all(Execution& execution, const Graph& graph);
  bool check_from(Execution& execution, const Graph& graph, std::size_t index, const Clock& state);
  bool check_chain(Execution& execution, const Graph& graph);

  bool started_ = false;
  std::vector<EventId> newest_;  // of each observed location, in the state that is being put together
  std::vector<EventId> order_;
  std::unordered_set<std::uint64_t> checked_;
};

}  // namespace hallmark::explorer_engine
