// Heap: a garbage-collected heap for the threads of a program.
//
//     hallmark::Heap heap({.workers = 2});
//     auto mutator = heap.attach();                                  // this thread may now allocate
//     hallmark::Root<Node> root(mutator, mutator.make<Node>());
//     root->next.store(mutator, other);                              // a reference, with its write barrier
//     heap.collect(hallmark::Minor);                                 // or Major; or by itself, by thresholds
//
// Thread roles: any thread attaches, collects, asks for statistics; what belongs to a mutator is in mutator.hpp.
//
// How it collects: all mutators stop (safepoint/). A major collection clears all marks, marks what can be reached from
// the roots, and frees the rest. Marks stay until the next major collection, and mean: old ("sticky" mark bits, Demers
// et al., "Combining generational and conservative garbage collection", POPL 1990). A minor collection marks what can
// be reached from the roots and from old objects that were written to since the last collection; it frees what is not
// marked in the pages in which objects were made since then, and looks at no other page. What has survived one
// collection is old.
//
// Functions of the program that the heap calls, which are root sources, trace functions and the watchdog's report, call
// nothing of this heap and of its mutators: they would wait for the collection in which they are. A call that would
// ends the program with a report. (A thread that such a function starts and waits for is not seen.)
//
// After fork, the heap stays in the parent: the child has its memory and not its threads. A child calls exec or _exit,
// or makes a heap there; using or destroying this one ends it with a report.
//
// Invariants (the verifier asserts each, verifier.hpp):
//   I1  what can be reached from a root is an object.
//   I2  an old object refers to a young one only if it is remembered: its dirty bit is set and its page listed.
//   I3  a page is listed if and only if its flag says so; after a collection none is. The dirty bit of an old object is
//       set only if its page is listed; those of young objects and of free cells say nothing, and the next sweep looks
//       at their page. After a collection only free cells have one that is set, where an allocator has the page.
//
// Read next: mutator.hpp, collector.hpp, verifier.hpp.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hallmark/collect/chain.hpp>
#include <hallmark/collect/collector.hpp>
#include <hallmark/collect/described.hpp>
#include <hallmark/collect/statistics.hpp>
#include <hallmark/collect/verifier.hpp>
#include <hallmark/heap/page_heap.hpp>
#include <hallmark/safepoint/safepoint.hpp>
#include <hallmark/sync/callback_scope.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class Mutator;

/// Above it in rank are the locks of pages, marking and the dirty list. Not held when a safepoint is entered.
inline constexpr vocabulary::LockRank kRegistryRank{60};

/// Sizes are in bytes.
struct HeapOptions {
  unsigned workers = 1;                       ///< threads that mark, 1 to 16, the one that collects included
  std::size_t max_bytes = kDefaultMaxBytes;   ///< of pages; more is out of memory
  bool automatic = true;                      ///< collect by thresholds, and when memory has run out
  std::size_t young_bytes = 16u << 20;        ///< collect when pages of so much were taken for new objects
  double major_growth = 2.0;                  ///< a collection is major when the pages in use have grown so much
  std::size_t major_least_bytes = 64u << 20;  ///< since the last major one, and are at least so many
  bool generations = true;                    ///< false: every collection is major
  bool huge_pages = true;                     ///< ask the system for huge pages
  bool verify = false;                        ///< verify after each collection, and end the program on a finding
  MarkConfig marking{};                       ///< max_workers is `workers`
  Watchdog watchdog{};                        ///< who is told of mutators that don't poll
};

/// Thrown by make when nothing can be freed for an object. The heap is as it was, and goes on.
class OutOfMemory : public std::bad_alloc {
 public:
  /// What is wrong, and what to do.
  const char* what() const noexcept override {
    return "hallmark: out of memory: the live objects fill the heap; raise max_bytes, or drop references";
  }
};

/// What a program's own root source calls for each reference that it holds.
class RootVisitor {
 public:
  /// The collector's.
  template <class Add>
  explicit RootVisitor(Add& add)
      : context_(&add), call_([](void* context, Address root) { (*static_cast<Add*>(context))(root); }) {}

