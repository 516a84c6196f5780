// The collector as a program uses it: what survives, what doesn't, and what a collection looks at.
#include <hallmark/hallmark.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace hallmark;

struct Leaf {
  explicit Leaf(int v = 0) : value(v) {}
  int value;
  static constexpr auto kReferences = references();
};

struct Node {
  Ref<Node> next;
  Ref<Leaf> leaf;
  std::array<Ref<Node>, 2> more;
  Ref<Node> others[2];
  std::uint64_t value = 0;
  static constexpr auto kReferences = references(&Node::next, &Node::leaf, &Node::more, &Node::others);
};

/// As many references as it says.
struct Row {
  std::uint64_t count = 0;
  Ref<Leaf>& at(std::size_t i) { return reinterpret_cast<Ref<Leaf>*>(this + 1)[i]; }
  static void trace(const std::byte* object, std::size_t, const SlotVisitor& visit) {
    const auto* row = reinterpret_cast<const Row*>(object);
    for (std::uint64_t i = 0; i < row->count; ++i) visit(reinterpret_cast<const Slot*>(row + 1)[i]);
  }
};

HeapOptions by_hand(unsigned workers = 1) {
  return {.workers = workers, .max_bytes = std::size_t{1} << 31, .automatic = false, .verify = true};
}

CollectionRecord last(Heap& heap) { return heap.statistics().last; }

TEST(Description, FindsEachReferenceOfAType) {
  const TypeDescription description = description_of<Node>("Node");
  EXPECT_EQ(description.problem(), "");
  EXPECT_EQ(std::vector<std::uint32_t>(description.members.begin(), description.members.end()),
            (std::vector<std::uint32_t>{0, 8, 16, 24, 32, 40}));
  EXPECT_EQ(description_of<Leaf>("Leaf").members.size(), 0U);
}

TEST(Heap, MinorFreesYoungGarbageAndKeepsTheRest) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Node> kept(mutator, mutator.make<Node>());
  kept->next.store(mutator, mutator.make<Node>());
  kept->next->leaf.store(mutator, mutator.make<Leaf>(7));
  for (int i = 0; i < 1000; ++i) mutator.make<Node>();
  heap.collect(Minor);
  EXPECT_EQ(last(heap).freed_objects, 1000U);
  EXPECT_EQ(last(heap).marked, 3U);
  EXPECT_EQ(kept->next->leaf->value, 7);
}

TEST(Heap, MinorKeepsOldGarbageAndMajorFreesIt) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Node> root(mutator, mutator.make<Node>());
  heap.collect(Minor);
  root = nullptr;
  heap.collect(Minor);
  EXPECT_EQ(last(heap).freed_objects, 0U);
  heap.collect(Major);
  EXPECT_EQ(last(heap).freed_objects, 1U);
}

TEST(Heap, AnOldObjectKeepsAYoungOneThatWasStoredIntoIt) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Node> old(mutator, mutator.make<Node>());
  heap.collect(Minor);
  old->others[1].store(mutator, mutator.make<Node>());
  old->others[1]->value = 42;
  mutator.make<Node>();
  heap.collect(Minor);
  EXPECT_EQ(last(heap).freed_objects, 1U);
  EXPECT_EQ(last(heap).dirty_pages, 1U);
  EXPECT_EQ(last(heap).dirty_cells, 1U);
  EXPECT_EQ(old->others[1]->value, 42U);
  // It is old now, and nothing is remembered any more.
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_pages, 0U);
  EXPECT_EQ(old->others[1]->value, 42U);
}

TEST(Heap, CyclesAreFreed) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  {
    Root<Node> a(mutator, mutator.make<Node>());
    Root<Node> b(mutator, mutator.make<Node>());
    a->next.store(mutator, b.get());
    b->next.store(mutator, a.get());
  }
  heap.collect(Minor);
  EXPECT_EQ(last(heap).freed_objects, 2U);
}

TEST(Heap, ANewObjectInAReusedCellIsZeroAndYoung) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Node> root(mutator, mutator.make<Node>());
  heap.collect(Minor);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 5000; ++i) {
      Node* const node = mutator.make<Node>();
      ASSERT_EQ(node->value, 0U);
      ASSERT_FALSE(node->next) << "a reference of the cell's last object";
      ASSERT_FALSE(heap.pages().is_marked(reinterpret_cast<Address>(node)));
      node->value = 1;
      node->next.store(mutator, root.get());
    }
    heap.collect(round == 1 ? Major : Minor);
    ASSERT_EQ(last(heap).freed_objects, 5000U);
  }
}

// DP6: what a minor collection reads is what was written to, however large the heap is.
class DirtyCells : public testing::TestWithParam<unsigned> {};

TEST_P(DirtyCells, AreAllThatAMinorCollectionScans) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  constexpr std::size_t kNodesOfPage = kPageBytes / sizeof(Node);
  const std::size_t nodes = GetParam() * kNodesOfPage;
  Root<RefArray<Node>> all(mutator, mutator.make_array<Node>(nodes));
  for (std::size_t i = 0; i < nodes; ++i) (*all.get())[i].store(mutator, mutator.make<Node>());
  heap.collect(Major);
  ASSERT_GE(heap.statistics().pages - heap.statistics().unused_pages, GetParam());

  constexpr std::size_t kDirty = 10;
  Root<Leaf> leaf(mutator, mutator.make<Leaf>(1));
  for (std::size_t i = 0; i < kDirty; ++i) (*all.get())[i * (nodes / kDirty)]->leaf.store(mutator, leaf.get());
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_cells, kDirty);
  EXPECT_EQ(last(heap).slots, kDirty * 6) << "of ten nodes, and the leaf has none";
  EXPECT_LE(last(heap).dirty_pages, kDirty);
  EXPECT_LE(last(heap).swept_pages, 3U) << "the leaf's page, and those of the allocator";
}
INSTANTIATE_TEST_SUITE_P(Pages, DirtyCells, testing::Values(100U, 1000U));

/// An object of any size, without references.
struct Blob {
  std::uint64_t value = 0;
  static void trace(const std::byte*, std::size_t, const SlotVisitor&) {}
};

