// A heap that counts how often each item is traced, graphs of objects in it, and what must be marked and traced,
// found without the heap: by a sequential search over the test's own lists of edges.
#pragma once

#include <hallmark/heap/allocator.hpp>
#include <hallmark/heap/page_heap.hpp>

#include <atomic>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace hallmark::testing {

/// PageHeap with a count for each granule: how often an item there has been traced.
class CountingHeap : public PageHeap {
 public:
  explicit CountingHeap(std::size_t max_bytes)
      : PageHeap({.max_bytes = max_bytes}),
        traces_(std::make_unique<std::atomic<unsigned char>[]>(max_bytes / kGranule)) {}

  template <class Visit, class Split>
  std::size_t trace(const std::byte* item, Visit&& visit, Split&& split) const {
    traces_[granule_in_heap(item)].fetch_add(1, std::memory_order_relaxed);
    all_traces_.fetch_add(1, std::memory_order_relaxed);
    if (on_trace) on_trace(item);
    return PageHeap::trace(item, std::forward<Visit>(visit), std::forward<Split>(split));
  }

  unsigned traces(const std::byte* item) const { return traces_[granule_in_heap(item)].load(); }
  std::uint64_t all_traces() const { return all_traces_.load(); }
  void forget_traces(const std::byte* item) { traces_[granule_in_heap(item)].store(0); }
  void forget_sum_of_traces() { all_traces_.store(0); }

  /// Called by the worker that is about to trace an item. Set between markings.
  std::function<void(const std::byte*)> on_trace;

 private:
  std::unique_ptr<std::atomic<unsigned char>[]> traces_;
  mutable std::atomic<std::uint64_t> all_traces_{0};
};

/// Slots at 8, 24, ... (8 + 16 * i), as many as the first word says; what lies between them is no slot.
inline void trace_counted(const std::byte* object, std::size_t, const SlotVisitor& visit) {
  const std::uint64_t slots = *reinterpret_cast<const std::uint64_t*>(object);
  for (std::uint64_t i = 0; i < slots; ++i) visit(*reinterpret_cast<const Slot*>(object + 8 + 16 * i));
}

