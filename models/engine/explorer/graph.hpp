// An execution graph: events with program order (po), reads-from (rf) and modification order (mo), and what follows
// from them: happens-before (hb) and the prefix order (po and rf together, porf).
//
// A read-modify-write that writes is two events, a read and the write right behind it in program order (Lahav et al.,
// PLDI 2017, section 3). Events are numbered in the order in which they were added; for a read whose source was changed
// later, the source may have the greater number. The initial values, which the scenario's constructor leaves, are no
// events: a read from them has the source kInitial, and position 0 in modification order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/engine/explorer/access.hpp"
#include "models/engine/explorer/clock.hpp"

namespace hallmark::explorer_engine {

using EventId = std::uint16_t;

/// The source of a read that reads the initial value; in a list of writes: none.
inline constexpr EventId kInitial = 0xffff;

struct GraphEvent {
  Access access;
  Word value = 0;              // read or written
  EventId source = kInitial;   // reads: where the value comes from
  EventId earlier = kInitial;  // writes: neighbours in modification order
  EventId later = kInitial;
  std::uint16_t mo = 0;        // writes: position in modification order, from 1
  std::uint16_t position = 0;  // in program order of its thread, from 0
  std::uint8_t thread = 0;
  std::uint8_t variant = 0;
  MemoryOrder order{};
  bool is_write = false;
  bool exclusive = false;  // half of a read-modify-write that writes
  bool blocks = false;     // the thread is stuck behind this read
  bool detached = false;   // a read that is waiting for its new source; in no relation but po
  bool guessed = false;    // a read of a value whose write comes later (buffering.hpp); in no relation but po and hb
  bool stuck = false;      // the last read of an await that fails
  bool revisits = false;   // writes: may be the source of an event with a smaller number
  Clock prefix;            // porf, this event included
  Clock before;            // hb, this event included
  Clock released;          // writes: what a read with acquire receives

  bool is_sequential() const { return order == MemoryOrder::seq_cst && !access.is_plain(); }
};

/// A deliberate fault of the explorer, for tests that must notice it.
struct Faults {
  bool no_sequential_axiom = false;
  bool old_release_sequences = false;  // C++11: continued by later stores of the same thread
  bool no_revisits = false;
  bool revisit_always = false;  // without the check that makes each graph unique
};

class Graph {
 public:
  Graph() = default;
  Graph(std::size_t threads, std::span<const Word> initial, const Faults* faults);

  std::size_t size() const { return events_.size(); }
  const GraphEvent& operator[](EventId id) const { return events_[id]; }
  GraphEvent& operator[](EventId id) { return events_[id]; }
  std::size_t threads() const { return threads_.size(); }
  std::size_t locations() const { return locations_.size(); }
  const std::vector<EventId>& thread(std::size_t index) const { return threads_[index]; }

  Word value_of(LocationId location, EventId source) const {
    return source == kInitial ? initial_[location] : events_[source].value;
  }
  std::uint16_t mo_position(EventId source) const { return source == kInitial ? 0 : events_[source].mo; }
  EventId newest(LocationId location) const { return locations_[location].last; }
  EventId oldest(LocationId location) const { return locations_[location].first; }
  std::uint16_t writes(LocationId location) const { return locations_[location].count; }
  /// The write after `source` in modification order, kInitial if there is none.
  EventId next_write(LocationId location, EventId source) const {
    return source == kInitial ? locations_[location].first : events_[source].later;
  }
  EventId previous_write(EventId write) const { return events_[write].earlier; }
  /// True if a read-modify-write took its value from `source` already: nobody else may, and nothing may come between.
  bool is_taken(LocationId location, EventId source) const {
    const EventId next = next_write(location, source);
    return next != kInitial && events_[next].exclusive;
  }

  /// True for the write of a read-modify-write.
  bool is_second_half(EventId event) const;

  /// What happens before the next event of the thread; what is in its prefix.
  Clock before_next(std::size_t thread) const;
  Clock before_previous(EventId event) const;
  Clock prefix_of_next(std::size_t thread) const;
  /// happens-before, not reflexive.
  bool happens_before(EventId a, EventId b) const {
    return a != b && events_[b].before.contains(events_[a].thread, events_[a].position);
  }
  /// The newest position in the location's modification order that is known to whoever has seen `before`.
  std::uint16_t observed_position(LocationId location, const Clock& before) const;
  /// An access that races with a plain access by `thread` to the location; kInitial if there is none.
  EventId race_of(std::size_t thread, LocationId location, bool writes) const;

  EventId append_read(std::size_t thread, const Access& access, EventId source, unsigned variant);
  EventId append_write(std::size_t thread, const Access& access, Word value, MemoryOrder order, bool exclusive,
                       EventId after);
  EventId append_guess(std::size_t thread, const Access& access, Word value, unsigned variant);
  /// Gives a read its source. It must be the last event of its thread, and nobody may have read from its thread since.
  void attach(EventId read, EventId source, unsigned variant);
  void detach(EventId read) { events_[read].detached = true; }
  /// Makes the write the source of a guessed read, without any further consequence.
  void resolve(EventId read, EventId source) { events_[read].source = source; }
  /// Computes all prefixes afresh. Where po and rf have a cycle, its events share one.
  void close_prefixes();

  /// Removes the events from `first` on, the latest first.
  void truncate(std::size_t first);
  /// Becomes `other` restricted to the events before `keep_below` and those in `keep`.
  /// Returns the new number of event `follow`, which must be among them.
  EventId restrict(const Graph& other, EventId keep_below, const Clock& keep, EventId follow);

  /// Equal for equal graphs, whatever the order in which the events were added.
  std::uint64_t fingerprint() const;

 private:
  struct Location {
    EventId first = kInitial;
    EventId last = kInitial;
    std::uint16_t count = 0;
  };

  EventId append(std::size_t thread, const Access& access);
  void link(EventId write, EventId after);
  void unlink(EventId write);
  void renumber(LocationId location, EventId from);
  Clock released_by(EventId write) const;
  void fill_read(EventId read, Word value, unsigned variant);

  std::vector<GraphEvent> events_;
  std::vector<std::vector<EventId>> threads_;
  std::vector<Location> locations_;
  std::span<const Word> initial_;
  const Faults* faults_ = nullptr;
  std::vector<EventId> renamed_;
};

}  // namespace hallmark::explorer_engine
