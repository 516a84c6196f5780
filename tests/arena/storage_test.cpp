// AR1 block header, AR2 index, AR3 allocation, AR8 roots: what each operation answers. The rows are defined in
// proofs/arena/arena.md.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "tests/arena/header_check.hpp"
#include "tests/arena/types.hpp"

namespace hallmark::testing {
namespace {

using Plain = Observed<Poisoning<ArenaOptions>>;

template <class A>
class Buffer {
 public:
  explicit Buffer(std::size_t bytes) : memory_(bytes / 8 + 1), arena(memory_.data(), bytes) {}

 private:
  std::vector<std::uint64_t> memory_;

 public:
  A arena;
};

TEST(AR1BlockHeader, IsEightBytesAndItsFieldsDoNotDisturbEachOther) {
  static_assert(sizeof(BlockHeader) == 8);
  static_assert(BlockHeader::kTagBits + 1 + BlockHeader::kReservedBits == 32);
  EXPECT_EQ(check_header_fields<BlockHeader>(), "");
}

TEST(AR1BlockHeader, RefusesTagEightWhichIsTheMarkBit) {
  BlockHeader header(1);
  ASSERT_TRUE(header.set_tag(5));
  EXPECT_FALSE(header.set_tag(8));
  EXPECT_EQ(header.tag(), 5U);
  EXPECT_FALSE(header.is_marked());
}

TEST(AR2HeapIndex, NullIsZeroAndEqualsOnlyItself) {
  static_assert(sizeof(HeapIndex) == 4);
  EXPECT_TRUE(HeapIndex().is_null());
  EXPECT_FALSE(HeapIndex());
  EXPECT_EQ(HeapIndex(), HeapIndex());
  EXPECT_NE(HeapIndex(), HeapIndex::of_unit(0));
  const std::uint32_t zero = 0;
  const HeapIndex null;
  EXPECT_EQ(std::memcmp(&null, &zero, sizeof zero), 0);
}

TEST(AR2HeapIndex, ConvertsOffsetsBothWaysAndRefusesWhatIsNoPlace) {
  constexpr std::uint32_t kLast = (HeapIndex::kMostUnits - 1) * kArenaUnit;
  for (const std::uint32_t offset : {0U, 8U, 16U, 80'000U, kLast}) {
    for (const std::uint32_t stamp : {0U, 1U, 15U}) {
      const HeapIndex index = HeapIndex::of_offset(offset, stamp);
      EXPECT_FALSE(index.is_null());
      EXPECT_EQ(index.offset(), offset);
      EXPECT_EQ(index.unit(), offset / 8);
      EXPECT_EQ(index.stamp(), stamp);
    }
  }
  EXPECT_TRUE(HeapIndex::of_offset(4).is_null());
  EXPECT_TRUE(HeapIndex::of_offset(kLast + 8).is_null());
  EXPECT_TRUE(HeapIndex::of_offset(0xFFFFFFF8U).is_null());
}

TEST(AR2HeapIndex, HashSpreadsNeighboursAndIgnoresTheStamp) {
  std::set<std::uint32_t> low;
  for (std::uint32_t unit = 0; unit < 256; ++unit) {
    low.insert(HeapIndex::of_unit(3 * unit).hash() % 256);
    EXPECT_EQ(HeapIndex::of_unit(unit, 7).hash(), HeapIndex::of_unit(unit).hash());
  }
  EXPECT_GT(low.size(), 140U) << "a random function reaches 162 of 256";
}

TEST(AR3Allocation, BumpsByTheRoundedSizeAndAlignsEveryPayload) {
  Buffer<Plain> buffer(10'000);
  std::uint32_t expected = 0;
  for (std::size_t extra = 0; extra < 40; ++extra) {
    const auto [index, status] = buffer.arena.try_allocate<Array>(extra);
    ASSERT_EQ(status, ArenaStatus::ok);
    EXPECT_EQ(index.offset(), expected);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.arena.get<Array>(index)) % 8, 0U);
    EXPECT_EQ(buffer.arena.payload_bytes(index), (8 + extra + 7) / 8 * 8);
    expected += 8 + buffer.arena.payload_bytes(index);
    EXPECT_EQ(buffer.arena.top_bytes(), expected);
  }
}

TEST(AR3Allocation, GivesZeroedPayloadsWithTheTypesInitialisers) {
  Buffer<Plain> buffer(400);
  for (int round = 0; round < 3; ++round) {
    const HeapIndex index = buffer.arena.try_allocate<Array>(64).index;
    Array& array = *buffer.arena.get<Array>(index);
    EXPECT_EQ(array.id, 0U);
    for (int i = 0; i < 16; ++i) {
      EXPECT_TRUE(Array::elements(array)[i].is_null());
      Array::elements(array)[i] = index;
    }
    ASSERT_EQ(buffer.arena.free_last(index), ArenaStatus::ok);
  }
}

TEST(AR3Allocation, SaysOutOfMemoryAtExactlyTheLastByteAndLosesNothing) {
  for (std::size_t bytes = 0; bytes < 200; ++bytes) {
    Buffer<Plain> buffer(bytes);
    std::size_t fitted = 0;
    while (buffer.arena.try_allocate<Leaf>().status == ArenaStatus::ok) ++fitted;
    EXPECT_EQ(fitted, bytes / 16);
    const std::uint32_t top = buffer.arena.top_bytes();
    const auto [index, status] = buffer.arena.try_allocate<Leaf>();
    EXPECT_EQ(status, ArenaStatus::out_of_memory);
    EXPECT_TRUE(index.is_null());
    EXPECT_EQ(buffer.arena.top_bytes(), top);
  }
}

TEST(AR3Allocation, RefusesSizesThatNoHeapCanHold) {
  Buffer<Plain> buffer(400);
  for (const std::size_t extra : {std::numeric_limits<std::size_t>::max(), std::numeric_limits<std::size_t>::max() - 8,
                                  std::size_t{1} << 31, std::size_t{0x7FFFFFFF}}) {
    EXPECT_EQ(buffer.arena.try_allocate<Array>(extra).status, ArenaStatus::bad_size) << extra;
    EXPECT_EQ(buffer.arena.allocate<Array>(extra).status, ArenaStatus::bad_size) << extra;
    EXPECT_EQ(buffer.arena.reserve(extra), nullptr) << extra;
  }
  EXPECT_EQ(buffer.arena.try_allocate<Array>(1 << 30).status, ArenaStatus::out_of_memory);
}

TEST(AR3Allocation, AlignsABufferThatIsNotAligned) {
  alignas(8) std::array<unsigned char, 128> memory{};
  for (std::size_t shift = 0; shift < 8; ++shift) {
    Plain arena(memory.data() + shift, 64);
    EXPECT_EQ(arena.capacity_bytes(), shift == 0 ? 64U : 56U);
    const HeapIndex index = arena.try_allocate<Leaf>().index;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena.get<Leaf>(index)) % 8, 0U);
  }
  Plain nothing(nullptr, 0);
  EXPECT_EQ(nothing.allocate<Leaf>().status, ArenaStatus::out_of_memory);
}

