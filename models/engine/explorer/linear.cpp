#include "models/engine/explorer/linear.hpp"

namespace hallmark::explorer_engine {
namespace {

bool is_in(const Graph& graph, const Clock& set, EventId event) {
  return event == kInitial || set.contains(graph[event].thread, graph[event].position);
}

// In an interleaving, the event could come next: all older writes are there, and, for a write, everyone who has to read
// an older one has done so.
bool would_interleave(const Graph& graph, const Clock& done, const Clock& cut, EventId id) {
  const GraphEvent& event = graph[id];
  const bool writes = event.is_write || event.exclusive;
  const EventId behind = event.is_write ? event.earlier : event.source;
  if (!is_in(graph, done, behind)) return false;
  if (!writes) {
    const EventId next = graph.next_write(event.access.location, event.source);
    return next == kInitial || !is_in(graph, done, next);
  }
  for (std::size_t t = 0; t < graph.threads(); ++t) {
    if (t == event.thread) continue;
    for (std::size_t i = done[t]; i < cut[t]; ++i) {
      const GraphEvent& other = graph[graph.thread(t)[i]];
      if (other.access.location == event.access.location && !other.is_write && other.source == behind) return false;
    }
  }
  return true;
}

}  // namespace

Clock everything(const Graph& graph) {
  Clock cut;
  for (std::size_t t = 0; t < graph.threads(); ++t) cut.set(t, static_cast<std::uint16_t>(graph.thread(t).size()));
  return cut;
}

void linearize(const Graph& graph, const Clock& cut, std::vector<EventId>& order) {
  order.clear();
  Clock done;
  for (;;) {
    EventId chosen = kInitial;
    for (std::size_t t = 0; t < graph.threads(); ++t) {
      if (done[t] == cut[t]) continue;
      const EventId head = graph.thread(t)[done[t]];
      if (!graph[head].is_write && !graph[head].guessed && !is_in(graph, done, graph[head].source)) continue;
      const bool nice = would_interleave(graph, done, cut, head);
      if (nice || chosen == kInitial) chosen = head;
      if (nice) break;
    }
    if (chosen == kInitial) return;
    const GraphEvent& event = graph[chosen];
    order.push_back(chosen);
    std::uint16_t count = static_cast<std::uint16_t>(event.position + 1);
    if (event.exclusive && !event.is_write && count < cut[event.thread]) {
      order.push_back(graph.thread(event.thread)[count]);
      ++count;
    }
    done.set(event.thread, count);
  }
}

}  // namespace hallmark::explorer_engine
