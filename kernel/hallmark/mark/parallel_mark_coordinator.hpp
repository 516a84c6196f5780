// ParallelMarkCoordinator: marks everything that can be reached from the roots, with 1 to 16 workers.
//
// Thread roles: one coordinator thread calls everything but work; it is worker 0. Each further worker is a thread that
// calls work(its number) and stays there until close. The world is stopped, or what mutators do is no concern of the
// marking.
//
// How a marking goes:
//   begin               which pages belong to which worker: register_pages, or share_pages
//   distribute_roots    each root is marked, and left with the worker whose page it lies on
//   mark                all workers trace, until none has anything left
//
// What a worker does, over and over (WorkerState):
//   processing_owned    takes what others have sent to it: objects of its own pages
//   processing_local    traces objects of its worklist, the last pushed first, through a short queue in which they are
//                       prefetched. Now and then it looks whether somebody needs work, and shares: the older half of
//                       its worklist goes into its steal queue, and an object on a page whose worker rests goes into
//                       that worker's inbox
//   stealing            has nothing: takes from the steal queues of others, a few at a time
//   idle                has found nothing: rests until it is called, or all is done (terminator.hpp)
//
// Invariants (each is asserted in models/mark/parallel_mark_coordinator_scenarios.hpp and tests/mark/):
//   I1  an object is in a worklist, a queue, an inbox, the grey set or in hand only if it is marked, and in one of
//   them.
//       Whoever marks it puts it there; so it is traced once.
//   I2  when mark returns, none of them holds anything, and every reachable object has been traced.
//
// Nothing is dropped: a full steal queue or inbox leaves the object with the worker that has it, and an object that
// finds no memory in the worklist goes into the grey set (grey_set.hpp), which can't be full.
//
// Read next: proofs/mark/parallel_mark_coordinator.md, parallel_marker.hpp (threads and storage).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <hallmark/heap/heap_error.hpp>
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/mark/grey_set.hpp>
#include <hallmark/mark/per_thread_mark_queue.hpp>
#include <hallmark/mark/prefetch_fifo.hpp>
#include <hallmark/mark/terminator.hpp>
#include <hallmark/mark/worker_gate.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Sizes and intervals; models have smaller ones.
struct MarkLimits {
  static constexpr unsigned kMostWorkers = 16;
  static constexpr std::size_t kQueueItems = 1024;
  static constexpr std::size_t kInboxItems = 16;
  static constexpr std::size_t kSegmentItems = 1024;
  static constexpr std::size_t kPrefetched = 32;    ///< objects between prefetch and trace, a power of two
  static constexpr unsigned kShareInterval = 64;    ///< objects traced between two looks at the others
  static constexpr std::size_t kShareLeast = 4;     ///< a shorter worklist is not shared
  static constexpr std::size_t kStolenAtOnce = 16;  ///< the most items of one theft
  static constexpr unsigned kStealRounds = 64;      ///< looks at all others before a rest
};

/// When an object goes to the worker whose page it lies on, rather than into the worklist of the one that found it.
enum class PushTransfer : unsigned char {
  never,
  to_resting,  ///< when that worker rests, and the one that found it has another to go on with
  always,
};

struct MarkConfig {
  unsigned max_workers = 1;           ///< 1 to Limits::kMostWorkers
  std::size_t queue_capacity = 1024;  ///< items in a steal queue, 1 to Limits::kQueueItems
  bool parallel_major = true;         ///< false: worker 0 marks alone in a major marking
  bool parallel_minor = true;         ///< false: worker 0 marks alone in a minor marking
  PushTransfer push_transfer = PushTransfer::to_resting;
  bool plain_marks = true;  ///< a worker that marks alone marks by plain stores
};

/// major: everything that can be reached. minor: what is marked already is neither marked nor traced again.
enum class MarkPhase : unsigned char { major, minor };

/// Who takes part in a marking.
enum class MarkBy : unsigned char { all_workers, worker_0 };

