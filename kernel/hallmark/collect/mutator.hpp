// Mutator: what a thread has while it uses a heap: its allocator, its roots, its place in the handshake.
//
// Thread roles: the thread that attached, for everything. Using it from another thread, or after its end, ends the
// program with a report where that can be seen.
//
// When a collection may happen: in make, make_array, poll, collect, the beginning of a Foreign, and its end. A T* that
// is held across one of these must be in a Root, or be reachable from one.
//
// Read next: root.hpp, ref.hpp, heap.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <new>
#include <string>
#include <thread>
#include <typeinfo>
#include <utility>
#include <vector>

#include <hallmark/collect/heap.hpp>
#include <hallmark/collect/ref.hpp>
#include <hallmark/collect/root.hpp>
#include <hallmark/collect/weak.hpp>
#include <hallmark/heap/allocator.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A row of references, made by make_array.
template <class T>
class RefArray {
 public:
  /// i is less than the count that make_array was called with: nobody checks.
  Ref<T>& operator[](std::size_t i) { return slots()[i]; }
  /// Likewise.
  const Ref<T>& operator[](std::size_t i) const { return slots()[i]; }

 private:
  Ref<T>* slots() { return reinterpret_cast<Ref<T>*>(this); }
  const Ref<T>* slots() const { return reinterpret_cast<const Ref<T>*>(this); }
};

/// A thread's part of a heap, from attach to the end of its scope.
class Mutator {
 public:
  Mutator(const Mutator&) = delete;
  Mutator& operator=(const Mutator&) = delete;
  /// Detaches. No Root or Weak of this mutator lives any more; otherwise the program ends with a report.
  ~Mutator() {
    heap_.pages_.expect_own_process();
    expect_own_thread("a mutator ends on another thread than it was attached on");
    if (!roots_.empty()) Heap::fatal("a mutator ends while a Root of it lives: destroy the roots first");
    if (!weaks_.empty()) Heap::fatal("a mutator ends while a Weak of it lives: destroy it first");
    // Before the registry's lock: while the world is stopped, the collector holds it.
    Safepoint::expect_may_detach(state_);
    allocator_.release_pages();
    {
      vocabulary::LockGuard lock(heap_.registry_);
      heap_.mutators_.remove(*this);
    }
    heap_.safepoint_.detach(state_);
  }

  /// A T, made from `argument`s. They must not be references to objects: the collection that may come before would not
  /// see them. May collect. Throws OutOfMemory, and what T's constructor throws.
  template <Described T, class... Argument>
  T* make(Argument&&... argument) {
    return ::new (allocate(type_of<T>(), sizeof(T))) T(std::forward<Argument>(argument)...);
  }

  /// An object of a type that traces itself, with `bytes` bytes, all zero but what T's constructor sets. Throws
  /// OutOfMemory.
  template <TracesItself T>
  T* make_sized(std::size_t bytes) {
    return ::new (allocate(type_of<T>(), bytes < sizeof(T) ? sizeof(T) : bytes)) T();
  }