inline constexpr std::uint32_t kPairSlots[] = {0, 8};
inline constexpr std::uint32_t kNodeSlots[] = {8, 24, 40};
inline constexpr std::uint32_t kLargeSlots[] = {0, 8, 39'992};

/// Objects and their edges. Objects are numbered from 0 in the order in which they were added.
class Graph {
 public:
  enum class Kind : unsigned char {
    leaf,     ///< 16 bytes, no slots
    pair,     ///< 16 bytes, 2 slots
    node,     ///< 48 bytes, 3 slots
    large,    ///< 40 000 bytes, 3 slots
    counted,  ///< 72 bytes, a trace function, 0 to 4 slots
    sized,    ///< a trace function, any number of slots, also a large object
    array,    ///< any number of slots; from 4097 on a large object, that is traced in parts
  };
  static constexpr std::size_t kNone = ~std::size_t{0};

  explicit Graph(CountingHeap& heap)
      : heap_(heap),
        types_{heap.register_type(TypeDescription::with_members("Leaf", 16, {})),
               heap.register_type(TypeDescription::with_members("Pair", 16, kPairSlots)),
               heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots)),
               heap.register_type(TypeDescription::with_members("Large", 40'000, kLargeSlots)),
               heap.register_type(TypeDescription::with_trace("Counted", 72, trace_counted)),
               heap.register_type(TypeDescription::with_trace("Sized", 0, trace_counted)),
               heap.register_type(TypeDescription::of_references("Array"))},
        allocator_(std::make_unique<BasicAllocator<CountingHeap>>(heap, 0)) {}

  /// Adds an object without edges; `slots` counts for counted, sized and array. What is no slot in it holds the address
  /// of `decoy`, an object.
  std::size_t add(Kind kind, std::size_t slots = 0, std::size_t decoy = kNone) {
    std::size_t bytes = 0;
    switch (kind) {
      case Kind::leaf: bytes = 16, slots = 0; break;
      case Kind::pair: bytes = 16, slots = 2; break;
      case Kind::node: bytes = 48, slots = 3; break;
      case Kind::large: bytes = 40'000, slots = 3; break;
      case Kind::counted: bytes = 72, slots = slots % 5; break;
      case Kind::sized: bytes = 8 + 16 * slots; break;
      case Kind::array:
        slots = slots == 0 ? 1 : slots;
        bytes = 8 * slots;
        break;
    }
    const Address at = allocator_->allocate(types_.at(static_cast<std::size_t>(kind)), bytes);
    if (at == nullptr) throw std::bad_alloc();
    objects_.push_back({at, kind, std::vector<std::size_t>(slots, kNone)});
    const std::size_t number = objects_.size() - 1;
    if (kind != Kind::array && kind != Kind::pair && decoy != kNone) {
      for (std::size_t i = 0; i + 8 <= bytes; i += 8) store_word(at + i, objects_[decoy].at);
      for (std::size_t slot = 0; slot < slots; ++slot) connect(number, slot, kNone);
    }
    if (kind == Kind::counted || kind == Kind::sized) *reinterpret_cast<std::uint64_t*>(at) = slots;
    return number;
  }

  void connect(std::size_t from, std::size_t slot, std::size_t to) {
    objects_[from].edges[slot] = to;
    reinterpret_cast<Slot*>(objects_[from].at + offset_of_slot(objects_[from].kind, slot))
        ->store_stopped(to == kNone ? nullptr : objects_[to].at);
  }

  std::size_t size() const { return objects_.size(); }
  std::size_t slots(std::size_t object) const { return objects_[object].edges.size(); }
  Address at(std::size_t object) const { return objects_[object].at; }

  /// Frees all objects. `release`: the allocator begins with other pages.
  void clear(bool release) {
    if (release) allocator_->release_pages();
    heap_.clear_marks();
    heap_.sweep();
    objects_.clear();
  }

  /// What a marking must do. Objects in `before` are marked already; those in `remembered`, which are of them, are to
  /// be traced all the same.
  struct Expected {
    std::vector<bool> marked;
    std::vector<bool> traced;
    std::uint64_t newly_marked = 0;
    std::uint64_t items = 0;  // traced: objects and parts
    std::uint64_t parts = 0;
    std::uint64_t slots = 0;
  };
  Expected search(const std::vector<std::size_t>& roots, const std::vector<std::size_t>& before = {},
                  const std::vector<std::size_t>& remembered = {}) const {
    Expected expected{std::vector<bool>(size()), std::vector<bool>(size())};
    for (const std::size_t object : before) expected.marked[object] = true;
    std::vector<std::size_t> to_do = remembered;
    const auto reach = [&](std::size_t object) {
      if (object == kNone || expected.marked[object]) return;
      expected.marked[object] = true;
      ++expected.newly_marked;
      to_do.push_back(object);
    };
    for (const std::size_t root : roots) reach(root);
    while (!to_do.empty()) {
      const std::size_t object = to_do.back();
      to_do.pop_back();
      expected.traced[object] = true;
      ++expected.items;
      expected.parts += parts_of(object) - 1;
      expected.slots += slots_read(object);
      for (const std::size_t to : objects_[object].edges) reach(to);
    }
    expected.items += expected.parts;
    return expected;
  }

  /// What differs from `expected`; empty: nothing. Forgets the counts.
  std::string mismatch(const Expected& expected) {
    std::ostringstream wrong;
    for (std::size_t object = 0; object < size(); ++object) {
      const Address at = objects_[object].at;
      if (heap_.is_marked(at) != expected.marked[object]) {
        wrong << "object " << object << (expected.marked[object] ? " is not marked\n" : " is marked\n");
      }
      for (std::size_t part = 0; part < parts_of(object); ++part) {
        const Address item = at + part * PageHeap::kPartBytes;
        const unsigned traces = heap_.traces(item);
        if (traces != (expected.traced[object] ? 1U : 0U)) {
          wrong << "object " << object << " part " << part << " was traced " << traces << " times\n";
        }
        heap_.forget_traces(item);
      }
    }
    if (heap_.all_traces() != expected.items) {
      wrong << heap_.all_traces() << " traces instead of " << expected.items << "\n";
    }
    heap_.forget_sum_of_traces();
    return wrong.str();
  }

 private:
  struct Object {
    Address at;
    Kind kind;
    std::vector<std::size_t> edges;  // by slot
  };

  static void store_word(Address at, Address value) { reinterpret_cast<Slot*>(at)->store_stopped(value); }

  static std::size_t offset_of_slot(Kind kind, std::size_t slot) {
    switch (kind) {
      case Kind::node: return kNodeSlots[slot];
      case Kind::large: return kLargeSlots[slot];
      case Kind::counted:
      case Kind::sized: return 8 + 16 * slot;
      case Kind::leaf:
      case Kind::pair:
      case Kind::array: break;
    }
    return 8 * slot;
  }

  std::size_t parts_of(std::size_t object) const {
    const std::size_t bytes = 8 * objects_[object].edges.size();
    if (objects_[object].kind != Kind::array || bytes <= kMostSmallBytes) return 1;
    return (bytes + PageHeap::kPartBytes - 1) / PageHeap::kPartBytes;
  }

  std::size_t slots_read(std::size_t object) const {
    const std::size_t slots = objects_[object].edges.size();
    if (objects_[object].kind != Kind::array || 8 * slots > kMostSmallBytes) return slots;
    return SizeClass::of(8 * slots).cell_bytes() / 8;
  }

  CountingHeap& heap_;
  const std::array<TypeNumber, 7> types_;
  std::unique_ptr<BasicAllocator<CountingHeap>> allocator_;
  std::vector<Object> objects_;
};

}  // namespace hallmark::testing
