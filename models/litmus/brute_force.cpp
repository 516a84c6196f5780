#include "models/litmus/brute_force.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace hallmark::litmus {
namespace {

constexpr unsigned kMostEvents = 32;  // with the initial writes
constexpr Value kMostValues = 16;
constexpr unsigned kFirstPlain = kMostLocations;  // objects are numbered: atomics, plain ones, mutexes
constexpr unsigned kFirstMutex = 2 * kMostLocations;
constexpr unsigned kObjects = 3 * kMostLocations;

using Set = std::uint32_t;  // of events

constexpr Set only(unsigned event) { return Set{1} << event; }

/// A binary relation on the events of one candidate.
struct Relation {
  explicit Relation(unsigned events) : n(events) {}

  void add(unsigned from, unsigned to) { row[from] |= only(to); }
  bool has(unsigned from, unsigned to) const { return (row[from] & only(to)) != 0; }

  Relation& operator|=(const Relation& other) {
    for (unsigned i = 0; i < n; ++i) row[i] |= other.row[i];
    return *this;
  }
  friend Relation operator|(Relation left, const Relation& right) { return left |= right; }

  /// Composition: left, then right.
  friend Relation operator*(const Relation& left, const Relation& right) {
    Relation result(left.n);
    for (unsigned i = 0; i < left.n; ++i) {
      for (Set rest = left.row[i]; rest != 0; rest &= rest - 1) {
        result.row[i] |= right.row[static_cast<unsigned>(__builtin_ctz(rest))];
      }
    }
    return result;
  }

  /// One or more steps.
  Relation closure() const {
    Relation result = *this;
    for (unsigned k = 0; k < n; ++k) {
      for (unsigned i = 0; i < n; ++i) {
        if (result.has(i, k)) result.row[i] |= result.row[k];
      }
    }
    return result;
  }

  bool irreflexive() const {
    for (unsigned i = 0; i < n; ++i) {
      if (has(i, i)) return false;
    }
    return true;
  }

  bool acyclic() const { return closure().irreflexive(); }

  Relation within(Set events) const {
    Relation result(n);
    for (unsigned i = 0; i < n; ++i) result.row[i] = (only(i) & events) != 0 ? row[i] & events : 0;
    return result;
  }

  unsigned n;
  std::array<Set, kMostEvents> row{};
};

struct Event {
  unsigned thread = kMostThreads;  // kMostThreads: an initial write
  unsigned object = 0;
  bool reads = false;
  bool writes = false;
  MemoryOrder order{};
  Value read = 0;
  Value written = 0;
  Set depends_on = 0;  // events of the same thread, by position; moved to event numbers in a candidate

  bool is_atomic() const { return object < kFirstPlain; }
  bool is_plain() const { return object >= kFirstPlain && object < kFirstMutex; }
  bool is_update() const { return reads && writes; }
  bool acquires() const {
    return is_atomic() && reads &&
           (order == MemoryOrder::acquire || order == MemoryOrder::acq_rel || order == MemoryOrder::seq_cst);
  }
  bool releases() const {
    return is_atomic() && writes &&
           (order == MemoryOrder::release || order == MemoryOrder::acq_rel || order == MemoryOrder::seq_cst);
  }
  bool is_sc() const { return is_atomic() && order == MemoryOrder::seq_cst; }
};

/// (object, value) pairs.
struct Values {
  std::array<std::uint32_t, kFirstMutex> bits{};

  // Larger values belong to no consistent execution (see largest_value).
  void add(unsigned object, Value value) {
    if (value < kMostValues) bits[object] |= 1U << value;
  }
  void drop_above(Value largest) {
    for (std::uint32_t& values : bits) values &= (std::uint32_t{2} << largest) - 1;
  }
  bool has(unsigned object, Value value) const { return (bits[object] >> value & 1U) != 0; }
  bool covers(const Values& other) const {
    for (unsigned i = 0; i < kFirstMutex; ++i) {
      if ((other.bits[i] & ~bits[i]) != 0) return false;
    }
    return true;
  }
  friend Values operator|(Values left, const Values& right) {
    for (unsigned i = 0; i < kFirstMutex; ++i) left.bits[i] |= right.bits[i];
    return left;
  }
  bool operator==(const Values&) const = default;
};

/// What one thread does if its reads return certain values.
struct Trace {
  std::vector<Event> events;
  std::array<Value, kMostRegisters> registers{};
  Values reads;
  Values writes;
};

/// Runs one thread with every combination of the values that its reads may return.
class ThreadRuns {
 public:
  ThreadRuns(const Program& program, unsigned thread, const Values& readable)
      : code_(program.threads[thread]), readable_(readable) {
    State start;
    run(0, start, thread);
  }

