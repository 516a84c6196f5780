#include "models/engine/explorer/consistency.hpp"

#include <vector>

namespace hallmark::explorer_engine {
namespace {

EventId event_at(const Graph& graph, std::size_t thread, std::size_t position) {
  return graph.thread(thread)[position];
}

// a is sequentially consistent and stands before b in hb, with sb' at both ends.
bool before_through_others(const Graph& graph, const GraphEvent& a, const GraphEvent& b) {
  const std::size_t length = graph.thread(a.thread).size();
  std::size_t first = a.position + 1u;
  while (first < length && graph[event_at(graph, a.thread, first)].access.location == a.access.location) ++first;
  if (first == length) return false;
  std::size_t last = b.position;
  while (last > 0 && graph[event_at(graph, b.thread, last - 1)].access.location == b.access.location) --last;
  if (last == 0) return false;
  return graph[event_at(graph, b.thread, last - 1)].before.contains(a.thread, static_cast<std::uint16_t>(first));
}

bool is_before(const Graph& graph, EventId first, EventId second) {
  const GraphEvent& a = graph[first];
  const GraphEvent& b = graph[second];
  if (a.thread == b.thread) return a.position < b.position;
  if (a.access.location == b.access.location) {
    if (b.is_write && !a.guessed) {  // mo, rb
      const std::uint16_t from = a.is_write ? a.mo : graph.mo_position(a.source);
      if (from < b.mo) return true;
    }
    if (graph.happens_before(first, second)) return true;
  }
  return before_through_others(graph, a, b);
}

// True if nothing can be after the event: it is the last of its thread, and the newest of its location.
bool is_last(const Graph& graph, const GraphEvent& event) {
  if (event.guessed) return event.position + 1u == graph.thread(event.thread).size();
  const std::uint16_t mo = event.is_write ? event.mo : graph.mo_position(event.source);
  return event.position + 1u == graph.thread(event.thread).size() && mo == graph.writes(event.access.location);
}

}  // namespace

bool sequential_order_exists(const Graph& graph, EventId event) {
  if (!graph[event].is_sequential() || is_last(graph, graph[event])) return true;
  static thread_local std::vector<EventId> unreached, reached;
  unreached.clear();
  reached.assign(1, event);
  for (EventId id = 0; id < graph.size(); ++id) {
    if (id != event && graph[id].is_sequential() && !graph[id].detached) unreached.push_back(id);
  }
  while (!reached.empty()) {
    const EventId from = reached.back();
    reached.pop_back();
    if (from != event && is_before(graph, from, event)) return false;
    for (std::size_t i = 0; i < unreached.size();) {
      if (is_before(graph, from, unreached[i])) {
        reached.push_back(unreached[i]);
        unreached[i] = unreached.back();
        unreached.pop_back();
      } else {
        ++i;
      }
    }
  }
  return true;
}

}  // namespace hallmark::explorer_engine
