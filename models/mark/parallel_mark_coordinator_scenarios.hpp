// The whole marking: a coordinator, its workers and a small graph of objects, and what must hold. The scenarios are
// templates over the rules, so that the kernel's coordinator on a sound heap and on the gallery's broken ones meets the
// same judges.
//
// Thread 0 is the coordinator and worker 0; each further thread is a worker. Page p belongs to worker p.
// Outcome: for each marking, and each worker in turn, how many items the worker has traced.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/mark/parallel_mark_coordinator.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::parallel_mark_coordinator_model {

inline constexpr std::size_t kObjects = 5;

/// Objects are called a to e. The rest of a large array is an item of its own, called by the capital.
struct Plan {
  std::string_view pages = "00000";                     // of a to e
  std::array<std::string_view, kObjects> references{};  // of a to e
  std::array<std::string_view, kObjects> rests{};       // what the rest of a large array refers to
  std::string_view roots{};                             // '.' is null
  std::string_view remembered{};                        // marked from before
  std::string_view reachable{};                         // what must be marked and traced
  RootCounts root_counts{};
  PushTransfer push_transfer = PushTransfer::never;
  MarkBy first_marking = MarkBy::all_workers;
  std::size_t markings = 1;
  std::size_t segments = 8;  // that the source has
};

template <unsigned Workers>
struct SmallLimits {
  static constexpr unsigned kMostWorkers = Workers;
  static constexpr std::size_t kQueueItems = 2;
  static constexpr std::size_t kInboxItems = 1;
  static constexpr std::size_t kSegmentItems = 2;
  static constexpr std::size_t kPrefetched = 1;
  static constexpr unsigned kShareInterval = 1;
  static constexpr std::size_t kShareLeast = 2;
  static constexpr std::size_t kStolenAtOnce = 1;
  static constexpr unsigned kStealRounds = 1;
};

/// Nothing goes into a steal queue.
template <unsigned Workers>
struct Unshared : SmallLimits<Workers> {
  static constexpr std::size_t kShareLeast = kObjects + 1;
};

/// So many segments, in the object itself; then it refuses. What is given back is not given out again.
class FewSegments {
 public:
  using Segment = WorklistSegment<char, SmallLimits<1>::kSegmentItems>;

  explicit FewSegments(std::size_t segments) : some_(segments > 0), left_(segments) {}

  Segment* acquire() {
    if (!some_) return nullptr;
    vocabulary::LockGuard lock(mutex_);
    const std::size_t left = left_.read();
    if (left == 0) return nullptr;
    left_.write(left - 1);
    return &segments_[left - 1];
  }
  void release(Segment*) {}

 private:
  const bool some_;
  sync::mutex mutex_{vocabulary::LockRank{1}, "segments"};
  sync::plain<std::size_t> left_;  // under the lock
  std::array<Segment, 8> segments_{};
};

/// The objects of a plan. An object is a plain field, 1 once it is written; whoever traces it adds what it reads to
/// another plain field, so that two tracers race.
template <unsigned Pages>
class ModelHeap {
 public:
  using Item = char;
  static constexpr std::size_t kGreyWordsOfPage = 1;

  explicit ModelHeap(const Plan& plan) : plan_(plan) {}

  // For the scenario: coordinator, while no worker is about.

  void begin_marking() {
    marks_.clear();
    for (const char item : plan_.remembered) marks_.template try_mark<Markers::one>(index_of(item));
    for (auto& sum : traced_) sum.write(0);
  }
  void write_objects() {
    for (auto& field : fields_) field.write(1);
  }
  unsigned times_traced(char item) const { return traced_[place_of(item)].read(); }
  bool is_marked(char object) const { return marks_.is_marked(index_of(object)); }
  bool is_array(char object) const { return !plan_.rests[index_of(object)].empty(); }
  static char rest_of(char array) { return static_cast<char>(array - 'a' + 'A'); }
  bool has_grey_bits() const {
    for (const auto& word : grey_words_) {
      if (word.load(check::observing()) != 0) return true;
    }
    return false;
  }

  // For the coordinator.

  std::size_t page_count() const { return Pages; }
  void set_worker(std::uint32_t page, unsigned worker) { workers_[page].write(worker); }
  unsigned worker_of(char item) const { return workers_[page_of(item)].read(); }
  bool is_object(char item) const { return item >= 'a' && item < static_cast<char>('a' + kObjects); }
  static void prefetch(char) {}