/// Most pages are of large objects, whose memory nobody touches: so a test can have many. Returns how many.
std::uint64_t grow_old(Heap& heap, Mutator& mutator, Root<RefArray<Blob>>& blobs, std::uint64_t pages) {
  constexpr std::size_t kPagesOfBlob = 500;
  const std::size_t count = pages / kPagesOfBlob;
  blobs = mutator.make_array<Blob>(count);
  for (std::size_t i = 0; i < count; ++i) {
    (*blobs.get())[i].store(mutator, mutator.make_sized<Blob>(kPagesOfBlob * kPageBytes));
  }
  heap.collect(Major);
  return heap.statistics().pages - heap.statistics().unused_pages;
}

class LargeHeap : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LargeHeap, CostsAMinorCollectionNothing) {
  HeapOptions options = by_hand();
  options.max_bytes = std::size_t{8} << 30;
  options.huge_pages = false;  // they would be touched whole
  options.verify = false;      // it looks at each page; once is enough
  Heap heap(options);
  auto mutator = heap.attach();
  constexpr std::size_t kNodes = 40'000;  // fifty pages, and more
  Root<RefArray<Node>> nodes(mutator, mutator.make_array<Node>(kNodes));
  for (std::size_t i = 0; i < kNodes; ++i) (*nodes.get())[i].store(mutator, mutator.make<Node>());
  Root<RefArray<Blob>> blobs(mutator);
  ASSERT_GE(grow_old(heap, mutator, blobs, GetParam()), GetParam());

  // Ten cells, of one page each, that refer to objects with references, one cell that is written to twice, and null.
  for (std::size_t i = 0; i < 10; ++i) (*nodes.get())[i * 4000]->next.store(mutator, mutator.make<Node>());
  (*nodes.get())[0]->more[1].store(mutator, nullptr);
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_cells, 10U);
  EXPECT_EQ(last(heap).dirty_pages, 10U);
  EXPECT_EQ(last(heap).slots, 10U * 6 + 10U * 6) << "of the dirty cells, and of what they keep";
  EXPECT_EQ(last(heap).traced, 20U);
  EXPECT_EQ(last(heap).marked, 10U);
  EXPECT_LE(last(heap).swept_pages, 3U);
  EXPECT_TRUE(heap.verify().empty());
}
INSTANTIATE_TEST_SUITE_P(Pages, LargeHeap, testing::Values(10'000U, 100'000U));

/// DP1: how many pages say that they are listed.
std::size_t pages_that_say_listed(Heap& heap) {
  std::size_t count = 0;
  for (PageNumber page = 0; page < heap.pages().page_count(); ++page) {
    count += heap.pages().header(page).flags.is_dirty_listed(order<"heap_test.listed.load_flags">(relaxed)) ? 1 : 0;
  }
  return count;
}