  /// An object of the heap, or nullptr. What is neither is counted and skipped.
  template <class T>
  void operator()(T* root) const {
    call_(context_, reinterpret_cast<Address>(root));
  }

 private:
  void* context_;
  void (*call_)(void*, Address);
};

/// Called while the world is stopped, by the thread that collects: an interpreter's stack, a table of globals. Must not
/// call the heap or a mutator of it. What it throws in a collection ends the program with a report.
using RootSource = std::function<void(const RootVisitor&)>;

/// The heap. It outlives its mutators. The object itself takes a megabyte: where stacks are small, allocate it.
class Heap {
 public:
  /// Throws HeapError if an option is out of range, or the system refuses address space or threads.
  explicit Heap(const HeapOptions& options = {})
      : options_(options),
        pages_({options.max_bytes, options.huge_pages}),
        collector_(pages_, marking_of(options)),
        safepoint_(options.watchdog) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  /// No mutator is attached any more; otherwise the program ends with a report.
  ~Heap() {
    expect_callable("the end of the heap");
    if (!mutators_.empty()) fatal("a heap is destroyed while mutators are attached to it: detach them first");
  }

  /// The calling thread may allocate while the result lives, which stays on this thread. Waits while the world is
  /// stopped. `name` is for reports. Throws HeapError if the thread is attached already.
  [[nodiscard]] Mutator attach(std::string_view name = {});

  /// Stops the world and collects. Any thread; if it is attached, what it holds must be in roots.
  void collect(Collection kind);

  /// Roots that are in no Root. Any thread. The result is for remove_roots.
  std::size_t add_roots(RootSource source) {
    expect_callable("add_roots");
    vocabulary::LockGuard lock(registry_);
    sources_.push_back(std::move(source));
    return sources_.size() - 1;
  }
  /// `number` is the result of add_roots. Throws HeapError if that source is gone.
  void remove_roots(std::size_t number) {
    expect_callable("remove_roots");
    vocabulary::LockGuard lock(registry_);
    if (number >= sources_.size() || !sources_[number]) throw HeapError("remove_roots: there is no such source");
    sources_[number] = nullptr;
  }

  /// Any thread.
  HeapStatistics statistics() {
    expect_callable("statistics");
    HeapStatistics result;
    {
      vocabulary::LockGuard lock(registry_);
      result = totals_;
      result.pauses = log_.records();
      result.mutators = mutators_.size();
    }
    const HeapSize size = pages_.size();
    result.pages = size.pages;
    result.unused_pages = size.unused_pages;
    result.side_bytes = size.side_bytes;
    result.mark_stacks = collector_.marker().coordinator().worklist_statistics();
    return result;
  }

  /// Stops the world and looks for what must not be (verifier.hpp). Empty: nothing was found.
  std::vector<std::string> verify();

  /// Gives the memory of unused pages back to the system. Returns how many bytes.
  std::size_t give_back_unused() { return pages_.give_back_unused(); }

  // Its parts, for tests and tools.

  /// While the world is stopped, or by a thread that nobody disturbs.
  PageHeap& pages() { return pages_; }
  /// Likewise.
  Collector& collector() { return collector_; }
  /// What it was made with.
  const HeapOptions& options() const { return options_; }

 private:
  friend class Mutator;

  [[noreturn]] static void fatal(const char* what, const char* more = "") {
    std::fprintf(stderr, "hallmark: fatal: %s%s\n", what, more);
    std::abort();
  }

  /// Ends the program with a report where a call would wait for ever: in a child that was forked, and in a callback.
  void expect_callable(const char* call) const {
    pages_.expect_own_process();
    expect_no_callback(call, "");
  }