  template <Markers Who>
  bool try_mark(char object) {
    return marks_.template try_mark<Who>(index_of(object));
  }

  template <class Visit, class Split>
  std::size_t trace(char item, Visit visit, Split split) {
    const std::size_t place = place_of(item);
    traced_[place].write(traced_[place].read() + fields_[place].read());
    const bool is_rest = place >= kObjects;
    if (!is_rest && is_array(item)) split(rest_of(item));
    const std::string_view references = is_rest ? plan_.rests[place - kObjects] : plan_.references[place];
    for (const char reference : references) visit(reference);
    return references.size();
  }

  sync::atomic<std::uint64_t>& grey_word(std::size_t i) { return grey_words_[i]; }
  sync::atomic<std::uint64_t>& grey_page(std::size_t page) { return grey_pages_[page]; }
  std::size_t grey_page_count() const { return Pages; }
  std::size_t granule_in_heap(char item) const { return page_of(item) * 64 + place_of(item); }
  char at_granule(std::size_t granule) const {
    const std::size_t place = granule % 64;
    return static_cast<char>(place < kObjects ? 'a' + place : 'A' + (place - kObjects));
  }

 protected:
  /// a to e, then A to E.
  static std::size_t place_of(char item) {
    return static_cast<std::size_t>(item >= 'a' ? item - 'a' : item - 'A' + static_cast<int>(kObjects));
  }
  static std::size_t index_of(char item) { return place_of(item) % kObjects; }
  std::size_t page_of(char item) const { return static_cast<std::size_t>(plan_.pages[index_of(item)] - '0'); }

 private:
  const Plan& plan_;
  std::array<sync::plain<unsigned>, Pages> workers_{};
  std::array<sync::plain<unsigned>, 2 * kObjects> fields_{};
  std::array<sync::plain<unsigned>, 2 * kObjects> traced_{};
  MarkBitmap<64> marks_;
  std::array<sync::atomic<std::uint64_t>, Pages> grey_words_{};
  std::array<sync::atomic<std::uint64_t>, Pages> grey_pages_{};
};

/// The kernel's coordinator on a sound heap.
struct KernelRules {
  template <unsigned Pages>
  using Heap = ModelHeap<Pages>;
};

/// Common ground: the markings of a plan, and then the end. The first one is prepared before the threads begin.
/// Worklists and counts are ordinary members, which the coordinator has between markings, and a worker meanwhile; an
/// engine that runs the threads one after the other can't follow that to and fro, so several markings are for Relacy.
template <class Rules, unsigned Workers, class Limits = SmallLimits<Workers>>
class Marking : public check::Scenario {
 public:
  void thread(unsigned id) override {
    if (id > 0) {
      coordinator_.work(id);
      return;
    }
    mark();
    for (std::size_t marking = 1; marking < plan_.markings; ++marking) {
      judge(marking - 1);
      prepare(marking);
      mark();
    }
    coordinator_.close();
  }

  void after() override {
    judge(plan_.markings - 1);
    expect(!heap_.has_grey_bits(), "I2: marking is done, and the grey set holds an item");
    expect(coordinator_.holds_nothing(), "I2: marking is done, and a worker's worklist, queue or inbox holds an item");
    expect(coordinator_.all_idle(), "a worker is at its end, and its state is not idle");
    outcome({letters_.data(), plan_.markings * Workers});
  }

 protected:
  explicit Marking(const Plan& plan)
      : plan_(plan),
        heap_(plan),
        source_(plan.segments),
        coordinator_(heap_, source_,
                     {.max_workers = Workers, .queue_capacity = 2, .push_transfer = plan.push_transfer}) {
    prepare(0);
  }

 private:
  using Heap = typename Rules::template Heap<Workers>;

  class Observed : public ParallelMarkCoordinator<Heap, FewSegments, Limits> {
   public:
    using ParallelMarkCoordinator<Heap, FewSegments, Limits>::ParallelMarkCoordinator;

    bool holds_nothing() const {
      for (const auto& queue : this->queues_) {
        if (!queue.worklist.empty() || !queue.shared.empty() || !queue.inbox.empty()) return false;
      }
      return true;
    }
    bool all_idle() const {
      for (const auto& queue : this->queues_) {
        if (queue.state() != WorkerState::idle) return false;
      }
      return true;
    }
  };

