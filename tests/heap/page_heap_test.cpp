// PageHeap: long random sequences against an oracle of ordinary containers, refused memory, and what trace and
// is_object say about everything that may be asked.
#include <hallmark/heap/page_heap.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/heap/heap_oracle.hpp"
#include "tests/heap/refusing_memory.hpp"

namespace {

using hallmark::Address;
using hallmark::BasicAllocator;
using hallmark::BasicPageHeap;
using hallmark::HeapConfig;
using hallmark::HeapError;
using hallmark::kGranule;
using hallmark::kMostSmallBytes;
using hallmark::kNoPage;
using hallmark::kPageBytes;
using hallmark::Markers;
using hallmark::PageHeap;
using hallmark::PageKind;
using hallmark::PageNumber;
using hallmark::SizeClass;
using hallmark::Slot;
using hallmark::SlotVisitor;
using hallmark::SweepCounts;
using hallmark::TypeDescription;
using hallmark::TypeNumber;
using hallmark::testing::HeapOracle;
using hallmark::testing::kNodeSlots;
using hallmark::testing::RefusingMemory;
using hallmark::testing::trace_last;

constexpr std::size_t kMiB = std::size_t{1} << 20;

using RefusingHeap = BasicPageHeap<RefusingMemory>;
using Oracle = HeapOracle<RefusingMemory>;
using RefusingAllocator = BasicAllocator<RefusingHeap>;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const HeapError& error) {
    return error.what();
  }
  return "no error";
}