struct RootCounts {
  std::uint64_t marked = 0;
  std::uint64_t marked_before = 0;  ///< the same object twice
  std::uint64_t null = 0;
  std::uint64_t invalid = 0;  ///< skipped: not the address of an object
};

/// Heap: pages, marks and references; PageHeap, or a model of it. Item: what it calls an object.
/// Complexity of mark: O(objects reached + their slots). Memory: see worklist.hpp.
template <class Heap, class Source, class Limits = MarkLimits>
class ParallelMarkCoordinator {
 public:
  using Item = typename Heap::Item;
  using Queue = PerThreadMarkQueue<Source, Limits>;

  /// Throws HeapError if the configuration is out of range. `heap` and `source` must outlive the coordinator.
  ParallelMarkCoordinator(Heap& heap, Source& source, const MarkConfig& config)
      : ParallelMarkCoordinator(heap, source, checked(config), std::make_index_sequence<Limits::kMostWorkers>()) {}

  /// Workers that there are; in a marking that was begun alone, one takes part.
  unsigned workers() const { return workers_; }
  CoordinatorState state() const { return state_; }

  // Coordinator, between markings.

  /// Begins a marking, by all workers or by worker 0 alone. Throws HeapError if one is under way.
  void begin(MarkPhase phase = MarkPhase::major, MarkBy by = MarkBy::all_workers) {
    enter(CoordinatorState::registering_pages);
    const bool parallel = phase == MarkPhase::major ? config_.parallel_major : config_.parallel_minor;
    active_ = parallel && by == MarkBy::all_workers ? workers_ : 1;
    for (unsigned worker = 0; worker < workers_; ++worker) queues_[worker].counts = MarkCounts();
  }

  /// `count` pages from `first` on belong to `worker`, until they are registered with another. Pages that never were
  /// belong to worker 0.
  void register_pages(unsigned worker, std::uint32_t first, std::uint32_t count) {
    expect_state(CoordinatorState::registering_pages, "register_pages");
    if (worker >= workers_) {
      throw HeapError("pages for worker " + std::to_string(worker) + ", and the last one is " +
                      std::to_string(workers_ - 1) + ": register them with one that there is");
    }
    const std::uint64_t pages = heap_.page_count();
    if (std::uint64_t{first} + count > pages) {
      throw HeapError(std::to_string(count) + " pages from " + std::to_string(first) + " on, and the heap has " +
                      std::to_string(pages) + ": register pages that there are");
    }
    for (std::uint32_t page = first; page < first + count; ++page) heap_.set_worker(page, worker);
    shared_pages_ = 0;
  }