  void prepare(std::size_t marking) {
    heap_.begin_marking();
    coordinator_.begin(plan_.remembered.empty() ? MarkPhase::major : MarkPhase::minor,
                       marking == 0 ? plan_.first_marking : MarkBy::all_workers);
    for (unsigned worker = 0; worker < Workers; ++worker) coordinator_.register_pages(worker, worker, 1);
    distribute(marking);
  }

  void mark() {
    heap_.write_objects();
    coordinator_.mark();
    // All that was traced has happened before: otherwise these reads race.
    for (std::size_t i = 0; i < kObjects; ++i) expect_traced(static_cast<char>('a' + i));
  }

  void judge(std::size_t marking) {
    expect_counts();
    for (unsigned worker = 0; worker < Workers; ++worker) {
      letters_[marking * Workers + worker] = static_cast<char>('0' + coordinator_.counts(worker).traced);
    }
  }

  void distribute(std::size_t marking) {
    for (const char item : plan_.remembered) coordinator_.distribute_remembered(item);
    std::array<char, 4> roots{};
    for (std::size_t i = 0; i < plan_.roots.size(); ++i) roots[i] = plan_.roots[i] == '.' ? '\0' : plan_.roots[i];
    const RootCounts counts = coordinator_.distribute_roots({roots.data(), plan_.roots.size()});
    expect(counts.marked == plan_.root_counts.marked && counts.marked_before == plan_.root_counts.marked_before &&
               counts.null == plan_.root_counts.null && counts.invalid == plan_.root_counts.invalid,
           "the roots are counted wrongly");
    if (marking == 0 && plan_.first_marking == MarkBy::worker_0) return;
    for (unsigned worker = 0; worker < Workers; ++worker) {
      expect(coordinator_.counts(worker).marked == roots_on_page(worker), "a page's roots are not with its worker");
    }
  }

  /// Each once.
  std::uint64_t roots_on_page(unsigned page) const {
    std::uint64_t roots = 0;
    for (std::size_t i = 0; i < plan_.roots.size(); ++i) {
      const char root = plan_.roots[i];
      if (!heap_.is_object(root) || plan_.roots.find(root) != i) continue;
      if (plan_.pages[static_cast<std::size_t>(root - 'a')] == static_cast<char>('0' + page)) ++roots;
    }
    return roots;
  }

  void expect_traced(char object) const {
    const bool reachable = plan_.reachable.find(object) != std::string_view::npos;
    expect(heap_.is_marked(object) == reachable, "I2: an object is reachable and not marked, or the other way round");
    expect(heap_.times_traced(object) <= 1, "I1: an object was traced twice");
    expect(heap_.times_traced(object) == (reachable ? 1U : 0U), "I2: a reachable object was never traced");
    expect(heap_.times_traced(heap_.rest_of(object)) == (reachable && heap_.is_array(object) ? 1U : 0U),
           "I2: the rest of an array was not traced once");
  }

  void expect_counts() const {
    std::uint64_t rests = 0;
    for (const char object : plan_.reachable) rests += heap_.is_array(object) ? 1 : 0;
    const MarkCounts sum = coordinator_.counts();
    expect(sum.marked + sum.remembered == plan_.reachable.size(), "the marked objects are counted wrongly");
    expect(sum.parts == rests && sum.traced == plan_.reachable.size() + rests, "the traces are counted wrongly");
    expect(sum.sent == sum.received, "an item was sent and not received, or the other way round");
    expect(sum.steals_won <= sum.spilled, "more was stolen than shared");
  }

  const Plan& plan_;
  Heap heap_;
  FewSegments source_;
  Observed coordinator_;
  std::array<char, 4> letters_{};  // by the coordinator
};