// Several types and sizes, large objects, two allocators, sweeps with random marks, memory given back, and a heap that
// is so small that it fills up.
TEST(PageHeap, AgreesWithTheOracleOnRandomSequences) {
  std::size_t full = 0;
  std::size_t freed = 0;
  std::size_t freed_young = 0;
  for (unsigned seed = 1; seed <= HALLMARK_HEAP_SEQUENCES; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RefusingMemory::Scope scope;
    std::mt19937_64 random(seed);
    RefusingHeap heap({.max_bytes = (seed % 2 == 0 ? 4 : 8) * kMiB});
    Oracle oracle(heap);
    const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
    const TypeNumber big = heap.register_type(TypeDescription::with_members("Big", 100'000, kNodeSlots));
    const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
    const TypeNumber sized = heap.register_type(TypeDescription::with_trace("Sized", 0, trace_last));
    std::array<RefusingAllocator, 2> allocators{{{heap, 1}, {heap, 2}}};
    for (int i = 0; i < 3000; ++i) {
      const unsigned choice = static_cast<unsigned>(random() % 1024);
      RefusingAllocator& allocator = allocators[random() % 2];
      TypeNumber type = node;
      std::size_t bytes = 48;
      if (choice >= 1010) {
        if (choice >= 1018) {
          for (RefusingAllocator& each : allocators) each.release_pages();
        }
        const auto marked = static_cast<unsigned>(random() % 17);
        const auto what = choice % 4 < 2 ? Oracle::Sweep::all : Oracle::Sweep::young;
        const std::size_t before = oracle.objects().size();
        if (what == Oracle::Sweep::all && random() % 4 != 0) oracle.clear_marks();
        if (choice % 2 == 0) {
          oracle.mark_and_sweep<Markers::one>(random, marked, what);
        } else {
          oracle.mark_and_sweep<Markers::many>(random, marked, what);
        }
        (what == Oracle::Sweep::all ? freed : freed_young) += before - oracle.objects().size();
        if (choice >= 1018 && what == Oracle::Sweep::all) oracle.check_lists();
        if (choice == 1023) {
          const std::size_t before_it = RefusingMemory::state.given_back;
          const std::size_t given_back = heap.give_back_unused();
          ASSERT_EQ(RefusingMemory::state.given_back - before_it, given_back);
          ASSERT_EQ(heap.give_back_unused(), 0U);
        }
        if (testing::Test::HasFatalFailure()) return;
        continue;
      }
      if (choice < 400) {
        // a node
      } else if (choice < 700) {
        type = array;
        bytes = 1 + random() % (choice < 600 ? 512 : kMostSmallBytes);
      } else if (choice < 960) {
        type = sized;
        bytes = 1 + random() % 256;
      } else if (choice < 980) {
        type = big;
        bytes = 100'000;
      } else {
        type = choice % 2 == 0 ? array : sized;
        bytes = kMostSmallBytes + 1 + random() % 300'000;
      }
      const Address at =
          (bytes == 48 && type == node) || type == big ? allocator.allocate(type) : allocator.allocate(type, bytes);
      if (at == nullptr) {
        ++full;
        continue;
      }
      oracle.add(at, type, bytes);
      if (testing::Test::HasFatalFailure()) return;
      const unsigned owner = heap.header(heap.page_of(at)).owner_thread;
      ASSERT_EQ(owner, &allocator == &allocators[0] ? 1U : 2U);
    }
    oracle.check_invariants();
    std::set<Address> seen;
    heap.for_each_object([&](Address object) { ASSERT_TRUE(seen.insert(object).second); });
    ASSERT_EQ(seen.size(), oracle.objects().size());
    for (const auto& object : oracle.objects()) ASSERT_EQ(seen.count(object.first), 1U);
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(full, 100U) << "the heap is to fill up";
  EXPECT_GT(freed, 100U);
  EXPECT_GT(freed_young, 100U);
}

TEST(PageHeap, KnowsObjectsFromEverythingElse) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 8 * kMiB});
  EXPECT_FALSE(heap.is_object(nullptr));
  EXPECT_FALSE(heap.is_object(heap.begin_of(0))) << "there is no page yet";
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  RefusingAllocator allocator(heap, 0);
  const Address first = allocator.allocate(node);
  const Address second = allocator.allocate(node);
  const Address large = allocator.allocate(array, 3 * kPageBytes - 100);
  std::byte elsewhere{};

  EXPECT_TRUE(heap.is_object(first));
  EXPECT_TRUE(heap.is_object(second));
  EXPECT_TRUE(heap.is_object(large));
  for (std::size_t i = 1; i < 48; ++i) EXPECT_FALSE(heap.is_object(first + i)) << "inside, at " << i;
  EXPECT_FALSE(heap.is_object(second + 48)) << "a free cell";
  EXPECT_FALSE(heap.is_object(heap.begin_of(heap.page_of(first)) + kPageBytes - kGranule)) << "the rest of a page";
  for (const std::size_t i : {std::size_t{1}, std::size_t{8}, kGranule, kPageBytes, 2 * kPageBytes}) {
    EXPECT_FALSE(heap.is_object(large + i)) << "inside a large object, at " << i;
  }
  EXPECT_FALSE(heap.is_object(large + 3 * kPageBytes)) << "an unused page";
  EXPECT_FALSE(heap.is_object(heap.begin_of(heap.page_count()))) << "behind the last page";
  EXPECT_FALSE(heap.is_object(heap.begin_of(0) + 8 * kMiB)) << "behind the heap";
  EXPECT_FALSE(heap.is_object(heap.begin_of(0) - kGranule)) << "before the heap";
  EXPECT_FALSE(heap.is_object(&elsewhere));
  EXPECT_FALSE(heap.is_object(reinterpret_cast<const std::byte*>(~std::uintptr_t{0})));
  EXPECT_FALSE(heap.is_object(reinterpret_cast<const std::byte*>(kGranule)));

  ASSERT_TRUE(heap.try_mark<Markers::one>(second));
  heap.sweep();
  EXPECT_FALSE(heap.is_object(first)) << "freed";
  EXPECT_TRUE(heap.is_object(second));
  EXPECT_FALSE(heap.is_object(large)) << "freed";
}

