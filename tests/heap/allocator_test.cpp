// Allocator: which cells it takes and when it takes pages, its errors, and several at once.
#include <hallmark/heap/allocator.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/heap/heap_oracle.hpp"

namespace {

using hallmark::Address;
using hallmark::Allocator;
using hallmark::HeapError;
using hallmark::kMostSmallBytes;
using hallmark::kPageBytes;
using hallmark::Markers;
using hallmark::PageHeap;
using hallmark::SizeClass;
using hallmark::TypeDescription;
using hallmark::TypeNumber;
using hallmark::testing::kNodeSlots;
using hallmark::testing::trace_last;

constexpr std::size_t kMiB = std::size_t{1} << 20;

class AllocatorTest : public testing::Test {
 protected:
  template <class Action>
  static std::string error_of(Action action) {
    try {
      action();
    } catch (const HeapError& error) {
      return error.what();
    }
    return "no error";
  }

  PageHeap heap{{.max_bytes = 16 * kMiB}};
  const TypeNumber node = heap.register_type(TypeDescription::with_members("Node", 48, kNodeSlots));
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  const TypeNumber sized = heap.register_type(TypeDescription::with_trace("Sized", 0, trace_last));
};

TEST_F(AllocatorTest, FillsAPageCellByCell) {
  Allocator allocator(heap, 7);
  const std::size_t cells = kPageBytes / 48;
  const Address first = allocator.allocate(node);
  for (std::size_t i = 1; i < cells; ++i) ASSERT_EQ(allocator.allocate(node), first + i * 48);
  const Address next = allocator.allocate(node);
  EXPECT_NE(heap.page_of(next), heap.page_of(first));
  EXPECT_EQ(heap.header(heap.page_of(next)).owner_thread, 7U);
  EXPECT_FALSE(heap.header(heap.page_of(first)).in_allocator);
  EXPECT_TRUE(heap.header(heap.page_of(next)).in_allocator);
  EXPECT_EQ(allocator.requests(), 2U);
}

TEST_F(AllocatorTest, GivesEachTypeAndSizePagesOfItsOwn) {
  Allocator allocator(heap, 0);
  std::set<std::size_t> pages;
  pages.insert(heap.page_of(allocator.allocate(node)));
  pages.insert(heap.page_of(allocator.allocate(array, 48)));
  pages.insert(heap.page_of(allocator.allocate(array, 49)));
  pages.insert(heap.page_of(allocator.allocate(sized, 48)));
  EXPECT_EQ(pages.size(), 4U);
  EXPECT_EQ(heap.page_of(allocator.allocate(array, 33)), heap.page_of(allocator.allocate(array, 48)));
}

TEST_F(AllocatorTest, TakesTheFreeCellsOfASweptPage) {
  std::mt19937 random(1);
  Allocator allocator(heap, 0);
  std::vector<Address> objects;
  for (std::size_t i = 0; i < kPageBytes / 48; ++i) objects.push_back(allocator.allocate(node));
  std::vector<Address> dead;
  for (const Address object : objects) {
    std::fill_n(object, 48, std::byte{0xFF});
    if (random() % 3 == 0) {
      dead.push_back(object);
    } else {
      heap.try_mark<Markers::one>(object);
    }
  }
  allocator.release_pages();
  heap.sweep();
  std::vector<Address> again;
  for (std::size_t i = 0; i < dead.size(); ++i) {
    again.push_back(allocator.allocate(node));
    ASSERT_TRUE(std::all_of(again[i], again[i] + 48, [](std::byte byte) { return byte == std::byte{0}; })) << "DP8";
    ASSERT_FALSE(heap.is_marked(again[i])) << "DP8";
  }
  EXPECT_EQ(again, dead) << "those that are free, in the order of memory";
  EXPECT_NE(heap.page_of(allocator.allocate(node)), heap.page_of(dead[0]));
}

TEST_F(AllocatorTest, LeavesPagesWithRoomToOthers) {
  Allocator first(heap, 1);
  Allocator second(heap, 2);
  const Address one = first.allocate(node);
  const Address other = second.allocate(node);
  EXPECT_NE(heap.page_of(one), heap.page_of(other));
  first.release_pages();
  Allocator third(heap, 3);
  const Address next = third.allocate(node);
  EXPECT_EQ(next, one + 48);
  EXPECT_EQ(heap.header(heap.page_of(next)).owner_thread, 3U);
  EXPECT_NE(heap.page_of(first.allocate(node)), heap.page_of(next));
}

TEST_F(AllocatorTest, GivesUpItsPagesAtItsEnd) {
  Address first = nullptr;
  {
    Allocator allocator(heap, 1);
    first = allocator.allocate(node);
  }
  EXPECT_FALSE(heap.header(heap.page_of(first)).in_allocator);
  Allocator allocator(heap, 2);
  EXPECT_EQ(allocator.allocate(node), first + 48);
}

TEST_F(AllocatorTest, AFullPageIsNotGivenBackAsOneWithRoom) {
  {
    Allocator allocator(heap, 1);
    for (std::size_t i = 0; i < kPageBytes / 48; ++i) allocator.allocate(node);
  }
  Allocator allocator(heap, 2);
  EXPECT_EQ(heap.page_of(allocator.allocate(node)), 1U);
}

TEST_F(AllocatorTest, GivesALargeObjectPagesOfItsOwn) {
  Allocator allocator(heap, 5);
  const Address small = allocator.allocate(array, kMostSmallBytes);
  const Address large = allocator.allocate(array, kMostSmallBytes + 1);
  EXPECT_EQ(heap.bytes_of(small), kMostSmallBytes);
  EXPECT_EQ(heap.bytes_of(large), kMostSmallBytes + 1);
  EXPECT_EQ(large, heap.begin_of(heap.page_of(large)));
  EXPECT_EQ(heap.header(heap.page_of(large)).owner_thread, 5U);
  EXPECT_EQ(allocator.allocate(array, 16 * kMiB), nullptr) << "there is no such row of pages";
  EXPECT_EQ(allocator.allocate(array, 17 * kMiB), nullptr);
  EXPECT_NE(allocator.allocate(array, 16 * kMiB - 2 * kPageBytes), nullptr);
}

TEST_F(AllocatorTest, SaysWhatIsWrongWithASize) {
  Allocator allocator(heap, 0);
  EXPECT_EQ(error_of([&] { allocator.allocate(array); }),
            "hallmark: type \"Array\" has no size of its own: say how many bytes this object has");
  EXPECT_EQ(error_of([&] { allocator.allocate(sized); }),
            "hallmark: type \"Sized\" has no size of its own: say how many bytes this object has");
  EXPECT_EQ(error_of([&] { allocator.allocate(node, 40); }),
            "hallmark: type \"Node\" has no objects of 40 bytes: its description says 48");
  EXPECT_EQ(error_of([&] { allocator.allocate(node, 0); }),
            "hallmark: type \"Node\" has no objects of 0 bytes: its description says 48");
  EXPECT_EQ(error_of([&] { allocator.allocate(array, 0); }),
            "hallmark: type \"Array\" has no objects of 0 bytes: its description says 0");
  EXPECT_EQ(heap.page_count(), 0U) << "nothing was taken";
  EXPECT_NE(allocator.allocate(node, 48), nullptr);
}

TEST_F(AllocatorTest, ReturnsNothingWhenMemoryIsOutAndGoesOnAfterASweep) {
  Allocator allocator(heap, 0);
  std::size_t objects = 0;
  while (allocator.allocate(node) != nullptr) ++objects;
  EXPECT_EQ(objects, 16 * kMiB / kPageBytes * (kPageBytes / 48));
  EXPECT_EQ(allocator.allocate(node), nullptr);
  EXPECT_EQ(allocator.allocate(array, 16), nullptr);
  EXPECT_EQ(allocator.allocate(array, kPageBytes), nullptr);
  heap.sweep();
  for (std::size_t i = 0; i < objects - kPageBytes / 48; ++i) ASSERT_NE(allocator.allocate(node), nullptr);
}

// Threads allocate at once, each with an allocator of its own; nothing overlaps, nothing is lost.
TEST_F(AllocatorTest, WorksInSeveralThreadsAtOnce) {
  constexpr unsigned kThreads = 4;
  std::array<std::vector<std::pair<Address, std::size_t>>, kThreads> made;
  const auto run = [&](unsigned number) {
    std::mt19937 random(number);
    auto allocator = std::make_unique<Allocator>(heap, number);
    for (int i = 0; i < 4000; ++i) {
      const std::size_t bytes = i % 500 == 499 ? 100'000 : 1 + random() % 600;
      const Address at = i % 2 == 0 ? allocator->allocate(node) : allocator->allocate(array, bytes);
      if (at == nullptr) continue;
      const std::size_t used = i % 2 == 0 ? 48 : bytes;
      std::fill_n(at, used, static_cast<std::byte>(number + 1));
      made[number].emplace_back(at, used);
      if (i % 1000 == 999) allocator->release_pages();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < kThreads; ++number) threads.emplace_back(run, number);
  for (std::thread& thread : threads) thread.join();
  std::size_t objects = 0;
  for (unsigned number = 0; number < kThreads; ++number) {
    for (const auto& [at, bytes] : made[number]) {
      ASSERT_TRUE(heap.is_object(at));
      ASSERT_TRUE(std::all_of(at, at + bytes, [&](std::byte b) { return b == static_cast<std::byte>(number + 1); }));
    }
    objects += made[number].size();
  }
  std::size_t found = 0;
  heap.for_each_object([&](Address) { ++found; });
  EXPECT_EQ(found, objects);
  EXPECT_GT(objects, kThreads * 3900U);
}

}  // namespace