  std::vector<Trace> traces;

 private:
  struct State {
    Trace trace;
    std::array<Set, kMostRegisters> sources{};  // the events that a register's value depends on
  };

  void run(std::size_t at, State& state, unsigned thread) {
    if (at == code_.size()) {
      traces.push_back(state.trace);
      return;
    }
    const Instruction& i = code_[at];
    if (i.guard != kNone && state.trace.registers[i.guard] != i.guard_value) {
      State next = state;
      for (const unsigned target : {i.result, i.success}) {
        if (target != kNone) next.sources[target] |= state.sources[i.guard];
      }
      run(at + 1, next, thread);
      return;
    }
    Event event{.thread = thread, .object = object_of(i, state), .order = i.order};
    for (const unsigned source : {i.guard, i.index, i.value.from, i.expected.from}) {
      if (source != kNone) event.depends_on |= state.sources[source];
    }
    const Value operand = evaluate(i.value, state);
    switch (i.action) {
      case Action::lock:
      case Action::unlock: event.reads = i.action == Action::lock; [[fallthrough]];
      case Action::store:
      case Action::plain_write:
        event.writes = i.action == Action::store || i.action == Action::plain_write;
        event.written = operand;
        go_on(at, state, event);
        return;
      default: break;
    }
    event.reads = true;
    for (Value value = 0; value < kMostValues; ++value) {
      if (!readable_.has(event.object, value)) continue;
      event.read = value;
      read(at, state, event, operand);
    }
  }

  // The event reads a value that is fixed by now.
  void read(std::size_t at, State& state, Event event, Value operand) {
    const Instruction& i = code_[at];
    if (is_cas(i.action)) {
      const bool matches = event.read == evaluate(i.expected, state);
      Event failing = event;
      failing.order = i.failure;
      if (!matches || i.action == Action::weak_cas) go_on(at, state, failing);
      if (!matches) return;
    }
    event.writes = i.action != Action::load && i.action != Action::plain_read;
    event.written = i.action == Action::add      ? event.read + operand
                    : i.action == Action::bit_or ? event.read | operand
                                                 : operand;
    go_on(at, state, event);
  }

  void go_on(std::size_t at, const State& state, const Event& event) {
    const Instruction& i = code_[at];
    State next = state;
    const Set source = event.depends_on | only(static_cast<unsigned>(next.trace.events.size()));
    next.trace.events.push_back(event);
    if (i.result != kNone) {
      next.trace.registers[i.result] = event.read;
      next.sources[i.result] = source;
    }
    if (i.success != kNone) {
      next.trace.registers[i.success] = event.writes ? 1 : 0;
      next.sources[i.success] = source;
    }
    if (event.object < kFirstMutex && event.reads) next.trace.reads.add(event.object, event.read);
    if (event.writes) next.trace.writes.add(event.object, event.written);
    run(at + 1, next, event.thread);
  }

  static Value evaluate(const Operand& operand, const State& state) {
    return operand.constant + (operand.from == kNone ? 0 : state.trace.registers[operand.from]);
  }

  unsigned object_of(const Instruction& i, const State& state) const {
    switch (i.action) {
      case Action::plain_read:
      case Action::plain_write: return kFirstPlain + i.location;
      case Action::lock:
      case Action::unlock: return kFirstMutex + i.location;
      default: break;
    }
    const Value offset = i.index == kNone ? 0 : state.trace.registers[i.index];
    return static_cast<unsigned>((i.location + offset) % kMostLocations);
  }

  const std::vector<Instruction>& code_;
  const Values& readable_;
};

/// Tests all executions that consist of one given trace per thread.
class Candidates {
 public:
  Candidates(const Program& program, const std::vector<const Trace*>& traces, Allowed& allowed)
      : program_(program), traces_(traces), allowed_(allowed) {
    make_events();
    order_within_threads();
    choose_source(0);
  }