  /// All pages, in equal shares of neighbours. Complexity: O(pages) when their number has changed, otherwise O(1).
  void share_pages() {
    const std::uint64_t pages = heap_.page_count();
    if (pages == shared_pages_) return;
    for (unsigned worker = 0; worker < workers_; ++worker) {
      const std::uint64_t begin = pages * worker / workers_;
      const std::uint64_t end = pages * (worker + 1) / workers_;
      register_pages(worker, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin));
    }
    shared_pages_ = pages;
  }

  /// Marks each root, and leaves it with the worker of its page. May be called more than once. A root that isn't an
  /// object is counted and skipped.
  RootCounts distribute_roots(std::span<const Item> roots) {
    if (state_ != CoordinatorState::distributing_roots) enter(CoordinatorState::distributing_roots);
    RootCounts counts;
    for (const Item root : roots) {
      if (root == Item()) {
        ++counts.null;
      } else if (!heap_.is_object(root)) {
        ++counts.invalid;
      } else if (!heap_.template try_mark<Markers::one>(root)) {
        ++counts.marked_before;
      } else {
        ++counts.marked;
        Queue& queue = owner_of(root);
        ++queue.counts.marked;
        keep(queue, root);
      }
    }
    return counts;
  }

  /// An item to be traced although it isn't marked here: an object that is marked from before, or a part of one, and
  /// may refer to objects that aren't. Each at most once a marking, before or after distribute_roots.
  void distribute_remembered(Item item) {
    if (state_ != CoordinatorState::distributing_roots) enter(CoordinatorState::distributing_roots);
    Queue& queue = owner_of(item);
    ++queue.counts.remembered;
    keep(queue, item);
  }

  /// Traces everything that can be reached. Returns when all is done.
  void mark() {
    enter(CoordinatorState::marking);
    if (active_ > 1) {
      terminator_.reset(active_);
      gate_.open();
      run(0);
      gate_.wait_for_all();
    } else if (config_.plain_marks) {
      run_alone<Markers::one>();
    } else {
      run_alone<Markers::many>();
    }
    grey_.reset();
    for (Queue& queue : queues_) queue.counts.segments = queue.worklist.take_most_in_use();
    enter(CoordinatorState::done);
  }

  /// When mark has returned: the counts of one worker, of all, and of its worklist since construction.
  const MarkCounts& counts(unsigned worker) const { return queues_[worker].counts; }
  MarkCounts counts() const {
    MarkCounts sum;
    for (unsigned worker = 0; worker < workers_; ++worker) sum += queues_[worker].counts;
    return sum;
  }
  WorklistStatistics worklist_statistics(unsigned worker) const { return queues_[worker].worklist.statistics(); }
  /// Of all workers, added up. Any thread, at any time.
  WorklistStatistics worklist_statistics() const {
    WorklistStatistics sum;
    for (unsigned worker = 0; worker < workers_; ++worker) sum += worklist_statistics(worker);
    return sum;
  }

  /// No more markings: work returns, in every worker.
  void close() { gate_.close(); }

  // Worker 1 and above.

  /// The life of a worker's thread: takes part in each marking, and parks in between. Returns after close.
  void work(unsigned worker) {
    std::uint64_t round = 0;
    while ((round = gate_.wait_for_round(round)) != 0) {
      run(worker);
      gate_.arrive();
    }
  }

 protected:
  // Protected, not private: a checker derives from the coordinator to break it.

  template <std::size_t... Worker>
  ParallelMarkCoordinator(Heap& heap, Source& source, const MarkConfig& config, std::index_sequence<Worker...>)
      : heap_(heap),
        config_(config),
        workers_(config.max_workers),
        queues_{((void)Worker, Queue(source))...},
        grey_(heap),
        terminator_(workers_),
        gate_(workers_ - 1) {
    for (unsigned worker = 0; worker < Limits::kMostWorkers; ++worker) queues_[worker].worker = worker;
  }

  static const MarkConfig& checked(const MarkConfig& config) {
    if (config.max_workers < 1 || config.max_workers > Limits::kMostWorkers) {
      throw HeapError("max_workers is " + std::to_string(config.max_workers) + ": set 1 to " +
                      std::to_string(Limits::kMostWorkers));
    }
    if (config.queue_capacity < 1 || config.queue_capacity > Limits::kQueueItems) {
      throw HeapError("queue_capacity is " + std::to_string(config.queue_capacity) + ": set 1 to " +
                      std::to_string(Limits::kQueueItems));
    }
    return config;
  }

  void expect_state(CoordinatorState expected, const char* what) const {
    if (state_ == expected) return;
    throw HeapError(std::string(what) + " in state " + std::string(name_of(state_)) + ": call it in state " +
                    std::string(name_of(expected)));
  }

  void enter(CoordinatorState next) {
    if (!may_follow(state_, next)) {
      throw HeapError("the marking goes from " + std::string(name_of(state_)) + " to " + std::string(name_of(next)) +
                      ": call begin, distribute_roots and mark in this order");
    }
    state_ = next;
  }

  Queue& owner_of(Item item) {
    const unsigned owner = heap_.worker_of(item);
    return queues_[owner < active_ ? owner : 0];
  }

  /// The item is marked and nowhere else: the worker has it from now on.
  [[gnu::always_inline]] void keep(Queue& queue, Item item) {
    if (!queue.worklist.push(item)) [[unlikely]] {
      ++queue.counts.refused;
      grey_.add(item);
    }
  }

  /// Takes part in a marking until it is done.
  void run(unsigned worker) {
    Queue& queue = queues_[worker];
    queue.resting = config_.push_transfer == PushTransfer::always ? ~std::uint64_t{0} : 0;
    for (;;) {
      queue.enter(WorkerState::processing_owned);
      take_received(queue);
      queue.enter(WorkerState::processing_local);
      trace_all<Markers::many>(queue);
      queue.enter(WorkerState::stealing);
      if (find_work(queue)) continue;
      ++queue.counts.rests;
      queue.enter(WorkerState::idle);
      if (!terminator_.rest(worker, [&] { return there_may_be_work_for(queue); })) return;
    }
  }

  template <Markers Who>
  void run_alone() {
    Queue& queue = queues_[0];
    queue.enter(WorkerState::processing_owned);
    queue.enter(WorkerState::processing_local);
    trace_all<Who>(queue);
    while (take_grey<Who>(queue)) trace_all<Who>(queue);
    queue.enter(WorkerState::stealing);
    queue.enter(WorkerState::idle);
  }

  void take_received(Queue& queue) {
    queue.counts.received += queue.inbox.drain([&](Item item) { keep(queue, item); });
  }

  /// What a worker counts while it traces; in registers, if all goes well.
  struct Tally {
    std::uint64_t marked = 0;
    std::uint64_t traced = 0;
    std::uint64_t slots = 0;
  };

  /// Traces what the worker has, until its worklist and its steal queue are empty.
  template <Markers Who>
  void trace_all(Queue& queue) {
    PrefetchFifo<Item, Limits::kPrefetched> soon;
    Tally tally;
    unsigned until_share = Limits::kShareInterval;
    for (Item item = next<Who>(queue, soon); item != Item(); item = next<Who>(queue, soon)) {
      trace<Who>(queue, item, tally);
      if (Who == Markers::many && --until_share == 0) {
        share(queue);
        until_share = Limits::kShareInterval;
      }
    }
    add(queue, tally);
  }

  /// The item to be traced next, or none. Items of the worklist pass through `soon`, where they are prefetched.
  template <Markers Who, class Fifo>
  [[gnu::always_inline]] Item next(Queue& queue, Fifo& soon) {
    while (const std::optional<Item> newest = queue.worklist.pop()) {
      Heap::prefetch(*newest);
      if (const Item oldest = soon.exchange(*newest); oldest != Item()) return oldest;
    }
    if (const Item oldest = soon.take(); oldest != Item()) return oldest;
    return Who == Markers::one ? Item() : queue.shared.pop().value_or(Item());
  }

  /// Marks what the item refers to; what this worker has marked it keeps, or sends.
  template <Markers Who>
  [[gnu::always_inline]] void trace(Queue& queue, Item item, Tally& tally) {
    ++tally.traced;
    tally.slots += heap_.trace(
        item,
        [&](Item reference) __attribute__((always_inline)) {
          if (!heap_.template try_mark<Who>(reference)) return;
          ++tally.marked;
          if (Who == Markers::many && queue.resting != 0 && may_send(queue) && send(queue, reference)) return;
          keep(queue, reference);
        },
        [&](Item part) {
          ++queue.counts.parts;
          keep(queue, part);
        });
  }

  static void add(Queue& queue, const Tally& tally) {
    queue.counts.marked += tally.marked;
    queue.counts.traced += tally.traced;
    queue.counts.slots += tally.slots;
  }

  /// With nothing else to do this worker would rest in turn, and a list would go to and fro between the two.
  [[gnu::always_inline]] bool may_send(const Queue& queue) const {
    return !queue.worklist.empty() || config_.push_transfer == PushTransfer::always;
  }

  /// Sends the object to the worker of its page, if that one rests. False: it stays here.
  [[gnu::noinline]] bool send(Queue& queue, Item item) {
    const unsigned owner = heap_.worker_of(item);
    if (owner == queue.worker || owner >= active_ || (queue.resting >> owner & 1U) == 0) return false;
    if (!queues_[owner].inbox.push(item, queue.worker)) {
      ++queue.counts.inbox_full;
      return false;
    }
    ++queue.counts.sent;
    ++queue.counts.announcements;
    terminator_.announce_to(owner);
    if (config_.push_transfer != PushTransfer::always) queue.resting &= ~(std::uint64_t{1} << owner);
    return true;
  }

  /// Looks whether others have sent something, or need something.
  [[gnu::noinline]] void share(Queue& queue) {
    if (!queue.inbox.empty()) take_received(queue);
    if (config_.push_transfer == PushTransfer::to_resting) queue.resting = terminator_.resting();
    if (!queue.shared.empty() || queue.worklist.size() < Limits::kShareLeast) return;
    const std::size_t moved = queue.worklist.spill(queue.shared, config_.queue_capacity);
    if (moved == 0) return;
    queue.counts.spilled += moved;
    ++queue.counts.announcements;
    terminator_.announce(static_cast<unsigned>(moved));
  }

  /// True: the worker has something, or there is something in its inbox.
  bool find_work(Queue& queue) {
    for (unsigned round = 0; round < Limits::kStealRounds; ++round) {
      bool raced = true;
      while (raced) {
        raced = false;
        if (!queue.inbox.empty()) return true;
        for (unsigned i = 1; i < workers_; ++i) {
          Queue& victim = queues_[(queue.worker + i) % workers_];
          const StealOutcome outcome = steal_some(queue, victim);
          if (outcome == StealOutcome::success) return true;
          raced = raced || outcome == StealOutcome::lost_race;
        }
      }
      if (take_grey<Markers::many>(queue)) return true;
    }
    return false;
  }

  /// Up to half of what the victim shares.
  StealOutcome steal_some(Queue& queue, Queue& victim) {
    const std::size_t seen = victim.shared.size();
    if (seen == 0) return StealOutcome::empty;
    const std::size_t most = std::min(seen / 2 + 1, Limits::kStolenAtOnce);
    for (std::size_t stolen = 0; stolen < most; ++stolen) {
      ++queue.counts.steals_tried;
      const StealResult<Item> result = victim.shared.steal();
      if (result.outcome == StealOutcome::lost_race) ++queue.counts.steals_lost;
      if (result.outcome != StealOutcome::success) return stolen > 0 ? StealOutcome::success : result.outcome;
      ++queue.counts.steals_won;
      keep(queue, result.item);
    }
    return StealOutcome::success;
  }

  /// Traces what is in the grey set at once: were it kept, it might be refused again. What it refers to is in the
  /// worklist then.
  template <Markers Who>
  bool take_grey(Queue& queue) {
    if (grey_.empty()) return false;
    Tally tally;
    const std::size_t taken = grey_.take([&](Item item) { trace<Who>(queue, item, tally); });
    add(queue, tally);
    return taken > 0;
  }

  bool there_may_be_work_for(const Queue& queue) const {
    if (!queue.inbox.empty() || !grey_.empty()) return true;
    for (unsigned worker = 0; worker < workers_; ++worker) {
      if (!queues_[worker].shared.empty()) return true;
    }
    return false;
  }

  Heap& heap_;
  const MarkConfig config_;
  const unsigned workers_;
  unsigned active_ = workers_;                          // coordinator, between markings: those that take part
  std::uint64_t shared_pages_ = 0;                      // coordinator: how many pages share_pages has given out
  CoordinatorState state_ = CoordinatorState::created;  // coordinator only
  std::array<Queue, Limits::kMostWorkers> queues_;
  GreySet<Heap> grey_;
  Terminator<Limits::kMostWorkers> terminator_;
  WorkerGate gate_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
