#include "models/engine/explorer/axioms.hpp"

namespace hallmark::explorer_engine {

void Relation::reset(std::size_t events) {
  events_ = events;
  words_ = (events + 63) / 64;
  rows_.assign(events * words_, 0);
}

void Relation::close() {
  for (EventId middle = 0; middle < events_; ++middle) {
    for (EventId from = 0; from < events_; ++from) {
      if (!has(from, middle)) continue;
      for (std::size_t i = 0; i < words_; ++i) row(from)[i] |= row(middle)[i];
    }
  }
}

bool Relation::is_irreflexive() const {
  for (EventId event = 0; event < events_; ++event) {
    if (has(event, event)) return false;
  }
  return true;
}

Axioms::Axioms(const Graph& graph) : graph_(graph) {
  hb_.reset(graph.size());
  porf_.reset(graph.size());
  for (std::size_t t = 0; t < graph.threads(); ++t) {
    for (std::size_t i = 1; i < graph.thread(t).size(); ++i) {
      hb_.add(graph.thread(t)[i - 1], graph.thread(t)[i]);
      porf_.add(graph.thread(t)[i - 1], graph.thread(t)[i]);
    }
  }
  for (EventId read = 0; read < graph.size(); ++read) {
    const GraphEvent& event = graph[read];
    if (event.is_write || event.source == kInitial) continue;
    porf_.add(event.source, read);
    if (!acquires(event.order) || event.access.is_plain()) continue;
    EventId write = event.source;
    for (std::size_t steps = 0; write != kInitial && steps <= graph.size(); ++steps) {  // the release sequence
      if (releases(graph[write].order) && !graph[write].access.is_plain()) hb_.add(write, read);
      const EventId half = first_half(write);
      if (half == kInitial) break;
      write = graph[half].source;
    }
  }
  hb_.close();
  porf_.close();
}

// The read of the read-modify-write that the write belongs to.
EventId Axioms::first_half(EventId write) const {
  const GraphEvent& event = graph_[write];
  return graph_.is_second_half(write) ? graph_.thread(event.thread)[event.position - 1u] : kInitial;
}

bool Axioms::is_in_cycle(EventId read) const {
  return graph_[read].source != kInitial && porf_.has(read, graph_[read].source);
}

bool Axioms::is_coherent() const {
  for (EventId a = 0; a < graph_.size(); ++a) {
    for (EventId b = 0; b < graph_.size(); ++b) {
      if (graph_[a].access.location != graph_[b].access.location || !hb_.has(a, b)) continue;
      const std::uint16_t first = graph_[a].is_write ? graph_[a].mo : graph_.mo_position(graph_[a].source);
      const std::uint16_t second = graph_[b].is_write ? graph_[b].mo : graph_.mo_position(graph_[b].source);
      if (second < first || (graph_[b].is_write && second == first)) return false;
    }
  }
  return true;
}

bool Axioms::is_atomic() const {
  for (EventId write = 0; write < graph_.size(); ++write) {
    if (!graph_[write].is_write) continue;
    const EventId half = first_half(write);
    if (half != kInitial && graph_[half].source != graph_[write].earlier) return false;
  }
  return true;
}

bool Axioms::has_sequential_order() const {
  Relation order;
  order.reset(graph_.size());
  for (EventId a = 0; a < graph_.size(); ++a) {
    if (!graph_[a].is_sequential()) continue;
    for (EventId b = 0; b < graph_.size(); ++b) {
      if (a != b && graph_[b].is_sequential() && is_before(a, b)) order.add(a, b);
    }
  }
  order.close();
  return order.is_irreflexive();
}

// scb of RC11.
bool Axioms::is_before(EventId first, EventId second) const {
  const GraphEvent& a = graph_[first];
  const GraphEvent& b = graph_[second];
  if (a.thread == b.thread) return a.position < b.position;
  const LocationId location = a.access.location;
  if (location == b.access.location) {
    if (hb_.has(first, second)) return true;
    if (b.is_write && (a.is_write ? a.mo : graph_.mo_position(a.source)) < b.mo) return true;
  }
  for (std::size_t i = a.position + 1u; i < graph_.thread(a.thread).size(); ++i) {
    const EventId after = graph_.thread(a.thread)[i];
    if (graph_[after].access.location == location) continue;
    for (std::size_t j = 0; j < b.position; ++j) {
      const EventId before = graph_.thread(b.thread)[j];
      if (graph_[before].access.location != b.access.location && hb_.has(after, before)) return true;
    }
  }
  return false;
}

EventId Axioms::race() const {
  for (EventId a = 0; a < graph_.size(); ++a) {
    if (!graph_[a].access.is_plain()) continue;
    for (EventId b = static_cast<EventId>(a + 1); b < graph_.size(); ++b) {
      if (graph_[b].access.location != graph_[a].access.location || !(graph_[a].is_write || graph_[b].is_write))
        continue;
      if (!hb_.has(a, b) && !hb_.has(b, a)) return b;
    }
  }
  return kInitial;
}

}  // namespace hallmark::explorer_engine