 private:
  void make_events() {
    for (unsigned i = 0; i < program_.atomics; ++i) events_.push_back({.object = i, .writes = true});
    for (unsigned i = 0; i < program_.plains; ++i) events_.push_back({.object = kFirstPlain + i, .writes = true});
    initial_ = static_cast<unsigned>(events_.size());
    for (const Trace* trace : traces_) {
      const unsigned first = static_cast<unsigned>(events_.size());
      for (Event event : trace->events) {
        event.depends_on <<= first;
        events_.push_back(event);
      }
    }
    n_ = static_cast<unsigned>(events_.size());
    for (unsigned i = 0; i < n_; ++i) {
      const Event& event = events_[i];
      if (event.is_sc()) sc_ |= only(i);
      if (event.reads && event.object < kFirstMutex) readers_.push_back(i);
      if (event.writes) writers_[event.object].push_back(i);
      if (event.object >= kFirstMutex) lock_events_[event.object].push_back(i);
    }
    source_.assign(n_, kNone);
  }

  void order_within_threads() {
    sb_ = Relation(n_);
    dependency_ = Relation(n_);
    for (unsigned a = 0; a < n_; ++a) {
      for (unsigned b = 0; b < n_; ++b) {
        const bool from_initial = a < initial_ && b >= initial_;
        if (from_initial || (a >= initial_ && a < b && events_[a].thread == events_[b].thread)) sb_.add(a, b);
        if ((events_[b].depends_on & only(a)) != 0) dependency_.add(a, b);
      }
    }
  }

  // Reads-from: each reader gets a write with the right value.
  void choose_source(std::size_t at) {
    if (at == readers_.size()) {
      choose_lock_order(kFirstMutex, Relation(n_));
      return;
    }
    const unsigned reader = readers_[at];
    for (const unsigned writer : writers_[events_[reader].object]) {
      if (writer == reader || events_[writer].written != events_[reader].read) continue;
      source_[reader] = writer;
      choose_source(at + 1);
    }
    source_[reader] = kNone;
  }

  // A total order of the critical sections of each mutex; `handed_over` collects unlock -> next lock.
  void choose_lock_order(unsigned mutex, const Relation& handed_over) {
    if (mutex == kObjects) {
      happens_before(handed_over);
      return;
    }
    std::vector<std::array<unsigned, 2>> sections;
    const std::vector<unsigned>& events = lock_events_[mutex];
    for (std::size_t i = 0; i < events.size(); i += 2) {
      // Events are numbered thread by thread, so a lock is followed by its unlock.
      if (i + 1 == events.size() || !events_[events[i]].reads || events_[events[i + 1]].reads) {
        throw std::invalid_argument("brute force: locks and unlocks of a thread must alternate");
      }
      sections.push_back({events[i], events[i + 1]});
    }
    std::ranges::sort(sections);
    do {
      Relation next = handed_over;
      for (std::size_t i = 1; i < sections.size(); ++i) next.add(sections[i - 1][1], sections[i][0]);
      choose_lock_order(mutex + 1, next);
    } while (std::ranges::next_permutation(sections).found);
  }

  void happens_before(const Relation& handed_over) {
    rf_ = Relation(n_);
    for (const unsigned reader : readers_) rf_.add(source_[reader], reader);

    // A release write heads a release sequence: itself and the read-modify-writes that continue it.
    Relation sw = handed_over;
    for (const unsigned reader : readers_) {
      if (!events_[reader].acquires()) continue;
      Set seen = 0;  // read-modify-writes that read in a circle are refused later, but the walk must end
      for (unsigned writer = source_[reader]; (seen & only(writer)) == 0; writer = source_[writer]) {
        seen |= only(writer);
        if (events_[writer].releases()) sw.add(writer, reader);
        if (!events_[writer].is_update()) break;
      }
    }
    sw_ = sw;
    hb_ = (sb_ | sw).closure();
    if (!hb_.irreflexive()) return;
    no_cycle_ = (sb_ | rf_ | handed_over).acyclic();
    justified_ = no_cycle_ || (dependency_ | rf_).acyclic();
    mo_ = Relation(n_);
    choose_modification_order(0);
  }

