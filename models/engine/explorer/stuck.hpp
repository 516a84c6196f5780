// Threads that can't go on.
#pragma once

#include "models/engine/explorer/execution.hpp"

namespace hallmark::explorer_engine {

/// Call when no thread can go on and some have not finished. Returns true, and reports the failure to the execution, if
/// the threads are stuck for ever: each of them has read the newest values, and nobody is left to write others.
/// Otherwise some thread was only left behind, and another execution has it read on.
bool report_if_stuck(Execution& execution, const Graph& graph);

}  // namespace hallmark::explorer_engine