TEST(AR3Allocation, FreesAndShrinksTheLastBlockOnly) {
  Buffer<Plain> buffer(1'000);
  Plain& arena = buffer.arena;
  const HeapIndex first = arena.try_allocate<Array>(32).index;
  const HeapIndex second = arena.try_allocate<Array>(32).index;
  EXPECT_EQ(arena.free_last(first), ArenaStatus::not_last);
  EXPECT_EQ(arena.shrink(first, 16), ArenaStatus::not_last);
  EXPECT_EQ(arena.shrink(second, 48), ArenaStatus::bad_size);
  EXPECT_EQ(arena.shrink(second, 7), ArenaStatus::bad_size) << "smaller than its type";
  EXPECT_EQ(arena.shrink(second, 17), ArenaStatus::ok);
  EXPECT_EQ(arena.payload_bytes(second), 24U);
  EXPECT_EQ(arena.top_bytes(), 48U + 32U);
  EXPECT_EQ(arena.free_last(second), ArenaStatus::ok);
  EXPECT_EQ(arena.free_last(second), ArenaStatus::foreign_index) << "freed already";
  EXPECT_EQ(arena.free_last(first), ArenaStatus::ok);
  EXPECT_EQ(arena.top_bytes(), 0U);
}

TEST(AR3Allocation, ForeignIndicesHaveAClearResult) {
  Buffer<Plain> buffer(1'000);
  Plain& arena = buffer.arena;
  const HeapIndex block = arena.try_allocate<Array>(32).index;
  for (const HeapIndex foreign : {HeapIndex(), HeapIndex::of_offset(block.offset() + 8), HeapIndex::of_offset(800),
                                  HeapIndex::of_offset(80'000)}) {
    EXPECT_EQ(arena.find(foreign), ArenaStatus::foreign_index);
  }
  EXPECT_EQ(arena.find(block), ArenaStatus::ok);
  EXPECT_EQ(arena.get<Array>(HeapIndex::of_offset(80'000)), nullptr);
  EXPECT_EQ(arena.get<Leaf>(block), nullptr) << "of another type";
  EXPECT_EQ(arena.free_last(HeapIndex::of_offset(80'000)), ArenaStatus::foreign_index);
  EXPECT_EQ(arena.shrink(HeapIndex(), 8), ArenaStatus::foreign_index);
  // A reference out of the heap is left alone and counted, by marking; compaction leaves it as it is.
  const Plain::Root<Array> root(arena, block);
  Array::elements(*root)[3] = HeapIndex::of_offset(80'000);
  (void)arena.try_allocate<Leaf>();
  arena.compact();
  EXPECT_EQ(arena.statistics().foreign_references, 1U);
  EXPECT_EQ(Array::elements(*root)[3], HeapIndex::of_offset(80'000));
}

TEST(AR3Allocation, TheReservedStackGrowsDownToTheHeapAndBack) {
  Buffer<Plain> buffer(256);
  Plain& arena = buffer.arena;
  const HeapIndex block = arena.try_allocate<Array>(100 - 8).index;
  auto* const low = static_cast<unsigned char*>(arena.reserve(50));
  ASSERT_NE(low, nullptr);
  EXPECT_EQ(arena.reserved_bytes(), 56U);
  std::memset(low, 7, 56);
  auto* const lower = static_cast<unsigned char*>(arena.reserve(arena.gap_bytes()));
  EXPECT_EQ(lower, static_cast<unsigned char*>(static_cast<void*>(arena.get<Array>(block))) + 104);
  EXPECT_EQ(arena.reserve(1), nullptr);
  EXPECT_EQ(arena.try_allocate<Leaf>().status, ArenaStatus::out_of_memory);
  EXPECT_FALSE(arena.release(257)) << "more than is there";
  EXPECT_TRUE(arena.release(arena.reserved_bytes() - 56));
  arena.compact();
  for (int i = 0; i < 56; ++i) EXPECT_EQ(low[i], 7) << "a collection does not touch it";
  EXPECT_TRUE(arena.release(50));
  EXPECT_EQ(arena.reserved_bytes(), 0U);
}

TEST(AR8Roots, AnyOrderRootsKeepTheirBlocksAndFollowThem) {
  Buffer<Plain> buffer(2'000);
  Plain& arena = buffer.arena;
  std::vector<Plain::Root<Leaf>> roots;
  for (std::uint32_t i = 0; i < 10; ++i) {
    (void)arena.try_allocate<Pair>();
    roots.emplace_back(arena, arena.try_allocate<Leaf>().index);
    roots.back()->id = i;
  }
  roots.erase(roots.begin() + 3);
  roots.erase(roots.begin() + 6);
  EXPECT_EQ(arena.roots().in_use(), 8U);
  arena.compact();
  EXPECT_EQ(arena.top_bytes(), 8U * 16U);
  const std::uint32_t expected[] = {0, 1, 2, 4, 5, 6, 8, 9};
  for (std::size_t i = 0; i < roots.size(); ++i) EXPECT_EQ(roots[i]->id, expected[i]);
  Plain::Root<Leaf> moved = std::move(roots[0]);
  roots.clear();
  EXPECT_EQ(arena.roots().in_use(), 1U);
  arena.compact();
  EXPECT_EQ(moved->id, 0U);
  EXPECT_EQ(arena.top_bytes(), 16U);
  moved.reset();
  arena.compact();
  EXPECT_EQ(arena.top_bytes(), 0U);
}

TEST(AR8Roots, AFullRootListIsSaidAndLosesNothing) {
  Buffer<Plain> buffer(2'000);
  Plain& arena = buffer.arena;
  std::vector<Plain::Root<Leaf>> roots;
  for (std::size_t i = 0; i < Plain::kRootSlots; ++i) {
    roots.emplace_back(arena, arena.try_allocate<Leaf>().index);
    ASSERT_EQ(roots.back().status(), ArenaStatus::ok);
  }
  const HeapIndex index = arena.try_allocate<Leaf>().index;
  Plain::Root<Leaf> refused(arena, index);
  EXPECT_FALSE(refused.registered());
  EXPECT_EQ(refused.status(), ArenaStatus::root_list_full);
  EXPECT_EQ(refused.get(), nullptr);
  EXPECT_FALSE(refused.set(index));
  EXPECT_EQ(arena.find(index), ArenaStatus::ok) << "the block is still there";
  const Plain::ScopedRoot<Leaf> scoped(arena, index);
  arena.compact();
  EXPECT_EQ(arena.statistics().last_marked, Plain::kRootSlots + 1) << "the other list has no limit";
  roots.pop_back();
  EXPECT_TRUE(Plain::Root<Leaf>(arena, scoped.index()).registered());
}

TEST(AR8Roots, ScopedRootsNestAndFollowTheirBlocks) {
  Buffer<Plain> buffer(2'000);
  Plain& arena = buffer.arena;
  const Plain::ScopedRoot<Pair> outer(arena, arena.try_allocate<Pair>().index);
  {
    (void)arena.try_allocate<Leaf>();
    const Plain::ScopedRoot<Leaf> inner(arena, arena.try_allocate<Leaf>().index);
    const Plain::ScopedRoot<Leaf> same(arena, inner.index());
    inner->id = 77;
    arena.compact();
    EXPECT_EQ(inner->id, 77U);
    EXPECT_EQ(inner.index(), same.index());
    EXPECT_EQ(inner.index().offset(), 24U);
  }
  arena.compact();
  EXPECT_EQ(arena.top_bytes(), 24U);
}

TEST(AR8Roots, AScopedRootDestroyedOutOfOrderIsStillUnregistered) {
  Buffer<Plain> buffer(2'000);
  Plain& arena = buffer.arena;
  std::optional<Plain::ScopedRoot<Leaf>> first(std::in_place, arena, arena.try_allocate<Leaf>().index);
  std::optional<Plain::ScopedRoot<Leaf>> second(std::in_place, arena, arena.try_allocate<Leaf>().index);
  first.reset();
  arena.compact();
  EXPECT_EQ(arena.statistics().last_marked, 1U);
  EXPECT_EQ(second->index().offset(), 0U);
}

}  // namespace
}  // namespace hallmark::testing
