// Whether the stores of an execution come out of thin air.
//
// A load may read from a store that waits for it, through program order and reads-from, but only if the store would be
// there whatever the load reads. So the stores must be *justified* one after the other. A store is justified if its
// thread, run by itself, does the same store however the loads are answered, except for the loads whose source is
// justified already (or is the initial value): those are answered as in the execution.
//
// In detail:
//   - The same store: from the same place in the source, for the as-many-th time, to the same location, with the same
//     value and order. A load of a run is a load of the execution if place, location and how-many-th time agree.
//   - A load that is not settled is answered with each value that any other thread is known to write to the location
//     (KnownValues), and with the value that the thread has there itself. If no other thread writes there, that is the
//     only answer.
//   - A read-modify-write or compare-exchange loads in the same way; an exchange stores the same whatever it reads.
//   - A run in which an assertion fails says nothing: the assertion excludes it. An await that is not satisfied ends a
//     run, so that what follows depends on the await.
//   - Operations on mutexes and conditions succeed and need no justification; their order is a matter of hb.
// This is dependency as it can be seen from outside: a value that does not influence the store, a branch both of whose
// sides store the same, or a load that can only return one value anyhow, is no dependency. Every store that depends on
// nothing by the letter of the program (data, address, control) is justified, so executions that hardware shows because
// it sees only those are all here.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "models/engine/explorer/execution.hpp"

namespace hallmark::explorer_engine {

/// What each thread is known to write to each location, in some execution.
class KnownValues {
 public:
  /// Returns true if it was not known.
  bool add(LocationId location, std::size_t thread, Word value);
  /// The values that threads other than this one write.
  const std::vector<Word>& of_others(LocationId location, std::size_t thread) const;

 private:
  struct Values {
    std::array<std::vector<Word>, kMostThreads> own;
    std::array<std::vector<Word>, kMostThreads> others;
  };
  std::vector<Values> locations_;
};

class Justification {
 public:
  Justification(Execution& execution, const KnownValues& known) : execution_(execution), known_(known) {}

  /// Adds what the threads store when their loads return known values in any combination.
  void widen(KnownValues& known);
  /// True if all stores of the graph, in which every read has its source, are justified.
  bool exists(const Graph& graph);
  /// After exists(): true if something that the thread does after the read was justified before the read was settled.
  bool was_needed_open(const Graph& graph, EventId read) const;
  /// False if was_needed_open() can't be true of the thread's next load: whatever the thread could do behind it depends
  /// on its value.
  bool may_be_needed_open(const Graph& graph, std::size_t thread);
  /// False if some thread had too many different runs to try them all; then exists() may have said no wrongly.
  bool complete() const { return complete_; }

 private:
  using Stores = std::vector<std::uint64_t>;  // fingerprints, sorted

  const Stores& certain_stores(const Graph& graph, std::size_t thread);

  Execution& execution_;
  const KnownValues& known_;
  std::vector<unsigned> when_;  // the step at which each write was justified; 0: not yet
  std::unordered_map<std::uint64_t, Stores> remembered_;
  std::unordered_map<std::uint64_t, bool> needed_open_;
  bool complete_ = true;
};

}  // namespace hallmark::explorer_engine