  /// `count` references, 1 or more, all null. Their number isn't kept: the program knows it. Throws OutOfMemory.
  template <class T>
  RefArray<T>* make_array(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(Ref<T>)) [[unlikely]]
      throw OutOfMemory();
    return reinterpret_cast<RefArray<T>*>(allocate(type_of<ArrayTag>(), (count == 0 ? 1 : count) * sizeof(Ref<T>)));
  }

  /// For types that are described at run time. nullptr: out of memory.
  Address try_allocate(TypeNumber type, std::size_t bytes);

  /// What Ref::store does, for types that are described at run time.
  void store(Slot& slot, Address target) { heap_.collector_.store(slot, target); }

  /// Stops here if a collection has been asked for. Call it now and then where nothing is allocated for long.
  void poll() {
    if (sync::kChecked || heap_.safepoint_.is_stop_requested()) [[unlikely]]
      stop_here();
  }

  /// What the constructor and the destructor of Foreign do.
  void enter_foreign() {
    expect_callable("the beginning of foreign code");
    heap_.safepoint_.enter_foreign(state_);
  }
  /// Waits while the world is stopped.
  void leave_foreign() {
    expect_callable("the end of foreign code");
    heap_.safepoint_.leave_foreign(state_);
  }

  /// Collects now.
  void collect(Collection kind);

  /// The heap that it is attached to.
  Heap& heap() const { return heap_; }
  /// The name that reports give it.
  const std::string& name() const { return name_; }

 private:
  friend class Heap;
  friend class Handle;
  friend class Chain<Mutator>;

  struct ArrayTag {};

  Mutator(Heap& heap, std::string_view name, std::uint32_t number)
      : heap_(heap), name_(name.empty() ? "mutator " + std::to_string(number) : name), allocator_(heap.pages_, number) {
    heap_.safepoint_.attach(state_);
    vocabulary::LockGuard lock(heap_.registry_);
    heap_.mutators_.add(*this);
  }

  void expect_own_thread(const char* what) const {
    if (std::this_thread::get_id() != thread_) [[unlikely]]
      Heap::fatal(what);
  }

  void expect_callable(const char* call) const {
    heap_.pages_.expect_own_process();
    expect_may_wait(call);
  }
  /// Reports a call that may wait for the end of a stop, by whoever would wait for itself or isn't this mutator's.
  void expect_may_wait(const char* call) const {
    heap_.expect_no_callback(call, name_);
    expect_own_thread("a mutator is used on another thread than it was attached on: use that thread's mutator");
  }

  /// The rest of poll, when a stop seems to be requested; with sync::kChecked, all of it.
  [[gnu::noinline]] void stop_here() {
    expect_may_wait("make or poll");
    heap_.safepoint_.poll(state_);
  }

  // The collector, while the world is stopped.

  template <class Add>
  void for_each_root(Add&& add) const {
    roots_.for_each([&](const Handle& root) { add(root.target_); });
  }
  /// Returns how many named what is no object: they are cleared, too.
  std::uint64_t clear_dead_weaks() const {
    std::uint64_t invalid = 0;
    weaks_.for_each([&](Handle& weak) {
      if (weak.target_ == nullptr) return;
      const bool is_object = heap_.pages_.is_object(weak.target_);
      if (!is_object) ++invalid;
      if (!is_object || !heap_.pages_.is_marked(weak.target_)) weak.target_ = nullptr;
    });
    return invalid;
  }

  Address allocate(TypeNumber type, std::size_t bytes) {
    const Address object = try_allocate(type, bytes);
    if (object == nullptr) [[unlikely]]
      throw OutOfMemory();
    return object;
  }

  /// A number for each type of the program, from 0 on.
  template <class T>
  static std::size_t program_number() {
    static const std::size_t number = next_program_number();
    return number;
  }
  static std::size_t next_program_number() {
    static sync::atomic<std::size_t> next;
    // Only the number counts.
    return next.fetch_add(1, order<"mutator.next_program_number.rmw_next">(relaxed));
  }

  template <class T>
  TypeNumber type_of() {
    const std::size_t number = program_number<T>();
    if (number < types_.size() && types_[number] != kUnknown) [[likely]]
      return types_[number];
    poll();  // before the registry's lock: a source of roots that allocates is reported, and doesn't wait for itself
    if (number >= types_.size()) types_.resize(number + 1, kUnknown);
    if constexpr (std::is_same_v<T, ArrayTag>) {
      types_[number] = heap_.register_type(number, TypeDescription::of_references("array of references"));
    } else {
      types_[number] = heap_.register_type(number, description_of<T>(typeid(T).name()));
    }
    return types_[number];
  }

  static constexpr TypeNumber kUnknown = PageHeap::kMostTypes;

  Heap& heap_;
  const std::string name_;
  const std::thread::id thread_ = std::this_thread::get_id();
  MutatorState state_{name_.c_str()};
  Allocator allocator_;
  std::uint64_t requests_seen_ = 0;  // of allocator_, when it was last asked whether a collection is due
  std::vector<TypeNumber> types_;    // by program_number
  Chain<Handle> roots_;              // the collector reads it while the world is stopped
  Chain<Handle> weaks_;              // likewise
  Mutator* before_ = nullptr;        // of Heap::mutators_
  Mutator* after_ = nullptr;
};

/// While it lives, its thread is in foreign code: it counts as stopped, and may block for long. It uses no object of
/// the heap, no Root and no Weak meanwhile. The end waits while the world is stopped.
class Foreign {
 public:
  /// `mutator` is the calling thread's, and runs.
  explicit Foreign(Mutator& mutator) : mutator_(mutator) { mutator_.enter_foreign(); }
  Foreign(const Foreign&) = delete;
  Foreign& operator=(const Foreign&) = delete;
  ~Foreign() { mutator_.leave_foreign(); }

 private:
  Mutator& mutator_;
};

// What needs the mutator.

inline Handle::Handle(Mutator& mutator, Kind kind, Address target) : mutator_(mutator), kind_(kind), target_(target) {
  mutator_.expect_own_thread("a Root or Weak is made on another thread than its mutator's: use this thread's mutator");
  (kind_ == Kind::root ? mutator_.roots_ : mutator_.weaks_).add(*this);
}
inline Handle::~Handle() {
  mutator_.expect_own_thread("a Root or Weak is destroyed on another thread than its mutator's: destroy it there");
  (kind_ == Kind::root ? mutator_.roots_ : mutator_.weaks_).remove(*this);
}

template <class T>
void Ref<T>::store(Mutator& mutator, T* target) {
  mutator.store(slot_, reinterpret_cast<Address>(target));
}

inline Address Mutator::try_allocate(TypeNumber type, std::size_t bytes) {
  poll();
  if (allocator_.requests() != requests_seen_) [[unlikely]] {
    requests_seen_ = allocator_.requests();
    if (heap_.is_due()) heap_.stop_and_collect(state_, std::nullopt);
  }
  if (const Address object = allocator_.allocate(type, bytes); object != nullptr) [[likely]]
    return object;
  if (!heap_.options_.automatic) return nullptr;
  collect(Collection::major);
  return allocator_.allocate(type, bytes);
}