TEST(PageHeap, SweepGivesPagesBackToThePoolAndThenToTheSystem) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 8 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  RefusingAllocator allocator(heap, 0);
  const std::size_t cells = kPageBytes / 48;
  for (std::size_t i = 0; i < 3 * cells; ++i) ASSERT_NE(allocator.allocate(node), nullptr);
  ASSERT_NE(allocator.allocate(array, 5 * kPageBytes), nullptr);
  EXPECT_EQ(heap.unused_pages(), heap.page_count() - 8);

  SweepCounts counts = heap.sweep();
  EXPECT_EQ(counts.freed_objects, 3 * cells + 1);
  EXPECT_EQ(counts.freed_pages, 7U) << "one page is in the allocator";
  allocator.release_pages();
  counts = heap.sweep();
  EXPECT_EQ(counts.freed_objects, 0U);
  EXPECT_EQ(counts.freed_pages, 1U);
  EXPECT_EQ(heap.unused_pages(), heap.page_count());

  EXPECT_EQ(heap.give_back_unused(), 8 * kPageBytes) << "what was used, and nothing else";
  EXPECT_EQ(RefusingMemory::state.given_back, 8 * kPageBytes);
  EXPECT_EQ(heap.give_back_unused(), 0U);
}

TEST(PageHeap, LooksOnlyAtPagesThatWereTakenWhenItSweepsTheYoung) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 8 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  RefusingAllocator allocator(heap, 0);
  const std::size_t cells = kPageBytes / 48;
  for (std::size_t i = 0; i < 10 * cells; ++i) heap.try_mark<Markers::one>(allocator.allocate(node));
  EXPECT_EQ(heap.pages_taken(), 10U);
  allocator.release_pages();
  heap.sweep();
  EXPECT_EQ(heap.pages_taken(), 0U);
  EXPECT_EQ(heap.sweep_young().pages, 0U);

  for (std::size_t i = 0; i < 2 * cells; ++i) allocator.allocate(node);
  allocator.allocate(array, 5 * kPageBytes);
  EXPECT_EQ(heap.pages_taken(), 7U);
  SweepCounts counts = heap.sweep_young();
  EXPECT_EQ(counts.pages, 3U) << "a large object is one";
  EXPECT_EQ(counts.freed_objects, 2 * cells + 1);
  EXPECT_EQ(counts.freed_pages, 6U) << "one page is in the allocator";
  counts = heap.sweep_young();
  EXPECT_EQ(counts.pages, 1U) << "that one";
  allocator.release_pages();
  EXPECT_EQ(heap.sweep().live_objects, 10 * cells);
}

TEST(PageHeap, KnowsWhenAPageIsFullyMarked) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 4 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  RefusingAllocator allocator(heap, 0);
  std::vector<Address> objects;
  for (int i = 0; i < 200; ++i) objects.push_back(allocator.allocate(node));
  const PageNumber page = heap.page_of(objects[0]);
  for (const Address object : objects) {
    EXPECT_FALSE(heap.is_fully_marked(page));
    heap.try_mark<Markers::many>(object);
  }
  EXPECT_TRUE(heap.is_fully_marked(page));
  objects.push_back(allocator.allocate(node));
  EXPECT_FALSE(heap.is_fully_marked(page));
  EXPECT_TRUE(heap.is_fully_marked(page + 1)) << "there is nothing in it";
}

bool is_dirty(const RefusingHeap& heap, const std::byte* at) {
  return heap.dirty(heap.page_of(at)).is_set(heap.granule_in_page(at));
}

TEST(PageHeap, PresetsTheDirtyBitsOfFreeCellsAndOfNoOthers) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 8 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  constexpr std::size_t kCells = kPageBytes / 48;
  std::vector<Address> objects;
  const auto set_bits = [&](PageNumber page) {
    std::size_t count = 0;
    for (std::size_t granule = 0; granule < 4096; ++granule) count += heap.dirty(page).is_set(granule) ? 1 : 0;
    return count;
  };
  RefusingAllocator allocator(heap, 0);
  for (int i = 0; i < 500; ++i) objects.push_back(allocator.allocate(node));
  const PageNumber page = heap.page_of(objects[0]);
  EXPECT_EQ(set_bits(page), kCells * 3) << "all cells; the granule behind the last one is in none";
  EXPECT_FALSE(heap.dirty(page).is_set(4095));

  // Every third object survives. The allocator goes on with the page.
  for (std::size_t i = 0; i < objects.size(); i += 3) heap.try_mark<Markers::one>(objects[i]);
  heap.sweep_young();
  const std::size_t old = (objects.size() + 2) / 3;
  EXPECT_EQ(set_bits(page), (kCells - old) * 3);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    for (std::size_t offset = 0; offset < 48; offset += 16) {
      EXPECT_EQ(is_dirty(heap, objects[i] + offset), i % 3 != 0) << i;
    }
  }

  // A mutator stores into old objects. The page is given back, and taken by another allocator.
  heap.dirty(page).set(heap.granule_in_page(objects[3] + 32));
  heap.dirty(page).set(heap.granule_in_page(objects[300]));
  const Address young = allocator.allocate(node);
  ASSERT_EQ(heap.page_of(young), page);
  allocator.release_pages();
  RefusingAllocator other(heap, 1);
  const Address of_other = other.allocate(node);
  ASSERT_EQ(heap.page_of(of_other), page);
  EXPECT_EQ(set_bits(page), (kCells - old) * 3 + 2) << "both stores, all free cells, and the young objects";
  EXPECT_TRUE(is_dirty(heap, objects[3] + 32));
  EXPECT_TRUE(is_dirty(heap, objects[300]));
  EXPECT_FALSE(is_dirty(heap, objects[3]));
  EXPECT_TRUE(is_dirty(heap, young));
  EXPECT_TRUE(is_dirty(heap, of_other));

  // Given back, and taken by nobody before the next sweep.
  other.release_pages();
  heap.try_mark<Markers::one>(young);
  heap.sweep_young();
  EXPECT_EQ(set_bits(page), 0U);
  EXPECT_EQ(heap.sweep_young().pages, 0U);

  // Taken again after the sweep, and full in the end.
  RefusingAllocator last(heap, 2);
  EXPECT_EQ(heap.page_of(last.allocate(node)), page);
  EXPECT_EQ(set_bits(page), (kCells - old - 1) * 3);
  for (std::size_t i = old + 2; i < kCells; ++i) ASSERT_EQ(heap.page_of(last.allocate(node)), page);
  EXPECT_NE(heap.page_of(last.allocate(node)), page);
  heap.sweep();
  EXPECT_EQ(set_bits(page), 0U);
}

TEST(PageHeap, PresetsTheDirtyBitsOfALargeObjectUntilTheSweep) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 8 * kMiB});
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  RefusingAllocator allocator(heap, 0);
  const Address kept = allocator.allocate(array, 3 * kPageBytes - 100);
  const Address freed = allocator.allocate(array, 2 * kPageBytes);
  const auto is_dirty_throughout = [&](Address object, std::size_t pages, bool expected) {
    for (std::size_t at = 0; at < pages * kPageBytes; at += kGranule) {
      if (is_dirty(heap, object + at) != expected) return false;
    }
    return true;
  };
  EXPECT_TRUE(is_dirty_throughout(kept, 3, true));
  EXPECT_TRUE(is_dirty_throughout(freed, 2, true));
  heap.try_mark<Markers::one>(kept);
  heap.sweep_young();
  EXPECT_TRUE(is_dirty_throughout(kept, 3, false)) << "old";
  EXPECT_TRUE(is_dirty_throughout(freed, 2, false)) << "unused";
}

/// The references and the parts that trace tells of, in their order.
struct Traced {
  std::vector<Address> references;
  std::vector<Address> parts;
  std::size_t slots = 0;
};
Traced trace(const RefusingHeap& heap, Address item) {
  Traced traced;
  traced.slots = heap.trace(
      item, [&](Address reference) { traced.references.push_back(reference); },
      [&](Address part) { traced.parts.push_back(part); });
  return traced;
}

void store(Address object, std::size_t offset, Address target) {
  reinterpret_cast<Slot*>(object + offset)->store_stopped(target);
}

/// Objects to refer to: a prime number of them, so that slots in a row hold different ones.
std::vector<Address> targets_of(RefusingAllocator& allocator, TypeNumber type) {
  std::vector<Address> targets(251);
  for (Address& target : targets) target = allocator.allocate(type);
  return targets;
}