  /// Reports a call by a function that this heap calls. `mutator` may be empty.
  void expect_no_callback(const char* call, const std::string& mutator) const {
    const char* const callback = vocabulary::CallbackScope::callback_of(&pages_);
    if (callback == nullptr) [[likely]]
      return;
    char which[256];
    std::snprintf(which, sizeof(which), "%s, by %s%s%s", call, callback, mutator.empty() ? "" : ", with mutator ",
                  mutator.c_str());
    sync::report_misuse({.what = "a heap is called by a function that it calls itself, and would wait for its end",
                         .name = which,
                         .to_do = "let root sources, trace functions and watchdogs use nothing of their heap and its "
                                  "mutators: note what is to be done, and do it when the collection is over"});
  }

  static MarkConfig marking_of(const HeapOptions& options) {
    MarkConfig marking = options.marking;
    marking.max_workers = options.workers;
    return marking;
  }

  std::size_t used_pages() {
    const HeapSize size = pages_.size();
    return size.pages - size.unused_pages;
  }

  /// True if a collection is due.
  bool is_due() { return options_.automatic && pages_.pages_taken() * kPageBytes >= options_.young_bytes; }

  Collection kind_due() {
    const std::size_t used = used_pages();
    const bool grown = static_cast<double>(used) >= options_.major_growth * static_cast<double>(pages_after_major_);
    const bool major = !options_.generations || (grown && used * kPageBytes >= options_.major_least_bytes);
    return major ? Collection::major : Collection::minor;
  }

  /// The heap's number of a type of the program.
  TypeNumber register_type(std::size_t program_number, const TypeDescription& type) {
    vocabulary::LockGuard lock(registry_);
    if (program_number >= types_.size()) types_.resize(program_number + 1);
    if (!types_[program_number]) types_[program_number] = pages_.register_type(type);
    return *types_[program_number];
  }

  /// A mutator for the time of its scope, for a thread that has none.
  class Passing {
   public:
    explicit Passing(Safepoint& safepoint) : safepoint_(safepoint) { safepoint_.attach(state_); }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;
    ~Passing() { safepoint_.detach(state_); }
    MutatorState& state() { return state_; }

   private:
    Safepoint& safepoint_;
    MutatorState state_{"a thread that collects"};
  };

  /// Resumes the world, which a mutator has stopped, at the end of its scope. Until then this thread traces.
  class Resumption {
   public:
    Resumption(Heap& heap, MutatorState& own) : heap_(heap), own_(own) {}
    Resumption(const Resumption&) = delete;
    Resumption& operator=(const Resumption&) = delete;
    ~Resumption() { heap_.safepoint_.resume(own_); }

   private:
    Heap& heap_;
    MutatorState& own_;
    const vocabulary::CallbackScope tracing_{&heap_.pages_, "a trace function"};
  };

  /// Calls what(state) with the state of the calling thread; a thread that isn't attached is for the time of the call.
  template <class What>
  void as_mutator(What what);
  /// As the safepoint's. While it waits, the watchdog reports.
  StopOutcome stop(MutatorState& own) {
    const vocabulary::CallbackScope watching(&pages_, "a watchdog's report");
    return safepoint_.stop(own);
  }
  /// Without a kind: the one that is due, unless another thread has collected meanwhile.
  void stop_and_collect(MutatorState& own, std::optional<Collection> kind);

  // While the world is stopped.

  template <class Add>
  void for_each_root(Add&& add);
  void add_roots_to(RootSink& sink);
  std::uint64_t clear_dead_weaks();
  std::vector<std::string> verify_stopped(bool just_collected);
  void note(const CollectionRecord& record);

  const HeapOptions options_;
  PageHeap pages_;
  Collector collector_;
  Safepoint safepoint_;
  sync::mutex registry_{kRegistryRank, "heap registry"};
  Chain<Mutator> mutators_;                       // under the lock
  std::vector<RootSource> sources_;               // under the lock
  std::vector<std::optional<TypeNumber>> types_;  // under the lock: by the program's number
  std::size_t next_thread_ = 1;                   // under the lock: number of the next mutator
  std::size_t pages_after_major_ = 0;             // while the world is stopped
  HeapStatistics totals_;                         // under the lock: what collections add up
  PauseLog log_;                                  // under the lock
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