  // A total order of the writes of each object, the initial one first.
  void choose_modification_order(unsigned object) {
    if (object == kFirstMutex) {
      judge();
      return;
    }
    std::vector<unsigned> rest = writers_[object];
    if (rest.size() <= 1) {
      choose_modification_order(object + 1);
      return;
    }
    std::vector<unsigned> order{rest.front()};
    rest.erase(rest.begin());
    append_write(object, order, rest);
  }

  void append_write(unsigned object, std::vector<unsigned>& order, const std::vector<unsigned>& rest) {
    if (rest.empty()) {
      const Relation saved = mo_;
      for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = i + 1; j < order.size(); ++j) mo_.add(order[i], order[j]);
      }
      choose_modification_order(object + 1);
      mo_ = saved;
      return;
    }
    for (const unsigned write : rest) {
      // Atomicity: a read-modify-write follows its source immediately. Coherence: not before what happens before it.
      if (events_[write].is_update() && source_[write] != order.back()) continue;
      if (std::ranges::any_of(rest, [&](unsigned other) { return hb_.has(other, write); })) continue;
      std::vector<unsigned> others;
      std::ranges::copy_if(rest, std::back_inserter(others), [&](unsigned other) { return other != write; });
      order.push_back(write);
      append_write(object, order, others);
      order.pop_back();
    }
  }

  void judge() {
    ++allowed_.candidates;
    Relation rb(n_);  // a read is before the writes that follow its source
    for (const unsigned reader : readers_) rb.row[reader] = mo_.row[source_[reader]] & ~only(reader);
    const Relation eco = (rf_ | mo_ | rb).closure();

    // COHERENCE: hb; eco? is irreflexive. ATOMICITY: rmw and rb; mo are disjoint.
    if (!(hb_ * eco).irreflexive()) return;
    for (const unsigned reader : readers_) {
      if (events_[reader].writes && (rb * mo_).has(reader, reader)) return;
    }
    if (!sequentially_consistent_enough(rb)) return;

    const bool races = has_race();
    record(allowed_.any_cycle, races);
    if (!justified_) return;
    record(allowed_.load_buffering, races);
    if (!no_cycle_) return;
    record(allowed_.rc11, races);
    if (standard_order_exists(eco)) record(allowed_.cxx20, races);
  }

  // SC of RC11, without fences: psc = [SC]; scb; [SC] is acyclic, where
  // scb = sb | sb(other object); hb; sb(other object) | hb(same object) | mo | rb.
  bool sequentially_consistent_enough(const Relation& rb) const {
    if ((sc_ & (sc_ - 1)) == 0) return true;
    Relation sb_elsewhere(n_);
    Relation hb_here(n_);
    for (unsigned a = 0; a < n_; ++a) {
      for (unsigned b = 0; b < n_; ++b) {
        const bool same = events_[a].object == events_[b].object;
        if (!same && sb_.has(a, b)) sb_elsewhere.add(a, b);
        if (same && hb_.has(a, b)) hb_here.add(a, b);
      }
    }
    const Relation scb = sb_ | sb_elsewhere * hb_ * sb_elsewhere | hb_here | mo_ | rb;
    return scb.within(sc_).acyclic();
  }

  // The single total order S of [atomics.order]: consistent with strongly-happens-before and with coherence-ordered.
  bool standard_order_exists(const Relation& eco) const {
    if ((sc_ & (sc_ - 1)) == 0) return true;
    const Relation strongly = (sb_ | sw_.within(sc_) | sb_ * hb_ * sb_).closure();
    return (strongly | eco).within(sc_).acyclic();
  }

  bool has_race() const {
    for (unsigned a = initial_; a < n_; ++a) {
      for (unsigned b = a + 1; b < n_; ++b) {
        const bool conflict =
            events_[a].is_plain() && events_[a].object == events_[b].object && (events_[a].writes || events_[b].writes);
        if (conflict && !hb_.has(a, b) && !hb_.has(b, a)) return true;
      }
    }
    return false;
  }

  void record(Behaviour& behaviour, bool races) const {
    if (races) behaviour.race = true;
    Outcome outcome = 0;
    for (unsigned r = 0; r < program_.registers; ++r) {
      Value value = 0;  // only one thread ever sets a register
      for (const Trace* trace : traces_) value = std::max(value, trace->registers[r]);
      outcome = with_value(outcome, r, value);
    }
    unsigned position = program_.registers;
    for (const unsigned location : program_.final_locations) {
      for (const unsigned write : writers_[location]) {
        if (mo_.row[write] == 0) outcome = with_value(outcome, position, events_[write].written);
      }
      ++position;
    }
    behaviour.outcomes.insert(outcome);
  }

  const Program& program_;
  const std::vector<const Trace*>& traces_;
  Allowed& allowed_;
  std::vector<Event> events_;
  unsigned initial_ = 0;  // initial writes come first
  unsigned n_ = 0;
  Set sc_ = 0;
  std::vector<unsigned> readers_;
  std::array<std::vector<unsigned>, kObjects> writers_;
  std::array<std::vector<unsigned>, kObjects> lock_events_;
  std::vector<unsigned> source_;
  bool no_cycle_ = false;   // of sequenced-before and reads-from
  bool justified_ = false;  // no cycle of dependencies and reads-from
  Relation sb_{0}, dependency_{0}, rf_{0}, sw_{0}, hb_{0}, mo_{0};
};