inline void Mutator::collect(Collection kind) {
  expect_own_thread("collect is called on another thread than the mutator's: use Heap::collect there");
  heap_.stop_and_collect(state_, kind);
}

inline Mutator Heap::attach(std::string_view name) {
  expect_callable("attach");
  std::uint32_t number = 0;
  {
    vocabulary::LockGuard lock(registry_);
    mutators_.for_each([](const Mutator& mutator) {
      if (mutator.thread_ == std::this_thread::get_id()) {
        throw HeapError("this thread is attached already, as \"" + mutator.name_ + "\": use that mutator");
      }
    });
    number = static_cast<std::uint32_t>(next_thread_++);
  }
  return Mutator(*this, name, number);
}

template <class What>
void Heap::as_mutator(What what) {
  expect_callable("collect or verify");
  Mutator* own = nullptr;
  {
    vocabulary::LockGuard lock(registry_);
    mutators_.for_each([&](Mutator& mutator) {
      if (mutator.thread_ == std::this_thread::get_id()) own = &mutator;
    });
  }
  if (own != nullptr) {
    what(own->state_);
  } else {
    Passing passing(safepoint_);
    what(passing.state());
  }
}

inline void Heap::collect(Collection kind) {
  as_mutator([&](MutatorState& own) { stop_and_collect(own, kind); });
}

inline std::vector<std::string> Heap::verify() {
  std::vector<std::string> findings;
  as_mutator([&](MutatorState& own) {
    while (stop(own) != StopOutcome::world_is_stopped) {
    }
    const Resumption resumption(*this, own);
    findings = verify_stopped(false);
  });
  return findings;
}

inline void Heap::stop_and_collect(MutatorState& own, std::optional<Collection> kind) {
  expect_callable("collect");
  const auto requested = std::chrono::steady_clock::now();
  while (stop(own) != StopOutcome::world_is_stopped) {
    // Another thread has stopped the world, and may have collected.
    if (!kind && !is_due()) return;
  }
  const Resumption resumption(*this, own);
  const auto began = std::chrono::steady_clock::now();
  const Collection what = options_.generations ? kind.value_or(kind_due()) : Collection::major;
  std::uint64_t invalid_weaks = 0;
  CollectionRecord record = collector_.collect(
      what, [&](RootSink& sink) { add_roots_to(sink); }, [&] { invalid_weaks = clear_dead_weaks(); });
  record.invalid_weaks = invalid_weaks;
  if (what == Collection::major) pages_after_major_ = used_pages();
  record.stop_ns = Collector::nanoseconds(began - requested);
  record.pause_ns = Collector::nanoseconds(std::chrono::steady_clock::now() - requested);
  note(record);
  if (!options_.verify) return;
  const std::vector<std::string> findings = verify_stopped(true);
  for (const std::string& finding : findings) std::fprintf(stderr, "hallmark: verifier: %s\n", finding.c_str());
  if (!findings.empty())
    fatal("the heap is not as it must be; this is a defect of the collector, or of a trace function");
}

template <class Add>
void Heap::for_each_root(Add&& add) {
  vocabulary::LockGuard lock(registry_);
  const vocabulary::CallbackScope visiting(&pages_, "a root source");
  mutators_.for_each([&](const Mutator& mutator) { mutator.for_each_root(add); });
  for (const RootSource& source : sources_) {
    if (source) source(RootVisitor(add));
  }
}

inline void Heap::add_roots_to(RootSink& sink) {
  try {
    for_each_root([&](Address root) { sink.add(root); });
  } catch (const std::exception& error) {
    fatal("a source of roots has thrown: ", error.what());
  } catch (...) {
    fatal("a source of roots has thrown what is no std::exception");
  }
}

inline std::uint64_t Heap::clear_dead_weaks() {
  vocabulary::LockGuard lock(registry_);
  std::uint64_t invalid = 0;
  mutators_.for_each([&](const Mutator& mutator) { invalid += mutator.clear_dead_weaks(); });
  return invalid;
}

inline std::vector<std::string> Heap::verify_stopped(bool just_collected) {
  std::vector<Address> roots;
  for_each_root([&](Address root) { roots.push_back(root); });
  Verifier verifier(pages_);
  std::vector<std::string> findings = verifier.check_references(roots, just_collected);
  const std::vector<std::string> more = verifier.check_pages(just_collected);
  findings.insert(findings.end(), more.begin(), more.end());
  return findings;
}

inline void Heap::note(const CollectionRecord& record) {
  vocabulary::LockGuard lock(registry_);
  ++(record.kind == Collection::major ? totals_.major_collections : totals_.minor_collections);
  totals_.freed_objects += record.freed_objects;
  totals_.freed_pages += record.freed_pages;
  totals_.last = record;
  log_.add(record);
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE
