// OsMemory and ReservedArray: what the system really does, and what the array makes of a refusal.
#include <hallmark/heap/os_memory.hpp>
#include <hallmark/heap/reserved_array.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <unistd.h>

#include "tests/heap/refusing_memory.hpp"

namespace {

using hallmark::HeapError;
using hallmark::OsMemory;
using hallmark::ReservedArray;
using hallmark::testing::RefusingMemory;

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// Whether a byte can be read, asked of the system, which does not die of it.
bool is_readable(const std::byte* at) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const bool readable = write(ends[1], at, 1) == 1;
  close(ends[0]);
  close(ends[1]);
  return readable;
}

bool is_zero(const std::byte* begin, std::size_t bytes) {
  return std::all_of(begin, begin + bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

TEST(OsMemory, ReservesAlignedAddressSpaceWithoutMemory) {
  for (const std::size_t alignment : {std::size_t{4096}, std::size_t{65536}, 2 * kMiB, 64 * kMiB}) {
    std::byte* const begin = OsMemory::reserve(3 * kMiB, alignment);
    ASSERT_NE(begin, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(begin) % alignment, 0U);
    EXPECT_FALSE(is_readable(begin));
    EXPECT_FALSE(is_readable(begin + 3 * kMiB - 1));
    OsMemory::release(begin, 3 * kMiB);
  }
}

TEST(OsMemory, CommitsZeroedMemoryWhereAskedAndNowhereElse) {
  std::byte* const begin = OsMemory::reserve(4 * kMiB, 4096);
  ASSERT_NE(begin, nullptr);
  ASSERT_TRUE(OsMemory::commit(begin + kMiB, kMiB));
  EXPECT_TRUE(is_zero(begin + kMiB, kMiB));
  std::fill_n(begin + kMiB, kMiB, std::byte{7});
  EXPECT_FALSE(is_readable(begin + kMiB - 1));
  EXPECT_FALSE(is_readable(begin + 2 * kMiB));
  OsMemory::release(begin, 4 * kMiB);
}

TEST(OsMemory, ReadsAsZeroAfterItWasGivenBack) {
  std::byte* const begin = OsMemory::reserve(2 * kMiB, 2 * kMiB);
  ASSERT_NE(begin, nullptr);
  ASSERT_TRUE(OsMemory::commit(begin, 2 * kMiB));
  OsMemory::prefer_huge_pages(begin, 2 * kMiB);
  std::fill_n(begin, 2 * kMiB, std::byte{7});
  OsMemory::give_back(begin, kMiB);
  EXPECT_TRUE(is_zero(begin, kMiB));
  EXPECT_EQ(begin[kMiB], std::byte{7});
  begin[0] = std::byte{1};
  OsMemory::release(begin, 2 * kMiB);
  EXPECT_FALSE(is_readable(begin));
}

TEST(OsMemory, RefusesMoreAddressSpaceThanThereIs) {
  EXPECT_EQ(OsMemory::reserve(std::size_t{1} << 60, 4096), nullptr);
}

TEST(ReservedArray, GrowsInPlaceWithZeroesAndKeepsWhatItHas) {
  RefusingMemory::Scope scope;
  ReservedArray<std::uint64_t, RefusingMemory> array(100'000);
  EXPECT_EQ(array.committed_bytes(), 0U);
  std::uint64_t* const begin = array.begin();
  std::size_t size = 0;
  for (const std::size_t count : {1U, 512U, 513U, 100U, 5000U, 100'000U}) {
    ASSERT_TRUE(array.grow_to(count));
    ASSERT_GE(array.committed_bytes(), count * 8);
    ASSERT_LT(array.committed_bytes(), std::max(size, count) * 8 + 4096);
    for (; size < count; ++size) {
      ASSERT_EQ(array[size], 0U);
      array[size] = size + 1;
    }
  }
  EXPECT_EQ(array.begin(), begin);
  for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(array[i], i + 1);
}

TEST(ReservedArray, AsksForMemoryOnlyWhenItNeedsSome) {
  RefusingMemory::Scope scope;
  ReservedArray<std::byte, RefusingMemory> array(10 * 4096);
  for (std::size_t count = 0; count <= 10 * 4096; ++count) ASSERT_TRUE(array.grow_to(count));
  EXPECT_EQ(RefusingMemory::state.commits, 10U);
}

TEST(ReservedArray, IsAsItWasWhenMemoryIsRefused) {
  RefusingMemory::Scope scope;
  ReservedArray<std::uint64_t, RefusingMemory> array(100'000);
  ASSERT_TRUE(array.grow_to(512));
  array[511] = 5;
  RefusingMemory::state.refuse_commit = 1;
  EXPECT_FALSE(array.grow_to(513));
  EXPECT_EQ(array.committed_bytes(), 4096U);
  EXPECT_EQ(array[511], 5U);
  EXPECT_TRUE(array.grow_to(513));
  EXPECT_EQ(array[512], 0U);
}

TEST(ReservedArray, SaysWhatToDoWhenAddressSpaceIsRefused) {
  RefusingMemory::Scope scope;
  RefusingMemory::state.refuse_reserve = 0;
  try {
    ReservedArray<std::uint64_t, RefusingMemory> array(1'000'000);
    FAIL() << "it has no address space";
  } catch (const HeapError& error) {
    EXPECT_EQ(std::string(error.what()),
              "hallmark: no address space for 7 MiB: lower the heap's max_bytes, or raise the limit of the process "
              "(ulimit -v)");
  }
}

}  // namespace