template <class Rules>
class NoRoots final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.no_roots",
                                             .holds = "a marking without roots ends and marks nothing",
                                             .threads = 2,
                                             .outcomes = {"00"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.references = {"b"}};
  NoRoots() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class OddRoots final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "parallel_mark_coordinator.odd_roots",
      .holds = "of the roots, null and foreign ones are skipped, one counts once",
      .threads = 2,
      .outcomes = {"10"},
      .load_buffering = false};
  static constexpr Plan kPlan{
      .roots = "a.?a", .reachable = "a", .root_counts = {.marked = 1, .marked_before = 1, .null = 1, .invalid = 1}};
  OddRoots() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class BothOwners final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.both_owners",
                                             .holds = "each worker begins with the roots of its page",
                                             .threads = 2,
                                             .outcomes = {"11"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01000", .roots = "ab", .reachable = "ab", .root_counts = {.marked = 2}};
  BothOwners() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class ChainSent final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.chain_sent",
                                             .holds = "a chain that crosses to the other page is followed there",
                                             .threads = 2,
                                             .outcomes = {"11"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01000",
                              .references = {"b"},
                              .roots = "a",
                              .reachable = "ab",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::always};
  ChainSent() : Marking<Rules, 2>(kPlan) {}
};

/// A worker that has nothing else to do keeps what it finds: sending it would only swap the one that rests.
template <class Rules>
class ChainKept final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.chain_kept",
                                             .holds = "an only object stays with the worker that has found it",
                                             .threads = 2,
                                             .outcomes = {"30"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01100",
                              .references = {"b", "c"},
                              .roots = "a",
                              .reachable = "abc",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::to_resting};
  ChainKept() : Marking<Rules, 2>(kPlan) {}
};

/// Worker 0 shares nothing, so what worker 1 traces was sent: d, if it rested when worker 0 had traced a.
template <class Rules>
class ForkSentToResting final : public Marking<Rules, 2, Unshared<2>> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "parallel_mark_coordinator.fork_sent_to_resting",
      .holds = "an object is sent to its worker if that one rests, and there is another to go on with",
      .threads = 2,
      .outcomes = {"31", "40"},
      .load_buffering = false};
  static constexpr Plan kPlan{.pages = "00010",
                              .references = {"b", "cd"},
                              .roots = "a",
                              .reachable = "abcd",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::to_resting};
  ForkSentToResting() : Marking<Rules, 2, Unshared<2>>(kPlan) {}
};

/// To and fro, and back to the root. d and e refer to the cycle, and nobody to them.
template <class Rules>
class CycleAndGarbage final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.cycle_and_garbage",
                                             .holds = "a cycle across pages ends, and garbage stays unmarked",
                                             .threads = 2,
                                             .outcomes = {"21"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01001",
                              .references = {"b", "c", "a", "a", "d"},
                              .roots = "a",
                              .reachable = "abc",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::always};
  CycleAndGarbage() : Marking<Rules, 2>(kPlan) {}
};

/// Worker 0 shares b, the older one, and traces c itself.
template <class Rules>
class Fork final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.fork",
                                             .holds = "one child may be stolen",
                                             .threads = 2,
                                             .outcomes = {"21", "30"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.references = {"bc"}, .roots = "a", .reachable = "abc", .root_counts = {.marked = 1}};
  Fork() : Marking<Rules, 2>(kPlan) {}
};

/// As Fork; d goes to whoever marks it.
template <class Rules>
class Diamond final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.diamond",
                                             .holds = "an object with two parents is traced once",
                                             .threads = 2,
                                             .outcomes = {"22", "31", "40"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .references = {"bc", "d", "d"}, .roots = "a", .reachable = "abcd", .root_counts = {.marked = 1}};
  Diamond() : Marking<Rules, 2>(kPlan) {}
};

/// c is the child of two roots on different pages, and on neither's side.
template <class Rules>
class SharedChild final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.shared_child",
                                             .holds = "of two workers that reach an object one traces it",
                                             .threads = 2,
                                             .outcomes = {"12", "21"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .pages = "01000", .references = {"c", "c"}, .roots = "ab", .reachable = "abc", .root_counts = {.marked = 2}};
  SharedChild() : Marking<Rules, 2>(kPlan) {}
};

/// The rest of the array is the older item, so it is what worker 0 shares.
template <class Rules>
class LargeArray final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.large_array",
                                             .holds = "two workers may share a large array",
                                             .threads = 2,
                                             .outcomes = {"22", "40"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .references = {"b"}, .rests = {"c"}, .roots = "a", .reachable = "abc", .root_counts = {.marked = 1}};
  LargeArray() : Marking<Rules, 2>(kPlan) {}
};