TEST(PageHeap, TracesEachSlotOfEachLayoutAndNothingElse) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 8 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  const TypeNumber big = heap.register_type(TypeDescription::with_members("Big", 40'000, kNodeSlots));
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  const TypeNumber sized = heap.register_type(TypeDescription::with_trace("Sized", 0, trace_last));
  RefusingAllocator allocator(heap, 0);
  const std::vector<Address> targets = targets_of(allocator, node);
  const Address target = targets.front();
  EXPECT_TRUE(trace(heap, target).references.empty()) << "slots without a reference";
  EXPECT_EQ(trace(heap, target).slots, 2U);

  for (const TypeNumber type : {node, big}) {
    const Address object = allocator.allocate(type);
    for (std::size_t offset = 0; offset < 48; offset += 8) store(object, offset, targets[offset / 8]);
    EXPECT_EQ(trace(heap, object).references, (std::vector<Address>{targets[0], targets[3]})) << "members";
  }
  for (const std::size_t bytes : {std::size_t{40}, std::size_t{1000}, std::size_t{50'000}}) {
    const Address object = allocator.allocate(sized, bytes);
    for (std::size_t offset = 0; offset + 8 <= bytes; offset += 8) store(object, offset, target);
    const std::size_t last = heap.bytes_of(object) / 8 * 8 - 8;
    store(object, last, object);
    EXPECT_EQ(trace(heap, object).references, std::vector<Address>{object}) << "a trace function";
  }
  for (const std::size_t slots : {1U, 2U, 100U, 4096U}) {
    const Address object = allocator.allocate(array, slots * 8);
    std::vector<Address> expected;
    for (std::size_t i = 0; i < slots; ++i) {
      if (i % 3 == 1) continue;
      store(object, i * 8, targets[i % targets.size()]);
      expected.push_back(targets[i % targets.size()]);
    }
    const Traced traced = trace(heap, object);
    EXPECT_EQ(traced.references, expected);
    EXPECT_TRUE(traced.parts.empty());
    EXPECT_EQ(traced.slots, heap.bytes_of(object) / 8);
  }
}

TEST(PageHeap, TracesALargeArrayInParts) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 16 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  RefusingAllocator allocator(heap, 0);
  const std::vector<Address> targets = targets_of(allocator, node);
  constexpr std::size_t kPart = RefusingHeap::kPartBytes;
  for (const std::size_t bytes :
       {kMostSmallBytes + 8, 9 * kPart, 9 * kPart + 8, 9 * kPart - 8, 9 * kPart + 3, 16 * kPart, 40 * kPart + 4096}) {
    SCOPED_TRACE(testing::Message() << bytes << " bytes");
    const Address object = allocator.allocate(array, bytes);
    const std::size_t slots = bytes / 8;
    std::vector<Address> expected;
    for (std::size_t i = 0; i < slots; ++i) {
      store(object, i * 8, targets[i % targets.size()]);
      expected.push_back(targets[i % targets.size()]);
    }
    Traced traced = trace(heap, object);
    ASSERT_EQ(traced.parts.size(), (bytes + kPart - 1) / kPart - 1);
    std::vector<Address> references = traced.references;
    std::size_t read = traced.slots;
    while (!traced.parts.empty()) {
      const Traced part = trace(heap, traced.parts.back());
      EXPECT_TRUE(part.parts.empty());
      read += part.slots;
      references.insert(references.end(), part.references.begin(), part.references.end());
      traced.parts.pop_back();
    }
    EXPECT_EQ(read, slots);
    EXPECT_EQ(references, expected) << "each slot once, those of the last part pushed first";
  }
}

// What is traced for a store into a large array, also after the grey set has had it.
TEST(PageHeap, TheItemOfADirtyBitIsThePartAndIsKnownByItsGranule) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 4 * kMiB});
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  const TypeNumber leaf = heap.register_type(TypeDescription::with_members("Leaf", 16, {}));
  RefusingAllocator allocator(heap, 0);
  constexpr std::size_t kPart = RefusingHeap::kPartBytes;
  for (const std::size_t bytes : {kMostSmallBytes + 8, 40 * kPart + 8}) {
    const Address object = allocator.allocate(array, bytes);
    // Each part refers to an object of its own.
    std::vector<Address> of_part;
    for (std::size_t at = 0; at < bytes; at += 8) {
      if (at % kPart == 0) of_part.push_back(allocator.allocate(leaf));
      store(object, at, of_part.back());
    }
    for (std::size_t at = 0; at < bytes; at += 8) {
      const PageNumber page = heap.page_of(object + at);
      const Address item = heap.item_of_dirty_bit(page, heap.dirty_bit_of_part(object + at));
      ASSERT_EQ(heap.at_granule(heap.granule_in_heap(item)), item);
      ASSERT_EQ(heap.object_of_item(item), object);
      const Traced traced = trace(heap, item);
      const std::size_t begin = at / kPart * kPart;
      ASSERT_TRUE(traced.parts.empty());
      ASSERT_EQ(traced.slots, std::min(kPart, bytes - begin) / sizeof(void*));
      ASSERT_EQ(traced.references.front(), of_part[at / kPart]);
    }
  }
}

