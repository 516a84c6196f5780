// WriteBarrier: which stores are recorded, and where.
#include <hallmark/remember/write_barrier.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <type_traits>

#include "tests/remember/page.hpp"

namespace {

using hallmark::DirtyBits;
using hallmark::DirtyPages;
using hallmark::DirtyPlace;
using hallmark::kSlotsOfCard;
using hallmark::Mutators;
using hallmark::WriteBarrier;
using hallmark::testing::Page;

using Slot = hallmark::sync::atomic<const int*>;

template <Mutators Drained>
struct HeapDrained {
  bool store(std::size_t object, bool object_old = false) {
    barrier.store(slot, &target, DirtyPlace<Page, DirtyBits<200>>{page, page.dirty, object},
                  [&] { return object_old; });
    EXPECT_EQ(barrier.load(slot), &target);
    return page.dirty.is_set(object);
  }

  DirtyPages<Page> list;
  WriteBarrier<DirtyPages<Page>, Drained> barrier{list};
  Page page;
  Slot slot;
  int target = 7;
};

/// Both barriers: Heap is the fixture's own.
template <class DrainedWhen>
class WriteBarriers : public ::testing::Test {
 protected:
  using Heap = HeapDrained<DrainedWhen::value>;
};
using EachDrained = ::testing::Types<std::integral_constant<Mutators, Mutators::running>,
                                     std::integral_constant<Mutators, Mutators::stopped>>;
TYPED_TEST_SUITE(WriteBarriers, EachDrained);

TYPED_TEST(WriteBarriers, StoresIntoAYoungObjectAndRecordsNothing) {
  typename TestFixture::Heap heap;
  EXPECT_FALSE(heap.store(5));
  EXPECT_TRUE(heap.page.dirty.is_clean());
  EXPECT_FALSE(heap.page.is_listed());
}

TYPED_TEST(WriteBarriers, RecordsAStoreIntoAnOldPage) {
  typename TestFixture::Heap heap;
  heap.page.flags.set_old();
  EXPECT_TRUE(heap.store(5));
  EXPECT_TRUE(heap.page.is_listed());
  EXPECT_EQ(heap.list.size(), 1U);
}

TYPED_TEST(WriteBarriers, RecordsAStoreIntoAnOldObjectOfAYoungPage) {
  typename TestFixture::Heap heap;
  EXPECT_TRUE(heap.store(199, true));
  EXPECT_TRUE(heap.page.is_listed());
}

TYPED_TEST(WriteBarriers, ListsAPageOnceForManyStores) {
  typename TestFixture::Heap heap;
  heap.page.flags.set_old();
  for (std::size_t object = 0; object < 200; ++object) EXPECT_TRUE(heap.store(object));
  EXPECT_EQ(heap.list.size(), 1U);
  EXPECT_EQ(heap.list.statistics().listed, 1U);
}

TYPED_TEST(WriteBarriers, ListsAPageAgainAfterADrain) {
  typename TestFixture::Heap heap;
  heap.page.flags.set_old();
  heap.store(1);
  {
    auto snapshot = heap.list.take_snapshot();
    EXPECT_EQ(snapshot.take(), &heap.page);
    heap.page.dirty.take_each([](std::size_t object) { EXPECT_EQ(object, 1U); });
  }
  EXPECT_FALSE(heap.page.is_listed());
  EXPECT_TRUE(heap.store(1));
  EXPECT_TRUE(heap.page.is_listed());
}

// A bit that stands means that its page is listed, or will be before the next poll, as another mutator has just set it;
// or that the object is young.
TEST(WriteBarrier, LeavesAPageToWhoeverHasSetTheBitIfDrainsAreInAStoppedWorld) {
  HeapDrained<Mutators::stopped> heap;
  heap.page.flags.set_old();
  heap.page.dirty.set(5);
  EXPECT_TRUE(heap.store(5));
  EXPECT_FALSE(heap.page.is_listed());
  EXPECT_TRUE(heap.store(6));
  EXPECT_TRUE(heap.page.is_listed());
}

/// An array of a million references in pages of its own, a bit for each card.
TEST(WriteBarrier, MakesOneCardOfALargeObjectDirty) {
  constexpr std::size_t kSlots = 1U << 20;
  DirtyPages<Page> list;
  WriteBarrier<DirtyPages<Page>> barrier(list);
  Page page;
  page.flags.set_old();
  DirtyBits<kSlots / kSlotsOfCard> cards;
  Slot slot;
  const int target = 7;
  const std::size_t index = 777'777;
  barrier.store(slot, &target, DirtyPlace<Page, decltype(cards)>{page, cards, index / kSlotsOfCard},
                [] { return false; });
  std::size_t scanned = 0;
  cards.take_each([&](std::size_t card) {
    EXPECT_LE(card * kSlotsOfCard, index);
    EXPECT_GT((card + 1) * kSlotsOfCard, index);
    scanned += kSlotsOfCard;
  });
  EXPECT_EQ(scanned, 512U);
  EXPECT_TRUE(page.is_listed());
}

}  // namespace