/// No value is larger, because each instruction is executed at most once and no value comes out of thin air.
Value largest_value(const Program& program) {
  Value sum = 0;
  unsigned doublings = 0;
  for (const auto& thread : program.threads) {
    for (const Instruction& i : thread) {
      sum += i.value.constant;
      const bool updates = i.action == Action::add || i.action == Action::bit_or;
      if (updates && i.value.from != kNone) ++doublings;
    }
  }
  return sum << doublings;
}

/// Everything that any write could store, found by running the threads until nothing is added. Values that only
/// justify themselves may be among them; no execution with them is consistent.
Values readable_values(const Program& program) {
  const Value largest = largest_value(program);
  Values readable;
  for (unsigned i = 0; i < kFirstMutex; ++i) readable.add(i, 0);
  for (;;) {
    Values more = readable;
    for (unsigned t = 0; t < program.threads.size(); ++t) {
      for (const Trace& trace : ThreadRuns(program, t, readable).traces) more = more | trace.writes;
    }
    more.drop_above(largest);
    if (more == readable) return readable;
    readable = more;
  }
}

/// All combinations of one trace per thread in which each value that is read is written.
class Combinations {
 public:
  Combinations(const Program& program, const std::vector<std::vector<Trace>>& runs, Allowed& allowed)
      : program_(program), runs_(runs), allowed_(allowed), later_writes_(runs.size() + 1) {
    for (std::size_t t = runs.size(); t > 0; --t) {
      later_writes_[t - 1] = later_writes_[t];
      for (const Trace& trace : runs[t - 1]) later_writes_[t - 1] = later_writes_[t - 1] | trace.writes;
    }
    Values initial;
    for (unsigned i = 0; i < kFirstMutex; ++i) initial.add(i, 0);
    extend(Values(), initial);
  }

 private:
  void extend(const Values& reads, const Values& writes) {
    if (!(writes | later_writes_[chosen_.size()]).covers(reads)) return;
    if (chosen_.size() == runs_.size()) {
      Candidates(program_, chosen_, allowed_);
      return;
    }
    for (const Trace& trace : runs_[chosen_.size()]) {
      chosen_.push_back(&trace);
      extend(reads | trace.reads, writes | trace.writes);
      chosen_.pop_back();
    }
  }

  const Program& program_;
  const std::vector<std::vector<Trace>>& runs_;
  Allowed& allowed_;
  std::vector<Values> later_writes_;  // what the threads from this one on may write
  std::vector<const Trace*> chosen_;
};

}  // namespace

bool fits_brute_force(const Program& program) {
  std::size_t events = program.atomics + program.plains;
  for (const auto& thread : program.threads) events += thread.size();
  return events <= kMostEvents && largest_value(program) < kMostValues;
}

Allowed enumerate(const Program& program) {
  if (!fits_brute_force(program)) throw std::invalid_argument("brute force: too many events or too large values");
  const Values readable = readable_values(program);
  std::vector<std::vector<Trace>> runs;
  for (unsigned t = 0; t < program.threads.size(); ++t) runs.push_back(ThreadRuns(program, t, readable).traces);
  Allowed allowed;
  Combinations(program, runs, allowed);
  for (Behaviour* behaviour : {&allowed.rc11, &allowed.load_buffering, &allowed.cxx20}) {
    if (behaviour->race) behaviour->outcomes.clear();
  }
  return allowed;
}

}  // namespace hallmark::litmus
