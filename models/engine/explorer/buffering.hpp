// Load buffering: the executions in which po and rf have a cycle, as C++20 permits and Arm and Power show, but without
// values out of thin air. Everything else is as in RC11; executions without a cycle are those of RC11.
//
// How they are found: in such an execution, the reads from other threads whose source waits for them, through po and
// rf, are told apart. Without the rf of these reads there is no cycle, and the rest is an execution of a program in
// which these reads return values from nowhere. So the search of exploration.hpp lets each read, besides its ordinary
// sources, *guess* any value that another thread is known to write there. A guess counts as not maximal, like a
// spurious failure. When no thread can go on, the guessed reads are given sources, in all ways, and the graph is kept
// if
//   - exactly the guessed reads wait for themselves (so that each execution is found from one set of guesses; reads of
//     mutexes and conditions are never guessed, since a cycle of po and synchronisation alone is one of hb),
//   - the axioms of RC11 but the last hold (axioms.hpp), and
//   - its stores are justified (justification.hpp).
// The values known to be written are collected in the RC11 executions, and then from the graphs that satisfy the second
// and the third condition, round by round until there are no others; only then executions are judged. While a guess is
// open, a failed assertion ends its thread only; it is a violation if the graph is kept. Plain reads are guessed too,
// and races are looked for in the graphs that are kept.
//
// What it may miss: an execution in which a load reads a value that is written in no RC11 execution and in none of the
// graphs of these rounds, guessed reads included. What it costs: every load is multiplied by the values of its
// location.
#pragma once

#include "models/engine/core/engine.hpp"
#include "models/engine/explorer/exploration.hpp"

namespace hallmark::explorer_engine {

/// Explores the scenario under RC11, and then the executions that load buffering adds.
check::RunResult explore_with_buffering(const check::RunRequest& request, const Options& options);

/// Judges a graph in which every read has its source and po and rf have a cycle, at its end. Returns false if a
/// property is violated, which the execution then knows. `complete` says whether all threads have finished.
bool judge_buffered(Execution& execution, States& states, const Graph& graph, bool& complete);

}  // namespace hallmark::explorer_engine
