// The axioms of RC11 but for "no thin air", tested on a whole graph that may have cycles in po and rf. Slower than
// consistency.hpp, which adds to a graph whose past is settled; here nothing is taken from the events' clocks.
#pragma once

#include <cstdint>
#include <vector>

#include "models/engine/explorer/graph.hpp"

namespace hallmark::explorer_engine {

/// A binary relation on the events of a graph.
class Relation {
 public:
  void reset(std::size_t events);
  void add(EventId from, EventId to) { row(from)[to / 64] |= std::uint64_t{1} << (to % 64); }
  bool has(EventId from, EventId to) const { return (rows_[from * words_ + to / 64] >> (to % 64) & 1) != 0; }
  void close();  // becomes transitive
  bool is_irreflexive() const;

 private:
  std::uint64_t* row(EventId from) { return &rows_[from * words_]; }

  std::size_t events_ = 0;
  std::size_t words_ = 0;
  std::vector<std::uint64_t> rows_;
};

class Axioms {
 public:
  /// hb and porf of the graph.
  explicit Axioms(const Graph& graph);

  bool hold() const { return hb_.is_irreflexive() && is_coherent() && is_atomic() && has_sequential_order(); }
  /// True if the read's source waits for the read, through po and rf.
  bool is_in_cycle(EventId read) const;
  /// The later of two plain accesses that race, kInitial if there are none.
  EventId race() const;

 private:
  bool is_coherent() const;
  bool is_atomic() const;
  bool has_sequential_order() const;
  bool is_before(EventId first, EventId second) const;
  EventId first_half(EventId write) const;

  const Graph& graph_;
  Relation hb_, porf_;
};

}  // namespace hallmark::explorer_engine
