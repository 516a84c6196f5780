// RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer: "Repairing sequential consistency in C/C++11", PLDI 2017) for programs
// without fences, with the release sequences of C++20 (graph.cpp). A graph is consistent if
//   coherence   hb ; eco? is irreflexive, eco = (rf | mo | rb)+
//   atomicity   nothing lies in modification order between the halves' source and a read-modify-write
//   sc          psc is acyclic: on sequentially consistent events the order
//                 sb | sb' hb sb' | hb on one location | mo | rb      (sb': sb between different locations)
//   no thin air po | rf is acyclic
// The explorer adds events at the ends of threads, so no thin air holds by construction, and coherence and atomicity
// are a matter of choosing sources and places from the right range. What remains to be asked is sc, of new events.
//
// C++20 [atomics.order] asks for slightly more than RC11: reading from a write that another read is before (rb ; rf)
// orders sequentially consistent reads even through a weaker write. RC11 permits such executions, so the explorer does.
#pragma once

#include "models/engine/explorer/graph.hpp"

namespace hallmark::explorer_engine {

/// True if psc has no cycle through the event, given that it has none without it.
bool sequential_order_exists(const Graph& graph, EventId event);

}  // namespace hallmark::explorer_engine