/// Two objects for an inbox of one.
template <class Rules>
class FullInbox final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.full_inbox",
                                             .holds = "an object that an inbox refuses is traced by its finder",
                                             .threads = 2,
                                             .outcomes = {"12", "21"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01100",
                              .references = {"bc"},
                              .roots = "a",
                              .reachable = "abc",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::always};
  FullInbox() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class CrossedInboxes final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.crossed_inboxes",
                                             .holds = "two workers send to each other and both objects are traced",
                                             .threads = 2,
                                             .outcomes = {"22"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01100",
                              .references = {"c", "d"},
                              .roots = "ab",
                              .reachable = "abcd",
                              .root_counts = {.marked = 2},
                              .push_transfer = PushTransfer::always};
  CrossedInboxes() : Marking<Rules, 2>(kPlan) {}
};

/// The root is in the grey set, where either worker finds it.
template <class Rules>
class NoMemory final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.no_memory",
                                             .holds = "without any segment a root is traced once",
                                             .threads = 2,
                                             .outcomes = {"01", "10"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.roots = "a", .reachable = "a", .root_counts = {.marked = 1}, .segments = 0};
  NoMemory() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class NoMemoryFork final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.no_memory_fork",
                                             .holds = "children that no worklist takes are shared by the grey set",
                                             .threads = 2,
                                             .outcomes = {"03", "12", "21", "30"},
                                             .explorer = false,
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .references = {"bc"}, .roots = "a", .reachable = "abc", .root_counts = {.marked = 1}, .segments = 0};
  NoMemoryFork() : Marking<Rules, 2>(kPlan) {}
};

/// Worker 0 has the only segment. What worker 1 steals goes into the grey set, where either finds it.
template <class Rules>
class NoMemoryForThief final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.no_memory_for_thief",
                                             .holds = "a stolen object that finds no memory is traced once",
                                             .threads = 2,
                                             .outcomes = {"21", "30"},
                                             .explorer = false,
                                             .load_buffering = false};
  static constexpr Plan kPlan{
      .references = {"bc"}, .roots = "a", .reachable = "abc", .root_counts = {.marked = 1}, .segments = 1};
  NoMemoryForThief() : Marking<Rules, 2>(kPlan) {}
};

/// a is marked from before, so it is not a root, and nothing that refers to it has it traced again.
template <class Rules>
class Remembered final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.remembered",
                                             .holds = "an object that is marked from before is traced if remembered",
                                             .threads = 2,
                                             .outcomes = {"11"},
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01000",
                              .references = {"b", "a"},
                              .remembered = "a",
                              .reachable = "ab",
                              .push_transfer = PushTransfer::always};
  Remembered() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class TwoMarkings final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.two_markings",
                                             .holds = "a second marking is like the first",
                                             .threads = 2,
                                             .outcomes = {"1111"},
                                             .explorer = false,
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01000",
                              .references = {"b"},
                              .roots = "a",
                              .reachable = "ab",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::always,
                              .markings = 2};
  TwoMarkings() : Marking<Rules, 2>(kPlan) {}
};

template <class Rules>
class AloneThenTogether final : public Marking<Rules, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.alone_then_together",
                                             .holds = "worker 0 marks alone by plain stores, then all mark",
                                             .threads = 2,
                                             .outcomes = {"2011"},
                                             .explorer = false,
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01000",
                              .references = {"b"},
                              .roots = "a",
                              .reachable = "ab",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::always,
                              .first_marking = MarkBy::worker_0,
                              .markings = 2};
  AloneThenTogether() : Marking<Rules, 2>(kPlan) {}
};

/// b sends d to worker 0, c sends e to worker 1, who may not have taken b by then: worker 2 keeps e.
template <class Rules>
class ThreeWorkers final : public Marking<Rules, 3> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "parallel_mark_coordinator.three_workers",
                                             .holds = "a graph over three pages is traced by their three workers",
                                             .threads = 3,
                                             .outcomes = {"212", "221"},
                                             .explorer = false,
                                             .load_buffering = false};
  static constexpr Plan kPlan{.pages = "01201",
                              .references = {"bc", "d", "e"},
                              .roots = "a",
                              .reachable = "abcde",
                              .root_counts = {.marked = 1},
                              .push_transfer = PushTransfer::always};
  ThreeWorkers() : Marking<Rules, 3>(kPlan) {}
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::parallel_mark_coordinator_model
