// The program that is being explored: one scenario object, a fiber per thread, and the way from a thread's operation
// to the graph. An operation that the graph has already gets its answer from there, without a switch of fibers; one
// that it doesn't have yet is put to the search.
//
// The object is constructed in the same storage for every re-execution and never destroyed, so addresses repeat.
// The constructor, after() and invariant() run alone: they read and write a table of current values.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/core/trace.hpp"
#include "models/engine/explorer/fiber.hpp"
#include "models/engine/explorer/graph.hpp"

namespace hallmark::explorer_engine {

using check::Place;

/// What the search answers to an operation at the end of its thread.
enum class Step : unsigned char {
  proceed,  // the graph has it now
  park,     // not now: ask again when the thread is resumed
  cut       // this branch leads nowhere
};

class Search {
 public:
  virtual ~Search() = default;
  virtual Graph& graph() = 0;
  virtual Step extend(std::size_t thread, const Access& access, Place place) = 0;
  /// The predicate of an await is false; the thread's last event is its last read. On `proceed` the thread is stuck.
  virtual Step await_failed(std::size_t thread) = 0;
};

struct Failure {
  std::string what;
  const char* file = "";
  int line = 0;
  Clock cut;  // the events that lead to it
};

/// A thread that is run by itself, outside of any graph: answers its operations.
class Trial {
 public:
  struct Answer {
    Word value;
    bool wrote;
    bool stop;  // the thread is left for good
  };
  virtual ~Trial() = default;
  virtual Answer answer(const Access& access) = 0;
};

enum class Status : unsigned char { runnable, parked, blocked, finished, cut, failed };

class Execution {
 public:
  Execution(const check::ScenarioType& type, check::Trace* trace);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  void set_search(Search* search) { search_ = search; }

  // Driving. Each returns false if the property was violated.
  bool restart();
  bool run_after();
  /// Calls invariant() with the values that observe() has been given; `fresh`: on the object as it was constructed.
  bool check_invariant(bool fresh);
  /// Runs the thread until it can't go on.
  Status resume(std::size_t thread);
  /// Runs the thread from its beginning on a fresh object, and leaves no trace of it.
  Status run_trial(std::size_t thread, Trial& trial);
  /// A failing thread ends there and the others go on; the failure waits in deferred().
  void defer_failures() { defers_ = true; }
  const Failure* deferred() const { return deferred_ ? &*deferred_ : nullptr; }

  Status status(std::size_t thread) const { return threads_[thread].status; }
  const Access& pending(std::size_t thread) const { return threads_[thread].pending; }
  std::size_t await_begin(std::size_t thread) const { return threads_[thread].await_begin; }
  bool is_awaiting(std::size_t thread) const { return threads_[thread].awaiting; }
  std::size_t threads() const { return type_.info->threads; }
  std::span<const Word> initial_values() const { return initial_; }
  void set_value(LocationId location, Word value) { values_[location] = value; }
  const std::vector<LocationId>& observed_by_invariant() const { return observed_; }
  const Failure* failure() const { return failed_ ? &failure_ : nullptr; }
  const check::LiveCounters& witnesses() const { return scratch_; }

  /// Tells the trace where a guessed read reads from.
  void trace_source(EventId read, EventId source);

  // For the search, on a thread's fiber, and for whoever finds a violation.
  [[noreturn]] void fail(const char* what, Place place, const Clock& cut);
  void report(std::string what, Place place, const Clock& cut);

  // For the cells.
  struct Result {
    Word value;
    bool wrote;
  };
  Result perform(Access access, Place place);
  Word observe(LocationId location);
  LocationId add_location(Word initial);
  Word thread_bit() const { return Word{1} << running_; }
  unsigned locks_held() const;
  void begin_await();
  void end_await(bool satisfied);

  static Execution& current() { return *current_; }

 private:
  enum class Phase : unsigned char { construction, threads, invariant, afterwards, trial };

  struct Thread {
    Status status = Status::runnable;
    bool awaiting = false;
    std::size_t position = 0;  // in the thread's events
    std::size_t await_begin = 0;
    Access pending;
  };

  bool run_alone(Phase phase, Fiber::Body body);
  Result perform_alone(const Access& access, Place place);
  void mark_spurious(Access& access) const;
  void check_use(const Access& access, Place place);
  [[noreturn]] void stop(Status status);
  [[noreturn]] void fail_here(const char* what, const char* file, int line);
  void record(const Access& access, Place place, const GraphEvent* event, Word value, Word written, bool wrote);

  const check::ScenarioType& type_;
  check::Trace* trace_;
  Search* search_ = nullptr;
  std::unique_ptr<std::byte[]> memory_;
  void* storage_;
  check::Scenario* scenario_ = nullptr;
  std::vector<std::byte> image_;  // the object as constructed
  std::vector<std::byte> saved_;

  Phase phase_ = Phase::construction;
  std::size_t running_ = 0;
  std::array<Thread, kMostThreads> threads_{};
  std::vector<std::unique_ptr<Fiber>> fibers_;  // the threads', then the one for code that runs alone
  Fiber* active_ = nullptr;

  std::size_t locations_ = 0;  // made in this execution
  std::vector<Word> initial_;
  std::vector<Word> values_;
  std::vector<LocationId> observed_;
  check::LiveCounters scratch_;  // what this execution has reached; counts only if it completes
  bool failed_ = false;
  Failure failure_;
  bool defers_ = false;
  std::optional<Failure> deferred_;
  Trial* trial_ = nullptr;

  std::vector<std::uint32_t> traced_;          // event -> index in the trace
  std::vector<std::uint32_t> traced_initial_;  // location -> last write that ran alone

  static inline Execution* current_ = nullptr;
};

}  // namespace hallmark::explorer_engine