TEST(PageHeap, TakesAsManyTypesAsItSays) {
  RefusingMemory::Scope scope;
  RefusingHeap heap({.max_bytes = 4 * kMiB});
  const TypeDescription type = TypeDescription::of_references("Array");
  for (std::size_t i = 0; i < RefusingHeap::kMostTypes; ++i) ASSERT_EQ(heap.register_type(type), i);
  EXPECT_EQ(error_of([&] { heap.register_type(type); }),
            "hallmark: type \"Array\" is one more than the 1024 that a heap takes: register a type once, and not for "
            "each object");
}

TEST(PageHeap, SaysWhatIsWrongWithItsUse) {
  RefusingMemory::Scope scope;
  EXPECT_EQ(error_of([] { RefusingHeap heap({.max_bytes = 0}); }), "hallmark: a heap of 0 bytes: set max_bytes");
  EXPECT_EQ(
      error_of([] { PageHeap heap({.max_bytes = std::size_t{1} << 50}); }).find("hallmark: no address space for "), 0U);
  EXPECT_EQ(error_of([] { PageHeap heap({.max_bytes = ~std::size_t{0}}); }).find("hallmark: no address space for "),
            0U);
  RefusingHeap heap({.max_bytes = 1});
  static constexpr std::uint32_t kOutside[] = {48};
  static constexpr std::uint32_t kUnaligned[] = {4};
  EXPECT_EQ(error_of([&] { heap.register_type(TypeDescription::with_members("T", 48, kOutside)); }),
            "hallmark: type \"T\": the slot at offset 48 lies outside of its 48 bytes: correct its description");
  EXPECT_EQ(error_of([&] { heap.register_type(TypeDescription::with_members("T", 48, kUnaligned)); }),
            "hallmark: type \"T\": the slot at offset 4 is not aligned to 8: correct its description");
  EXPECT_EQ(heap.register_type(TypeDescription::of_references("Array")), 0U) << "those that were refused don't count";
}

TEST(PageHeap, AsksForHugePagesOnlyIfTold) {
  RefusingMemory::Scope scope;
  { RefusingHeap heap({.max_bytes = 4 * kMiB, .huge_pages = false}); }
  EXPECT_EQ(RefusingMemory::state.huge, 0U);
  { RefusingHeap heap({.max_bytes = 4 * kMiB}); }
  EXPECT_EQ(RefusingMemory::state.huge, 4 * kMiB);
}

TEST(PageHeap, FailsCleanlyWhicheverReserveIsRefused) {
  std::size_t reserves = 0;
  {
    RefusingMemory::Scope scope;
    RefusingHeap heap({.max_bytes = 4 * kMiB});
    reserves = RefusingMemory::state.reserves;
  }
  ASSERT_GT(reserves, 1U);
  for (std::size_t n = 0; n < reserves; ++n) {
    RefusingMemory::Scope scope;
    RefusingMemory::state.refuse_reserve = n;
    EXPECT_EQ(error_of([] { RefusingHeap heap({.max_bytes = 4 * kMiB}); }).find("hallmark: no address space for "), 0U);
    EXPECT_EQ(RefusingMemory::state.reserves, n + 1);
  }
}

