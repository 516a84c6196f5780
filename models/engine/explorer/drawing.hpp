// An execution graph as a picture.
#pragma once

#include <string>

#include "models/engine/explorer/graph.hpp"

namespace hallmark::explorer_engine {

/// An SVG: a column a thread, program order downwards (black), reads-from (green), and the modification order of each
/// location, from a write to the next one (red, dashed). A read without a green arrow reads the initial value.
/// Plain accesses, mutexes and conditions are drawn like atomics.
std::string draw_graph_svg(const Graph& graph);

}  // namespace hallmark::explorer_engine
