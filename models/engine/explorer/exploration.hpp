// The search: visits every consistent execution graph of a scenario, each once.
//
// The algorithm is TruSt: Kokologiannakis, Marmanis, Gladstein, Vafeiadis, "Truly Stateless, Optimal Dynamic Partial
// Order Reduction", POPL 2022. The graph grows by one event at a time, at the end of some thread.
//   - A read branches over every write that it can read from.
//   - A write branches over every place in modification order. Then, for each read r that was there before it and
//     isn't in its prefix, a *revisit*: the events that were added after r are removed, except the prefix of the
//     write, and r reads from the write. It is done only if r and all that is removed were *added maximally*: they
//     read from, or stood at, the end of modification order among what was there or is in the write's prefix, and
//     nothing kept or older reads from them. There is one such way to every removed part, so that each graph is
//     visited once.
// That this is complete and free of duplicates is the paper's theorem, for models that are closed under prefixes and
// in which a consistent graph stays so when an event is added that reads or writes at the end of modification order.
// RC11 is one: such an event has no edge to any other in hb, eco or psc.
//
// What is beyond the paper, and why it fits:
//   - A read-modify-write is a read and, at once, a write. A read whose value another read-modify-write has taken leads
//     to no graph itself, but its write may revisit that other read; such reads are only tried where that can be.
//   - A spurious failure and the choice of the thread to wake are variants of a read. Variant 0 counts as maximal.
//   - Plain accesses race unless ordered by hb, and a race ends everything; so they have one source, one place, and are
//     never revisited. Such a graph is closed under prefixes and consistent, hence the race is real.
//   - A read behind which its thread is stuck (a lock that is held, an await that fails) is of use only if a later
//     write can revisit it, so it reads from the newest write or not at all. Such reads wait until no other thread can
//     go on. When nothing can go on, and every such read has the newest value, the threads are stuck for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_set>
#include <vector>

#include "models/engine/core/engine.hpp"
#include "models/engine/explorer/execution.hpp"
#include "models/engine/explorer/justification.hpp"
#include "models/engine/explorer/states.hpp"

namespace hallmark::explorer_engine {

/// What is done with executions in which loads read from later stores (buffering.hpp).
class Buffering {
 public:
  virtual ~Buffering() = default;
  virtual const KnownValues& known() const = 0;
  virtual void add_known(LocationId location, std::size_t thread, Word value) = 0;
  /// True if reads may be guessed; otherwise values are only collected.
  virtual bool guesses() const = 0;
  /// False if a guess of the thread's next load, from this location, could come to nothing only.
  virtual bool may_guess(Execution& execution, const Graph& graph, std::size_t thread, LocationId location) = 0;
  /// A graph with guessed reads in which no thread can go on. Returns false if a property is violated.
  virtual bool conclude(Execution& execution, States& states, const Graph& graph) = 0;
};

/// Among so many executions, the first ones, equal ones are looked for.
inline constexpr std::size_t kMostCompared = std::size_t{1} << 20;

struct Options {
  Faults faults{};
  Buffering* buffering = nullptr;
  std::size_t most_events = 2000;  // of one execution; beyond, it is cut off and the result inconclusive
};

/// What the search did, beyond the result.
struct Effort {
  std::uint64_t executions_started = 0;
  std::uint64_t events_added = 0;
  std::uint64_t revisits = 0;
};

class Exploration final : public Search {
 public:
  Exploration(const check::RunRequest& request, const Options& options);

  check::RunResult run();
  const Effort& effort() const { return effort_; }

  Graph& graph() override { return frames_[depth_]->graph; }
  Step extend(std::size_t thread, const Access& access, Place place) override;
  Step await_failed(std::size_t thread) override;

 private:
  struct Alternative {
    EventId target;  // a read's source; what a write stands behind; the read that it revisits
    std::uint8_t variant = 0;
    enum class Way : unsigned char { straight, revisit, guess } way = Way::straight;
    Word value = 0;  // guessed
  };

  /// An event with the alternatives that are still to be tried. The frame's list holds those of the last choice at its
  /// end.
  struct Choice {
    EventId event;
    EventId revisited = kInitial;  // set: the read that was rewired to this write, which opened the frame
    bool is_write = false;
    bool exclusive = false;
    std::uint8_t thread = 0;
    MemoryOrder order{};
    Word value = 0;
    Access access;
    std::size_t first = 0;
    std::size_t next = 0;
  };

  /// A graph that came out of a revisit, and the choices made since.
  struct Frame {
    Graph graph;
    std::vector<Choice> choices;
    std::vector<Alternative> alternatives;
  };

  enum class Run : unsigned char { complete, concluded, abandoned, violated };

  Frame& frame() { return *frames_[depth_]; }
  Run run_forward();
  std::size_t next_thread();
  bool must_wait(std::size_t thread, const Access& access);
  bool is_ready(const Access& access);
  void add_plain(std::size_t thread, const Access& access, Place place);
  bool add_read(std::size_t thread, const Access& access);
  void list_guesses(const Choice& choice);
  bool add_write(std::size_t thread, const Access& access, Word value, MemoryOrder order, bool exclusive);
  void list_places(const Choice& choice);
  void list_revisits(const Choice& choice);
  bool was_added_maximally(EventId event, const Clock& kept);
  /// Tries the first alternative of the choice that was just made.
  bool begin(Choice choice);
  /// Extends the graph by the choice's event. Returns false if that is inconsistent or leads nowhere by itself.
  bool apply(const Choice& choice, Alternative alternative);
  bool apply_revisit(const Choice& choice, Alternative alternative);
  bool finish_read(EventId read);
  void open_revisit(const Choice& choice, EventId read);
  bool is_consistent(EventId event);
  bool backtrack();
  bool conclude();
  void record_pairs();
  bool conclude_guessed();
  bool guesses() const { return options_.buffering != nullptr && options_.buffering->guesses(); }
  check::RunResult result(bool finished);

  const check::RunRequest& request_;
  const Options options_;
  Execution execution_;
  States states_;
  std::vector<std::unique_ptr<Frame>> frames_;
  std::size_t depth_ = 0;
  std::size_t forced_ = kMostThreads;  // the thread that may go on although it would rather wait
  bool bound_reached_ = false;
  std::uint64_t executions_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t blocked_ = 0;
  std::unordered_set<std::uint64_t> seen_;
  Effort effort_;
};

}  // namespace hallmark::explorer_engine