/// Fills the heap with nodes until it refuses.
void fill(RefusingAllocator& allocator, Oracle& oracle, TypeNumber type, std::size_t bytes) {
  for (Address at = nullptr; (at = allocator.allocate(type, bytes)) != nullptr;) oracle.add(at, type, bytes);
}

TEST(PageHeap, LosesNothingAndGoesOnWhicheverCommitIsRefused) {
  std::size_t commits = 0;
  {
    RefusingMemory::Scope scope;
    RefusingHeap heap({.max_bytes = 12 * kMiB});
    Oracle oracle(heap);
    const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
    RefusingAllocator allocator(heap, 0);
    fill(allocator, oracle, array, 20'000);
    ASSERT_EQ(heap.page_count(), 3 * 64U);
    commits = RefusingMemory::state.commits;
  }
  ASSERT_GT(commits, 6U);
  for (std::size_t n = 0; n < commits; ++n) {
    SCOPED_TRACE(testing::Message() << "commit " << n);
    RefusingMemory::Scope scope;
    RefusingMemory::state.refuse_commit = n;
    RefusingHeap heap({.max_bytes = 12 * kMiB});
    Oracle oracle(heap);
    const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
    RefusingAllocator allocator(heap, 0);
    fill(allocator, oracle, array, 20'000);
    oracle.check_invariants();
    EXPECT_LT(heap.page_count(), 3 * 64U);
    fill(allocator, oracle, array, 20'000);
    oracle.check_invariants();
    EXPECT_EQ(heap.page_count(), 3 * 64U) << "refused once, and all is there now";
    EXPECT_EQ(oracle.objects().size(), 3 * 64U * (kPageBytes / SizeClass::of(20'000).cell_bytes()));
  }
}

TEST(PageHeap, GoesOnAfterASweepWhenMemoryIsRefusedForGood) {
  RefusingMemory::Scope scope;
  std::mt19937_64 random(1);
  RefusingHeap heap({.max_bytes = 64 * kMiB});
  Oracle oracle(heap);
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  RefusingAllocator allocator(heap, 0);
  oracle.add(allocator.allocate(array, 1000), array, 1000);
  RefusingMemory::state.refuse_all_commits = true;
  for (int i = 0; i < 5; ++i) {
    fill(allocator, oracle, array, 1000);
    fill(allocator, oracle, array, kPageBytes);
    EXPECT_EQ(heap.unused_pages(), 0U) << "nothing is left unused";
    EXPECT_EQ(heap.page_count(), 64U);
    EXPECT_EQ(allocator.allocate(array, 2 * kPageBytes), nullptr);
    EXPECT_EQ(allocator.allocate(array, ~std::size_t{0}), nullptr);
    const std::size_t before = oracle.objects().size();
    oracle.clear_marks();
    oracle.mark_and_sweep<Markers::one>(random, i == 0 ? 0 : 1);
    EXPECT_LT(oracle.objects().size(), before);
  }
  oracle.clear_marks();
  oracle.mark_and_sweep<Markers::one>(random, 0);
  EXPECT_NE(allocator.allocate(array, 50 * kPageBytes), nullptr) << "what is free is in a row again";
}

// CZ3: a header word and a forwarding word would be 16 bytes an object.
TEST(PageHeap, KeepsLessThanHalfOfTwoWordsForAnObjectOf48Bytes) {
  PageHeap heap({.max_bytes = 16 * kMiB});
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  BasicAllocator<PageHeap> allocator(heap, 0);
  std::size_t objects = 0;
  while (allocator.allocate(node) != nullptr) ++objects;
  const double side = static_cast<double>(heap.size().side_bytes) / static_cast<double>(objects);
  const double left_over = static_cast<double>(16 * kMiB - objects * 48) / static_cast<double>(objects);
  std::printf("%zu objects of 48 bytes: %.2f bytes each beside the pages, %.3f bytes each left over in them\n", objects,
              side, left_over);
  EXPECT_GT(side, 0.0);
  EXPECT_LE(side + left_over, 16.0 / 2);
}

}  // namespace
