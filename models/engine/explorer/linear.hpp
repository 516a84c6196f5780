// An order in which the events of a graph may have happened, one after the other.
#pragma once

#include <vector>

#include "models/engine/explorer/graph.hpp"

namespace hallmark::explorer_engine {

/// The events of `cut`, which must be closed under prefixes, in an order that agrees with po and rf, and where possible
/// with mo and rb too. The halves of a read-modify-write are neighbours. A guessed read may come before its source.
void linearize(const Graph& graph, const Clock& cut, std::vector<EventId>& order);

/// All events.
Clock everything(const Graph& graph);

}  // namespace hallmark::explorer_engine