TEST(Heap, APageIsListedIfAndOnlyIfItsFlagSaysSoAfterEveryPath) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  const auto expect_listed = [&](std::size_t count, const char* path) {
    EXPECT_EQ(heap.collector().dirty_pages().size(), count) << path;
    EXPECT_EQ(pages_that_say_listed(heap), count) << path;
  };
  Root<Node> node(mutator, mutator.make<Node>());
  Root<RefArray<Leaf>> array(mutator, mutator.make_array<Leaf>(100'000));
  Root<Row> row(mutator, mutator.make_sized<Row>(sizeof(Row) + 20'000 * 8));
  row->count = 20'000;
  node->leaf.store(mutator, mutator.make<Leaf>());
  row->at(9).store(mutator, nullptr);
  expect_listed(0, "stores into young objects");

  for (const Collection kind : {Minor, Major}) {
    heap.collect(Minor);
    expect_listed(0, "a minor collection");
    for (int twice = 0; twice < 2; ++twice) {
      node->leaf.store(mutator, mutator.make<Leaf>());
      expect_listed(1, "a small object");
      (*array.get())[99'999].store(mutator, node->leaf.load());
      expect_listed(2, "a large array, its last page");
      (*array.get())[0].store(mutator, node->leaf.load());
      expect_listed(3, "a large array, its first page");
      row->at(19'999).store(mutator, nullptr);
      expect_listed(4, "a large object that traces itself");
      if (twice == 0) heap.collect(kind);
    }
  }

  // Each is freed while it is listed, and its pages are used again.
  const std::uint64_t before = heap.statistics().pages;
  node = nullptr;
  array = nullptr;
  row = nullptr;
  heap.collect(Major);
  expect_listed(0, "pages freed");
  EXPECT_LE(heap.statistics().pages - heap.statistics().unused_pages, 2U) << "of the allocator";
  array = mutator.make_array<Leaf>(100'000);
  for (std::size_t i = 0; i < 100'000; ++i) ASSERT_FALSE((*array.get())[i]);
  (*array.get())[0].store(mutator, mutator.make<Leaf>(3));
  expect_listed(0, "pages used again, young");
  heap.collect(Minor);
  (*array.get())[1].store(mutator, mutator.make<Leaf>(4));
  expect_listed(1, "pages used again, old");
  heap.collect(Minor);
  expect_listed(0, "pages used again, collected");
  EXPECT_EQ((*array.get())[0]->value + (*array.get())[1]->value, 7);
  EXPECT_EQ(heap.statistics().pages, before);
}

bool is_dirty(Heap& heap, const void* at) {
  const auto* const byte = static_cast<const std::byte*>(at);
  return heap.pages().dirty(heap.pages().page_of(byte)).is_set(heap.pages().granule_in_page(byte));
}

PageNumber page_of(Heap& heap, const void* object) {
  return heap.pages().page_of(static_cast<const std::byte*>(object));
}

// A page with old objects counts as old: only their bits keep the young ones in it from being recorded.
TEST(Heap, StoresIntoYoungObjectsOfAPageWithOldOnesListNothing) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Node> old(mutator, mutator.make<Node>());
  heap.collect(Minor);
  for (const Collection kind : {Minor, Major, Minor}) {
    Root<Node> young(mutator, mutator.make<Node>());
    ASSERT_EQ(page_of(heap, young.get()), page_of(heap, old.get()));
    for (Ref<Node>& other : young->others) {
      EXPECT_TRUE(is_dirty(heap, &other));
      other.store(mutator, old.get());
    }
    EXPECT_EQ(pages_that_say_listed(heap), 0U);
    EXPECT_FALSE(is_dirty(heap, &old->next));
    old->next.store(mutator, young.get());
    EXPECT_EQ(pages_that_say_listed(heap), 1U);
    // The young one is no dirty cell, though its bits are set and its page is listed.
    young->leaf.store(mutator, mutator.make<Leaf>(3));
    heap.collect(kind);
    EXPECT_EQ(last(heap).dirty_pages, 1U);
    EXPECT_EQ(last(heap).dirty_cells, kind == Minor ? 1U : 0U);
    if (kind == Minor) {
      EXPECT_EQ(last(heap).slots, 2U * 6) << "of the dirty cell, and of the young one";
    }
    // It has survived: the next store into it is recorded, and keeps its target.
    EXPECT_FALSE(is_dirty(heap, &young->more[0]));
    young->more[0].store(mutator, mutator.make<Node>());
    EXPECT_TRUE(is_dirty(heap, &young->more[0]));
    EXPECT_EQ(pages_that_say_listed(heap), 1U);
    heap.collect(Minor);
    EXPECT_EQ(last(heap).dirty_cells, 1U);
    EXPECT_EQ(last(heap).freed_objects, 0U);
    EXPECT_EQ(young->leaf->value, 3);
  }
}

// The page of a thread that has ended is taken by another one, which fills its free cells: what is old in it is
// remembered as before, whether it was written to before or after.
TEST(Heap, StoresIntoOldObjectsOfAPageThatIsTakenAgainAreRecorded) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  std::array<Node*, 3> old{};
  heap.add_roots([&](const RootVisitor& visit) {
    for (Node* node : old) visit(node);
  });
  {
    const Foreign waiting(mutator);
    std::thread([&] {
      auto other = heap.attach();
      for (Node*& node : old) node = other.make<Node>();
      heap.collect(Minor);
      for (int i = 0; i < 10; ++i) other.make<Node>();
      old[0]->next.store(other, other.make<Node>());
    }).join();
  }
  EXPECT_TRUE(heap.verify().empty());
  Root<Node> young(mutator, mutator.make<Node>());
  ASSERT_EQ(page_of(heap, young.get()), page_of(heap, old[0]));
  EXPECT_TRUE(heap.verify().empty());
  EXPECT_TRUE(is_dirty(heap, &young->next));
  EXPECT_TRUE(is_dirty(heap, &old[0]->next));
  EXPECT_FALSE(is_dirty(heap, &old[1]->next));
  old[1]->next.store(mutator, mutator.make<Node>());
  EXPECT_TRUE(is_dirty(heap, &old[1]->next));
  EXPECT_FALSE(is_dirty(heap, &old[2]->next));
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_pages, 1U);
  EXPECT_EQ(last(heap).dirty_cells, 2U);
  EXPECT_EQ(last(heap).freed_objects, 10U);
  EXPECT_EQ(last(heap).marked, 3U);
}

TEST(Heap, ALargeArrayIsRememberedFromItsFirstCollectionOn) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<RefArray<Leaf>> array(mutator, mutator.make_array<Leaf>(100'000));
  EXPECT_TRUE(is_dirty(heap, &(*array.get())[99'999]));
  EXPECT_TRUE(heap.verify().empty());
  heap.collect(Minor);
  EXPECT_FALSE(is_dirty(heap, &(*array.get())[99'999]));
  (*array.get())[99'999].store(mutator, mutator.make<Leaf>(9));
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_cells, 1U);
  EXPECT_EQ((*array.get())[99'999]->value, 9);
}

TEST(Verifier, FindsAReferenceThatWasStoredWithoutTheBarrier) {
  HeapOptions options = by_hand();
  options.verify = false;
  Heap heap(options);
  auto mutator = heap.attach();
  Root<Node> old(mutator, mutator.make<Node>());
  heap.collect(Minor);
  EXPECT_TRUE(heap.verify().empty());
  reinterpret_cast<Slot&>(old->next).store_stopped(reinterpret_cast<Address>(mutator.make<Node>()));
  ASSERT_EQ(heap.verify().size(), 1U);
  EXPECT_NE(heap.verify()[0].find("not remembered"), std::string::npos) << heap.verify()[0];
}

// What a large object has been told to remember is known by part, or for the whole object.
TEST(Verifier, KnowsWhatLargeObjectsRemember) {
  HeapOptions options = by_hand();
  options.verify = false;
  Heap heap(options);
  auto mutator = heap.attach();
  constexpr std::size_t kSlots = 20'000;  // three pages
  Root<RefArray<Leaf>> array(mutator, mutator.make_array<Leaf>(kSlots));
  Root<Row> row(mutator, mutator.make_sized<Row>(sizeof(Row) + kSlots * 8));
  row->count = kSlots;
  heap.collect(Minor);
  (*array.get())[9'000].store(mutator, mutator.make<Leaf>(1));
  row->at(kSlots - 1).store(mutator, mutator.make<Leaf>(2));
  EXPECT_TRUE(heap.verify().empty());
  // In another page, and in another part of the same one.
  constexpr std::size_t kSlotsOfPart = PageHeap::kPartBytes / sizeof(void*);
  for (Ref<Leaf>* const elsewhere : {&(*array.get())[0], &(*array.get())[9'000 + kSlotsOfPart]}) {
    reinterpret_cast<Slot*>(elsewhere)->store_stopped(reinterpret_cast<Address>(mutator.make<Leaf>(3)));
  }
  ASSERT_EQ(heap.verify().size(), 2U);
  EXPECT_NE(heap.verify()[1].find("not remembered"), std::string::npos) << heap.verify()[1];
}

TEST(Verifier, FindsADirtyBitInAPageThatIsNotListed) {
  HeapOptions options = by_hand();
  options.verify = false;
  Heap heap(options);
  auto mutator = heap.attach();
  Root<Node> old(mutator, mutator.make<Node>());
  heap.collect(Minor);
  heap.pages().dirty(heap.pages().page_of(reinterpret_cast<Address>(old.get()))).set(0);
  ASSERT_EQ(heap.verify().size(), 1U);
  EXPECT_NE(heap.verify()[0].find("not listed"), std::string::npos) << heap.verify()[0];
}

TEST(Verifier, FindsADirtyBitThatNoSweepLooksAt) {
  HeapOptions options = by_hand();
  options.verify = false;
  Heap heap(options);
  Leaf* kept = nullptr;
  heap.add_roots([&](const RootVisitor& visit) { visit(kept); });
  {
    auto mutator = heap.attach();
    kept = mutator.make<Leaf>(1);
    EXPECT_TRUE(heap.verify().empty());
  }
  EXPECT_TRUE(heap.verify().empty()) << "given back, until the next sweep";
  heap.collect(Minor);
  EXPECT_TRUE(heap.verify().empty());
  const PageNumber page = page_of(heap, kept);
  heap.pages().dirty(page).set(7);  // of a free cell
  ASSERT_EQ(heap.verify().size(), 1U);
  EXPECT_NE(heap.verify()[0].find("the next sweep doesn't look at it"), std::string::npos) << heap.verify()[0];
  heap.pages().dirty(page).clear();
  heap.pages().dirty(page + 1).set(7);
  ASSERT_EQ(heap.verify().size(), 1U);
  EXPECT_NE(heap.verify()[0].find("where no object can be"), std::string::npos) << heap.verify()[0];
}

TEST(Verifier, FindsAnObjectInAPageThatIsNotInUse) {
  HeapOptions options = by_hand();
  options.verify = false;
  Heap heap(options);
  auto mutator = heap.attach();
  Root<RefArray<Leaf>> array(mutator, mutator.make_array<Leaf>(20'000));
  const PageNumber rest = heap.pages().page_of(reinterpret_cast<Address>(array.get())) + 1;
  heap.pages().allocated(rest).add(0);
  ASSERT_EQ(heap.verify().size(), 1U);
  EXPECT_NE(heap.verify()[0].find("not in use"), std::string::npos) << heap.verify()[0];
}

TEST(Heap, OneStoreIntoAnOldArrayOfAMillionScansACard) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<RefArray<Leaf>> array(mutator, mutator.make_array<Leaf>(1'000'000));
  heap.collect(Major);
  for (const std::size_t place :
       {std::size_t{0}, std::size_t{511}, std::size_t{512}, std::size_t{777'777}, std::size_t{999'999}}) {
    (*array.get())[place].store(mutator, mutator.make<Leaf>(static_cast<int>(place)));
    heap.collect(Minor);
    EXPECT_EQ(last(heap).dirty_cells, 1U);
    EXPECT_LE(last(heap).slots, 512U);
    EXPECT_EQ((*array.get())[place]->value, static_cast<int>(place));
  }
}

TEST(Heap, ALargeObjectThatTracesItselfIsRemembered) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  constexpr std::size_t kCount = 20'000;  // three pages
  Root<Row> row(mutator, mutator.make_sized<Row>(sizeof(Row) + kCount * 8));
  row->count = kCount;
  heap.collect(Minor);
  row->at(kCount - 1).store(mutator, mutator.make<Leaf>(5));
  row->at(9'000).store(mutator, mutator.make<Leaf>(6));
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_cells, 1U);
  EXPECT_EQ(row->at(kCount - 1)->value, 5);
  EXPECT_EQ(row->at(9'000)->value, 6);
}

TEST(Weak, IsClearedWithItsObjectAndNotBefore) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Leaf> kept(mutator, mutator.make<Leaf>(1));
  Weak<Leaf> alive(mutator, kept.get());
  Weak<Leaf> dead(mutator, mutator.make<Leaf>(2));
  EXPECT_TRUE(dead);
  heap.collect(Minor);
  EXPECT_FALSE(dead);
  EXPECT_EQ(alive.get(), kept.get());
  kept = nullptr;
  heap.collect(Minor);
  EXPECT_TRUE(alive) << "old: a minor collection doesn't free it";
  heap.collect(Major);
  EXPECT_FALSE(alive);
}

TEST(Weak, OfWhatIsNoObjectIsClearedAndCounted) {
  Heap heap(by_hand());
  Heap other(by_hand());
  auto mutator = heap.attach();
  auto of_other = other.attach();
  Root<Node> kept(mutator, mutator.make<Node>());
  Root<RefArray<Leaf>> large(mutator, mutator.make_array<Leaf>(50'000));
  const Root<Leaf> elsewhere(of_other, of_other.make<Leaf>());
  Leaf on_the_stack;
  const auto at = [](auto* object, std::ptrdiff_t offset) {
    return reinterpret_cast<Leaf*>(reinterpret_cast<std::uintptr_t>(object) + static_cast<std::uintptr_t>(offset));
  };
  // Outside of the heap, in its address space and not in use, within an object, where none is, askew.
  Leaf* const stray[] = {&on_the_stack,
                         elsewhere.get(),
                         at(kept.get(), std::ptrdiff_t{1} << 30),
                         at(kept.get(), 16),
                         at(kept.get(), 8),
                         at(kept.get(), kPageBytes - 64),
                         at(large.get(), 65536),
                         at(large.get(), 4096),
                         at(kept.get(), 1),
                         reinterpret_cast<Leaf*>(8),
                         reinterpret_cast<Leaf*>(~std::uintptr_t{7}),
                         at(kept.get(), -(std::ptrdiff_t{1} << 30))};
  for (const Collection kind : {Minor, Major}) {
    std::vector<std::unique_ptr<Weak<Leaf>>> weaks;
    for (Leaf* const target : stray) weaks.push_back(std::make_unique<Weak<Leaf>>(mutator, target));
    const Weak<Node> alive(mutator, kept.get());
    const Weak<Leaf> dead(mutator, mutator.make<Leaf>());
    const Weak<Leaf> null(mutator);
    heap.collect(kind);
    EXPECT_EQ(last(heap).invalid_weaks, std::size(stray));
    for (const auto& weak : weaks) EXPECT_FALSE(*weak);
    EXPECT_EQ(alive.get(), kept.get());
    EXPECT_FALSE(dead);
    heap.collect(kind);
    EXPECT_EQ(last(heap).invalid_weaks, 0U);
  }
}

TEST(Weak, NamesWhatWasAssignedLast) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  Root<Leaf> kept(mutator, mutator.make<Leaf>(1));
  Weak<Leaf> weak(mutator, mutator.make<Leaf>(2));
  weak = kept.get();
  heap.collect(Minor);
  EXPECT_EQ(weak.get(), kept.get());
  weak = mutator.make<Leaf>(3);
  EXPECT_EQ(weak.get()->value, 3);
  heap.collect(Minor);
  EXPECT_FALSE(weak);
  weak = kept.get();
  weak = nullptr;
  EXPECT_EQ(weak.get(), nullptr);
}

TEST(RootSource, KeepsWhatItNamesUntilItIsRemoved) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  std::vector<Leaf*> stack;
  const std::size_t source = heap.add_roots([&](const RootVisitor& visit) {
    for (Leaf* leaf : stack) visit(leaf);
  });
  stack.push_back(mutator.make<Leaf>(1));
  stack.push_back(mutator.make<Leaf>(2));
  heap.collect(Minor);
  EXPECT_EQ(last(heap).freed_objects, 0U);
  EXPECT_EQ(stack[1]->value, 2);
  heap.remove_roots(source);
  heap.collect(Major);
  EXPECT_EQ(last(heap).freed_objects, 2U);
  EXPECT_THROW(heap.remove_roots(source), HeapError);
}

TEST(RootSource, WhatIsNoObjectIsCountedAndSkipped) {
  HeapOptions options = by_hand();
  options.verify = false;  // it would say so, too
  Heap heap(options);
  auto mutator = heap.attach();
  int on_the_stack = 0;
  heap.add_roots([&](const RootVisitor& visit) { visit(&on_the_stack); });
  heap.collect(Minor);
  EXPECT_EQ(last(heap).invalid_roots, 1U);
  EXPECT_EQ(heap.verify().size(), 1U);
}

TEST(Heap, CollectsByItselfAndReusesMemory) {
  Heap heap({.max_bytes = 64u << 20, .young_bytes = 1u << 20, .verify = true});
  auto mutator = heap.attach();
  for (int i = 0; i < 1'000'000; ++i) mutator.make<Node>();  // 64 MB of garbage
  EXPECT_GT(heap.statistics().minor_collections, 20U);
  EXPECT_LT(heap.statistics().pages * kPageBytes, 16u << 20);
}

TEST(Heap, IsMajorWhenItHasGrown) {
  Heap heap(
      {.max_bytes = std::size_t{1} << 30, .young_bytes = 1u << 20, .major_growth = 1.5, .major_least_bytes = 4u << 20});
  auto mutator = heap.attach();
  Root<Node> list(mutator);
  for (int i = 0; i < 300'000; ++i) {
    Root<Node> node(mutator, mutator.make<Node>());
    node->next.store(mutator, list.get());
    list = node;
  }
  EXPECT_GT(heap.statistics().major_collections, 1U);
  EXPECT_GT(heap.statistics().minor_collections, heap.statistics().major_collections);
}

TEST(Heap, OutOfMemoryIsThrownAndTheHeapGoesOn) {
  Heap heap({.max_bytes = 8u << 20, .verify = true});
  auto mutator = heap.attach();
  Root<Node> list(mutator);
  std::uint64_t made = 0;
  const auto fill = [&] {
    for (;;) {
      Node* const node = mutator.make<Node>();
      node->next.store(mutator, list.get());
      list = node;
      ++made;
    }
  };
  EXPECT_THROW(fill(), OutOfMemory);
  std::uint64_t found = 0;
  for (Node* node = list.get(); node != nullptr; node = node->next.load()) ++found;
  EXPECT_EQ(found, made);
  EXPECT_GT(made, 100'000U);
  EXPECT_THROW(mutator.make_array<Node>(1u << 22), OutOfMemory);
  list = nullptr;
  EXPECT_NO_THROW(for (int i = 0; i < 100'000; ++i) mutator.make<Node>());
}

TEST(Heap, GivesMemoryBackToTheSystem) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  for (int i = 0; i < 100'000; ++i) mutator.make<Node>();
  heap.collect(Major);
  EXPECT_GT(heap.give_back_unused(), 90'000 * sizeof(Node));
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(mutator.make<Node>()->value, 0U);
}

TEST(Heap, ParallelMinorsAndMajorsFindTheSame) {
  for (const unsigned workers : {1U, 2U, 4U, 16U}) {
    Heap heap(by_hand(workers));
    auto mutator = heap.attach();
    Root<RefArray<Node>> all(mutator, mutator.make_array<Node>(50'000));
    for (std::size_t i = 0; i < 50'000; ++i) {
      Node* const node = mutator.make<Node>();
      (*all.get())[i].store(mutator, node);
      node->next.store(mutator, (*all.get())[i / 2].load());
      mutator.make<Node>();
    }
    heap.collect(Minor);
    EXPECT_EQ(last(heap).freed_objects, 50'000U) << workers;
    EXPECT_EQ(last(heap).marked, 50'001U) << workers;
    for (std::size_t i = 0; i < 50'000; i += 2) (*all.get())[i]->more[0].store(mutator, mutator.make<Node>());
    heap.collect(Minor);
    EXPECT_EQ(last(heap).marked, 25'000U) << workers;
    heap.collect(Major);
    EXPECT_EQ(last(heap).marked, 75'001U) << workers;
  }
}

// PM5. A root is marked by the worker that its page belongs to, so that is who has marked.
TEST(Heap, MinorCollectionsAreMarkedByAllWorkersOrByOneAsTold) {
  for (const bool parallel_minor : {true, false}) {
    HeapOptions options = by_hand(4);
    options.marking.parallel_minor = parallel_minor;
    options.verify = false;  // it would take longer than all the rest
    Heap heap(options);
    auto mutator = heap.attach();
    std::vector<Node*> nodes;
    heap.add_roots([&](const RootVisitor& visit) {
      for (Node* node : nodes) visit(node);
    });
    for (std::size_t i = 0; i < 120'000; ++i) nodes.push_back(mutator.make<Node>());  // in all shares
    const auto others_have_marked = [&] {
      auto& coordinator = heap.collector().marker().coordinator();
      unsigned count = 0;
      for (unsigned worker = 1; worker < 4; ++worker) count += coordinator.counts(worker).marked > 0 ? 1U : 0U;
      return count;
    };
    heap.collect(Minor);
    EXPECT_EQ(last(heap).marked, 120'000U);
    EXPECT_EQ(others_have_marked(), parallel_minor ? 3U : 0U);
    heap.collect(Major);
    EXPECT_EQ(last(heap).marked, 120'000U);
    EXPECT_EQ(others_have_marked(), 3U) << "parallel_major";
    nodes.resize(1);
    nodes[0]->next.store(mutator, mutator.make<Node>());
    heap.collect(Minor);
    EXPECT_EQ(last(heap).traced, 2U);
    EXPECT_EQ(others_have_marked(), 0U) << "little to do: nobody else is woken";
  }
}

// CZ2: what a thread leaves behind is marked by other workers, swept, and filled by other threads.
TEST(Heap, PagesOfThreadsThatHaveEndedAreAdopted) {
  Heap heap(by_hand(4));
  auto mutator = heap.attach();
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kNodes = 5000;
  Root<RefArray<Node>> lists(mutator, mutator.make_array<Node>(kThreads));
  RefArray<Node>* const shared = lists.get();
  for (int round = 0; round < 3; ++round) {
    {
      const Foreign waiting(mutator);
      std::vector<std::thread> threads;
      for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
          auto own = heap.attach();
          Root<Node> list(own);
          for (std::size_t i = 0; i < kNodes; ++i) {
            Root<Node> node(own, own.make<Node>());
            own.make<Node>();
            node->value = i;
            node->next.store(own, list.get());
            list = node;
          }
          (*shared)[t].store(own, list.get());
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
    heap.collect(round == 1 ? Major : Minor);
    // The lists of the round before are old garbage in a minor collection, and freed by a major one.
    EXPECT_EQ(last(heap).freed_objects, kThreads * kNodes * (round == 1 ? 2 : 1)) << round;
    for (std::size_t t = 0; t < kThreads; ++t) {
      std::uint64_t expected = kNodes;
      for (Node* node = (*lists.get())[t].load(); node != nullptr; node = node->next.load()) {
        ASSERT_EQ(node->value, --expected);
      }
      ASSERT_EQ(expected, 0U);
    }
  }
  // Every second cell of those pages is free: one thread fills them, before the heap grows.
  const std::uint64_t pages = heap.statistics().pages - heap.statistics().unused_pages;
  for (std::size_t i = 0; i < kThreads * kNodes / 2; ++i) mutator.make<Node>();
  EXPECT_EQ(heap.statistics().pages - heap.statistics().unused_pages, pages);
}

TEST(Heap, ThreadsComeAndGoDuringCollections) {
  Heap heap(by_hand(2));
  std::atomic<bool> done{false};
  std::atomic<unsigned> lives{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      do {
        auto mutator = heap.attach();
        Root<Node> kept(mutator, mutator.make<Node>());
        Node* const first = kept.get();
        for (std::uint64_t i = 1; i < 50; ++i) {
          Root<Node> node(mutator, mutator.make<Node>());
          node->value = i;
          node->next.store(mutator, kept.get());
          kept = node;
          if (i == 25) const Foreign away(mutator);
        }
        std::uint64_t expected = 50;
        for (Node* node = kept.get(); node != nullptr; node = node->next.load()) EXPECT_EQ(node->value, --expected);
        EXPECT_EQ(expected, 0U);
        first->value = 0;
        ++lives;
      } while (!done);
    });
  }
  // The verifier runs in each. This thread isn't attached: it comes and goes, too.
  for (int i = 0; i < 60 || lives < 30; ++i) heap.collect(i % 4 == 0 ? Major : Minor);
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(heap.statistics().mutators, 0U);
  heap.collect(Major);
  EXPECT_EQ(last(heap).marked, 0U);
  EXPECT_EQ(heap.statistics().pages, heap.statistics().unused_pages);
}

TEST(Heap, PagesOfAThreadThatHasEndedAreUsedOn) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  std::unique_ptr<Root<Leaf>> kept;
  Leaf* from_thread = nullptr;
  heap.add_roots([&](const RootVisitor& visit) { visit(from_thread); });
  std::thread([&] {
    auto other = heap.attach("other");
    from_thread = other.make<Leaf>(9);
  }).join();
  const std::uint64_t pages = heap.statistics().pages - heap.statistics().unused_pages;
  Root<Leaf> own(mutator, mutator.make<Leaf>(10));
  EXPECT_EQ(heap.statistics().pages - heap.statistics().unused_pages, pages) << "the orphaned page has room";
  heap.collect(Minor);
  EXPECT_EQ(from_thread->value, 9);
  EXPECT_EQ(own->value, 10);
}

TEST(Heap, PausesAreLogged) {
  Heap heap(by_hand());
  for (int i = 0; i < 3; ++i) heap.collect(Minor);  // a thread that isn't attached may
  heap.collect(Major);
  const HeapStatistics statistics = heap.statistics();
  ASSERT_EQ(statistics.pauses.size(), 4U);
  EXPECT_EQ(statistics.pauses[3].kind, Major);
  EXPECT_EQ(statistics.minor_collections, 3U);
  EXPECT_GT(statistics.pauses[0].pause_ns, 0U);
  EXPECT_GE(pause_quantile(statistics.pauses, 1.0), pause_quantile(statistics.pauses, 0.5));
}

TEST(Heap, StatisticsAreAsOfNow) {
  Heap heap(by_hand());
  EXPECT_EQ(heap.statistics().pages, 0U);
  auto mutator = heap.attach();
  const auto compare = [&](std::uint64_t used) {
    const HeapStatistics statistics = heap.statistics();
    EXPECT_EQ(statistics.pages, heap.pages().page_count());
    EXPECT_EQ(statistics.pages - statistics.unused_pages, used);
    EXPECT_EQ(statistics.mutators, 1U);
    return statistics;
  };
  mutator.make<Leaf>();
  const std::uint64_t at_first = compare(1).side_bytes;
  EXPECT_GT(at_first, 0U);
  Root<RefArray<Leaf>> large(mutator, mutator.make_array<Leaf>(1'000'000));
  const std::uint64_t pages = 1 + (1'000'000 * sizeof(void*) + kPageBytes - 1) / kPageBytes;
  const HeapStatistics grown = compare(pages);
  EXPECT_GE(grown.pages, pages);
  EXPECT_GT(grown.side_bytes, at_first);
  large = nullptr;
  heap.collect(Major);
  EXPECT_EQ(compare(1).pages, grown.pages) << "the allocator's page is left";
  EXPECT_EQ(heap.statistics().side_bytes, grown.side_bytes);
}

// While other threads make the heap grow, its size is that of one moment.
TEST(Heap, StatisticsOfAHeapThatGrows) {
  Heap heap(by_hand());
  std::thread growing([&] {
    auto mutator = heap.attach();
    std::vector<std::unique_ptr<Root<RefArray<Leaf>>>> kept;
    for (int i = 0; i < 100; ++i) {  // of 13 pages each
      kept.push_back(std::make_unique<Root<RefArray<Leaf>>>(mutator, mutator.make_array<Leaf>(100'000)));
    }
  });
  std::uint64_t pages = 0;
  std::uint64_t side_bytes = 0;
  while (pages < 1000) {
    heap.collect(Major);
    const HeapStatistics statistics = heap.statistics();
    ASSERT_LE(statistics.unused_pages, statistics.pages);
    ASSERT_GE(statistics.pages, pages);
    ASSERT_GE(statistics.side_bytes, side_bytes);
    pages = statistics.pages;
    side_bytes = statistics.side_bytes;
  }
  growing.join();
}

// CZ5: what a heap says of its mark stacks.
TEST(Heap, StatisticsTellHowMarkStacksAreUsed) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  constexpr std::uint64_t kItems = 1024;  // of a segment
  EXPECT_EQ(heap.statistics().mark_stacks.segments, 0U);
  Root<RefArray<Leaf>> wide(mutator, mutator.make_array<Leaf>(4 * kItems - 96));  // traced at once
  for (std::size_t i = 0; i < 4 * kItems - 96; ++i) (*wide.get())[i].store(mutator, mutator.make<Leaf>());
  heap.collect(Minor);
  HeapStatistics statistics = heap.statistics();
  EXPECT_EQ(statistics.last.stack_segments, 4U);
  EXPECT_EQ(statistics.mark_stacks.most_segments, 4U);
  EXPECT_EQ(statistics.mark_stacks.growths, 4U);
  EXPECT_EQ(statistics.mark_stacks.segments, 2U) << "one, and a spare";
  EXPECT_EQ(statistics.mark_stacks.refusals, 0U);
  heap.collect(Major);
  statistics = heap.statistics();
  EXPECT_EQ(statistics.last.stack_segments, 4U);
  EXPECT_EQ(statistics.mark_stacks.most_segments, 4U) << "what was given back is used again";
  EXPECT_EQ(statistics.mark_stacks.growths, 6U);
  // Little to do is little in use, and the high-water mark stays.
  wide = nullptr;
  const Root<Leaf> one(mutator, mutator.make<Leaf>());
  heap.collect(Major);
  statistics = heap.statistics();
  EXPECT_EQ(statistics.last.stack_segments, 1U);
  EXPECT_EQ(statistics.mark_stacks.most_segments, 4U);
  EXPECT_EQ(statistics.pauses[0].stack_segments, 4U);
}

std::atomic<bool> may_go_on;
/// Lets the one that waits go on.
struct Signal {
  std::uint64_t value = 0;
  static void trace(const std::byte*, std::size_t, const SlotVisitor&) { may_go_on = true; }
};
/// Waits while it is traced.
struct Waiting {
  std::uint64_t value = 0;
  static void trace(const std::byte*, std::size_t, const SlotVisitor&) {
    while (!may_go_on) std::this_thread::yield();
  }
};

// Worker 1 waits, and worker 0 finds more objects of its pages than its inbox has room for.
TEST(Heap, StatisticsTellOfInboxesThatWereFull) {
  HeapOptions options = by_hand(2);
  options.verify = false;  // it would trace
  options.marking.push_transfer = PushTransfer::always;
  Heap heap(options);
  auto mutator = heap.attach();
  constexpr std::size_t kLeaves = 4000;
  Signal* const signal = mutator.make<Signal>();
  RefArray<Leaf>* const array = mutator.make_array<Leaf>(kLeaves);
  Blob* const half = mutator.make_sized<Blob>(40 * kPageBytes);
  for (std::size_t i = 0; i < kLeaves; ++i) (*array)[i].store(mutator, mutator.make<Leaf>());
  Waiting* const waiting = mutator.make<Waiting>();
  heap.add_roots([&](const RootVisitor& visit) {
    visit(signal);
    visit(array);
    visit(half);
    visit(waiting);
  });
  may_go_on = false;
  heap.collect(Major);
  EXPECT_EQ(last(heap).marked, kLeaves + 4);
  EXPECT_GE(last(heap).inbox_full, kLeaves / 2);
  EXPECT_LE(last(heap).inbox_full, kLeaves);
}

TEST(PauseQuantile, IsTheSmallestPauseThatTheShareDoesNotExceed) {
  std::vector<CollectionRecord> records(100);
  for (std::size_t i = 0; i < records.size(); ++i) records[i].pause_ns = 100 - i;
  EXPECT_EQ(pause_quantile(records, 0.5), 50U);
  EXPECT_EQ(pause_quantile(records, 0.95), 95U);
  EXPECT_EQ(pause_quantile(records, 1.0), 100U);
  EXPECT_EQ(pause_quantile({}, 0.5), 0U);
}

TEST(HeapMisuse, OptionsOutOfRange) {
  EXPECT_THROW(Heap({.workers = 0}), HeapError);
  EXPECT_THROW(Heap({.workers = 17}), HeapError);
  EXPECT_THROW(Heap({.max_bytes = 0}), HeapError);
}

// SP1: a collection waits for a mutator that doesn't poll, and tells its name and how long it has waited.
TEST(HeapMisuse, AMutatorThatDoesNotPollIsReportedAndWaitedFor) {
  struct Report {
    std::atomic<int> times{0};
    std::string name{};
    std::chrono::milliseconds asked{0};
    static void add(const OverdueMutator& mutator, void* context) {
      auto& report = *static_cast<Report*>(context);
      report.name = mutator.name;
      report.asked = mutator.asked;
      ++report.times;
    }
  } report;
  HeapOptions options = by_hand();
  options.watchdog = {std::chrono::milliseconds(2), &Report::add, &report};
  Heap heap(options);
  std::atomic<bool> attached{false};
  std::atomic<bool> collected{false};
  std::thread busy([&] {
    auto mutator = heap.attach("busy");
    attached = true;
    while (report.times < 3) std::this_thread::yield();
    EXPECT_FALSE(collected);
    mutator.poll();
    EXPECT_TRUE(collected);
  });
  while (!attached) std::this_thread::yield();
  auto mutator = heap.attach("collecting");
  heap.add_roots([&](const RootVisitor&) { collected = true; });  // visited while the world is stopped
  heap.collect(Major);
  busy.join();
  EXPECT_EQ(report.name, "busy");
  EXPECT_GE(report.asked, std::chrono::milliseconds(6));
}

TEST(Heap, SizesThatNoHeapHoldsAreOutOfMemory) {
  constexpr std::size_t kMost = ~std::size_t{0};
  for (const bool automatic : {false, true}) {
    Heap heap({.max_bytes = std::size_t{1} << 31, .automatic = automatic, .verify = true});
    auto mutator = heap.attach();
    Root<Leaf> kept(mutator, mutator.make<Leaf>(1));
    for (const std::size_t count : {kMost, kMost - 1, kMost / 8, kMost / 8 + 1, kMost / 8 + 2, kMost / 4, kMost / 16}) {
      EXPECT_THROW(mutator.make_array<Leaf>(count), OutOfMemory) << count;
    }
    for (const std::size_t bytes : {kMost, kMost - 1, kMost - kPageBytes, kMost - kPageBytes + 2, kMost / 2}) {
      EXPECT_THROW(mutator.make_sized<Blob>(bytes), OutOfMemory) << bytes;
    }
    heap.collect(Major);
    EXPECT_EQ(last(heap).marked, 1U);
    EXPECT_EQ(heap.statistics().pages - heap.statistics().unused_pages, 1U) << "nothing was taken for them";
  }
}

// The bit of one part of a large array is not mistaken for that of a store elsewhere in the page.
TEST(Heap, EachPartOfALargeArrayIsRememberedByItself) {
  Heap heap(by_hand());
  auto mutator = heap.attach();
  constexpr std::size_t kSlots = 1U << 16;
  constexpr std::size_t kSlotsOfPart = PageHeap::kPartBytes / sizeof(void*);
  Root<RefArray<Leaf>> all(mutator, mutator.make_array<Leaf>(kSlots));
  heap.collect(Major);
  // Slot 2 k lies in granule k of the array, so beside the bits of the parts.
  for (std::size_t part = 15; part > 0; --part) {
    (*all.get())[part * kSlotsOfPart].store(mutator, mutator.make<Leaf>(static_cast<int>(part)));
  }
  for (std::size_t k = 1; k < 16; ++k) (*all.get())[2 * k].store(mutator, mutator.make<Leaf>(100));
  heap.collect(Minor);
  EXPECT_EQ(last(heap).dirty_cells, 16U);
  EXPECT_EQ(last(heap).freed_objects, 0U);
  for (std::size_t k = 1; k < 16; ++k) EXPECT_EQ((*all.get())[2 * k]->value, 100);
}

// DP7: the dirty list is a chain through the headers of pages.
TEST(Heap, TheDirtyListTakesLessThanAThousandthOfTheHeap) {
  EXPECT_LT(1000 * (sizeof(PageHeader::next_dirty) + sizeof(PageHeader::flags)), kPageBytes);
}

TEST(HeapMisuse, DoubleAttachNamesTheFirst) {
  Heap heap(by_hand());
  auto mutator = heap.attach("first");
  try {
    auto second = heap.attach("second");
    FAIL();
  } catch (const HeapError& error) {
    EXPECT_NE(std::string(error.what()).find("\"first\""), std::string::npos) << error.what();
  }
}

using HeapMisuseDeath = testing::Test;

TEST(HeapMisuseDeath, ARootOnAnotherThread) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Heap heap(by_hand());
  auto mutator = heap.attach();
  auto root = std::make_unique<Root<Leaf>>(mutator, mutator.make<Leaf>());
  EXPECT_DEATH(std::thread([&] { root.reset(); }).join(), "a Root or Weak is destroyed on another thread");
}

TEST(HeapMisuseDeath, AMutatorUsedOnAnotherThread) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Heap heap(by_hand());
  auto mutator = heap.attach();
  EXPECT_DEATH(std::thread([&] { mutator.collect(Minor); }).join(), "collect is called on another thread");
  EXPECT_DEATH(std::thread([&] { const Root<Leaf> root(mutator); }).join(), "a Root or Weak is made on another thread");
}

TEST(HeapMisuseDeath, AMutatorEndsOnAnotherThread) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Heap heap(by_hand());
  std::unique_ptr<Mutator> mutator(new Mutator(heap.attach()));
  EXPECT_DEATH(std::thread([&] { mutator.reset(); }).join(), "ends on another thread than it was attached on");
}

TEST(HeapMisuseDeath, AMutatorEndsWhileItHoldsTheWorldStopped) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Heap heap(by_hand());
  std::unique_ptr<Mutator> mutator(new Mutator(heap.attach("hasty")));
  heap.add_roots([&](const RootVisitor&) { mutator.reset(); });
  EXPECT_DEATH(heap.collect(Minor), "mutator detached while it holds the world stopped(.|\n)*\"hasty\"");
}

TEST(HeapMisuseDeath, AMutatorEndsInForeignCode) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Heap heap(by_hand());
  std::unique_ptr<Mutator> mutator(new Mutator(heap.attach("away")));
  mutator->enter_foreign();
  EXPECT_DEATH(mutator.reset(), "mutator detached in foreign code(.|\n)*\"away\"");
  mutator->leave_foreign();
}

TEST(HeapMisuseDeath, ARootSourceThatAllocates) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Heap heap(by_hand());
  auto mutator = heap.attach("greedy");
  heap.add_roots([&](const RootVisitor&) { mutator.make<Leaf>(); });
  EXPECT_DEATH(heap.collect(Minor), "greedy|while it holds");
}

TEST(HeapMisuseDeath, AHeapEndsBeforeItsMutators) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  std::unique_ptr<Heap> heap(new Heap(by_hand()));
  auto mutator = heap->attach();
  EXPECT_DEATH(heap.reset(), "a heap is destroyed while mutators are attached to it");
}

// A program may end at any point: with roots alive, workers resting, and threads in the middle of their work.
TEST(HeapExit, WithRootsAlive) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        static Heap& heap = *new Heap({.workers = 4, .young_bytes = 1u << 20});
        static Mutator& mutator = *new Mutator(heap.attach());
        static Root<Node>& root = *new Root<Node>(mutator, mutator.make<Node>());
        heap.collect(Major);
        std::atomic<bool> busy{false};
        std::thread([&busy] {
          auto own = heap.attach();
          Root<Node> kept(own);
          for (int i = 0;; ++i) {
            kept = own.make<Node>();
            if (i == 1000) busy = true;
          }
        }).detach();
        while (!busy) mutator.poll();
        std::exit(root ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(HeapExit, WithHeapMutatorAndRootStatic) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        static Heap heap({.workers = 4});
        static Mutator mutator = heap.attach();
        static const Root<Node> root(mutator, mutator.make<Node>());
        heap.collect(Major);
        std::exit(root ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(HeapMisuseDeath, AMutatorEndsBeforeItsRoots) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Heap heap(by_hand());
        std::unique_ptr<Root<Leaf>> root;
        auto mutator = heap.attach();
        root = std::make_unique<Root<Leaf>>(mutator);
      },
      "a mutator ends while a Root of it lives");
}

}  // namespace
