// Load buffering: the executions in which po and rf have a cycle, as C++20 permits and Arm and Power show, but without
// values out of thin air. Everything else is as in RC11; executions without a cycle are those of RC11.
//
// How they are found: in such an execution, some reads had to be left open, without their value, while a store behind
// them was justified (justification.hpp): those reads from other threads whose source waits for them, through po and
// rf, and was not justified before something that their thread does later. Each cycle has such a read: the one before
// that store of the cycle which is justified first. So without the rf of these reads there is no cycle, and the rest is
// an execution of a program in which they return values from nowhere. The search of exploration.hpp lets each read,
// besides its ordinary sources, *guess* any value that another thread is known to write there, unless all that the
// thread could do behind it depends on the value. A guess counts as not maximal, like a spurious failure. When no
// thread can go on, the guessed reads are given sources, in all ways, and the graph is kept if
//   - exactly the guessed reads had to be left open (so that each execution is found from one set of guesses; reads of
//     mutexes and conditions are never guessed, since a cycle of po and synchronisation alone is one of hb),
//   - the axioms of RC11 but the last hold (axioms.hpp), and
//   - its stores are justified.
// While a guess is open, a failed assertion ends its thread only; it is a violation if the graph is kept. Plain reads
// are guessed too, and races are looked for in the graphs that are kept.
//
// The values known to be written are collected in the RC11 executions; then once from each thread run by itself, with
// loads that return those in any combination; then from the graphs that satisfy the second and the third condition,
// round by round until there are no others; only then executions are judged. What this may miss: an execution that
// needs a value which comes up in none of these steps.
// What it costs: a load that has anything independent behind it, and with mutexes nearly each has, is multiplied by the
// values of its location.
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
