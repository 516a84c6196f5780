// ParallelMarker: what a user of it sees; and the system that refuses a thread.
#include <hallmark/mark/parallel_marker.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <new>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "tests/mark/marking_graph.hpp"
#include "tests/mark/marking_team.hpp"
#include "tests/mark/refusing_new.hpp"

namespace {

using hallmark::Address;
using hallmark::Allocator;
using hallmark::BasicParallelMarker;
using hallmark::HeapError;
using hallmark::MarkConfig;
using hallmark::PageHeap;
using hallmark::ParallelMarker;
using hallmark::RootCounts;
using hallmark::TypeDescription;
using hallmark::TypeNumber;
using hallmark::testing::CountingHeap;
using hallmark::testing::FlakyMemory;
using hallmark::testing::Graph;
using hallmark::testing::make_random_graph;

MarkConfig workers(unsigned count) {
  MarkConfig config;
  config.max_workers = count;
  return config;
}

TEST(ParallelMarker, MarksOnThePageHeapAndTheSweepFreesTheRest) {
  PageHeap heap({.max_bytes = std::size_t{16} << 20});
  const TypeNumber pair = heap.register_type(TypeDescription::with_members("Pair", 16, hallmark::testing::kPairSlots));
  Allocator allocator(heap, 0);
  for (const unsigned count : {1U, 2U, 16U}) {
    ParallelMarker marker(heap, workers(count));
    std::vector<Address> nodes;
    for (int i = 0; i < 20'000; ++i) {
      nodes.push_back(allocator.allocate(pair));
      if (i > 1) reinterpret_cast<hallmark::Slot*>(nodes[nodes.size() - 3])->store_stopped(nodes.back());
    }
    heap.clear_marks();
    const std::array<Address, 1> roots{nodes[0]};
    const RootCounts counts = marker.mark(roots);
    EXPECT_EQ(counts.marked, 1U);
    EXPECT_EQ(marker.coordinator().counts().marked, 10'000U);
    EXPECT_EQ(heap.sweep().live_objects, 10'000U);
    for (std::size_t i = 0; i < nodes.size(); ++i) ASSERT_EQ(heap.is_object(nodes[i]), i % 2 == 0);
    heap.clear_marks();
    EXPECT_EQ(heap.sweep().live_objects, 0U);
  }
}

TEST(ParallelMarker, AgreesWithTheSearchWithEachNumberOfWorkers) {
  std::mt19937_64 random(1);
  CountingHeap heap(std::size_t{64} << 20);
  Graph graph(heap);
  make_random_graph(graph, random, 5000);
  for (unsigned count = 1; count <= 16; ++count) {
    BasicParallelMarker<CountingHeap> marker(heap, workers(count));
    EXPECT_EQ(marker.coordinator().workers(), count);
    for (std::size_t i = 0; i < 5; ++i) {
      heap.clear_marks();
      const std::array<Address, 2> roots{graph.at(i), graph.at(4999 - i)};
      marker.mark(roots);
      ASSERT_EQ(graph.mismatch(graph.search({i, 4999 - i})), "") << count << " workers";
    }
  }
}

TEST(ParallelMarker, EndsWithoutAMarking) {
  PageHeap heap({.max_bytes = 1});
  for (const unsigned count : {1U, 16U}) ParallelMarker marker(heap, workers(count));
}

TEST(ParallelMarker, GivesSegmentsBackWhenItIsTrimmedAndAtItsEnd) {
  FlakyMemory::refuse(~std::uint64_t{0}, 0);
  CountingHeap heap(std::size_t{16} << 20);
  Graph graph(heap);
  const std::size_t array = graph.add(Graph::Kind::array, 20'000);
  for (std::size_t i = 0; i < 20'000; ++i) graph.connect(array, i, graph.add(Graph::Kind::leaf));
  {
    BasicParallelMarker<CountingHeap, FlakyMemory> marker(heap, workers(1));
    const std::array<Address, 1> roots{graph.at(array)};
    marker.mark(roots);
    const auto before = FlakyMemory::out.load();
    marker.trim();
    EXPECT_LE(FlakyMemory::out.load(), 2) << "one in use and a spare";
    EXPECT_GE(before, FlakyMemory::out.load());
  }
  EXPECT_EQ(FlakyMemory::out.load(), 0);
}

// A part that was stored into is that part, and not the array, after the grey set has had it.
TEST(ParallelMarker, ARememberedPartIsTracedAloneThoughMemoryIsRefused) {
  PageHeap heap({.max_bytes = std::size_t{64} << 20});
  const TypeNumber array = heap.register_type(TypeDescription::of_references("Array"));
  Allocator allocator(heap, 0);
  constexpr std::size_t kSlots = 1'000'000;
  constexpr std::size_t kSlotsOfPart = PageHeap::kPartBytes / 8;
  const Address object = allocator.allocate(array, kSlots * 8);
  for (const unsigned count : {1U, 4U}) {
    BasicParallelMarker<PageHeap, FlakyMemory> marker(heap, workers(count));
    FlakyMemory::refuse(0, 0);
    heap.clear_marks();
    const std::array<Address, 1> roots{object};
    marker.mark(roots);
    EXPECT_EQ(marker.coordinator().counts().slots, kSlots);
    for (const std::size_t slot : {std::size_t{0}, kSlotsOfPart - 1, kSlotsOfPart, kSlots / 2}) {
      SCOPED_TRACE(testing::Message() << count << " workers, slot " << slot);
      const Address at = object + slot * 8;
      marker.coordinator().begin(hallmark::MarkPhase::minor);
      marker.coordinator().distribute_remembered(heap.item_of_dirty_bit(heap.page_of(at), heap.dirty_bit_of_part(at)));
      marker.coordinator().mark();
      const auto counts = marker.coordinator().counts();
      EXPECT_EQ(counts.refused, 1U);
      EXPECT_EQ(counts.traced, 1U);
      EXPECT_EQ(counts.slots, kSlotsOfPart);
    }
  }
}

TEST(ParallelMarker, RefusesMoreWorkersThanThereMayBe) {
  PageHeap heap({.max_bytes = 1});
  EXPECT_THROW(ParallelMarker marker(heap, workers(17)), HeapError);
  EXPECT_THROW(ParallelMarker marker(heap, workers(0)), HeapError);
}

#ifdef HALLMARK_THREADS_CAN_BE_REFUSED
// Address space for the stacks of threads runs out.
TEST(ParallelMarker, SaysSoWhenTheSystemRefusesAThread) {
  PageHeap heap({.max_bytes = 1});
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  rlimit stack{};
  ASSERT_EQ(getrlimit(RLIMIT_STACK, &stack), 0);
  ASSERT_NE(stack.rlim_cur, RLIM_INFINITY);
  // Room for about five of fifteen.
  const rlimit limited{pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) + 5 * stack.rlim_cur, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limited), 0);
  std::string error = "no error";
  try {
    ParallelMarker marker(heap, workers(16));
  } catch (const HeapError& refused) {
    error = refused.what();
  }
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_EQ(error.find("hallmark: no thread for worker "), 0U) << error;
  EXPECT_NE(error.find("lower max_workers, or raise the limit of threads (ulimit -u)"), std::string::npos) << error;
  ParallelMarker marker(heap, workers(16));
}

// The allocations of the constructor are those of its threads.
TEST(ParallelMarker, EndsTheThreadsThatItHasWhenMemoryForAnotherIsRefused) {
  using hallmark::testing::allocations_granted;
  PageHeap heap({.max_bytes = 1});
  unsigned refused = 0;
  for (int granted = 0;; ++granted) {
    ASSERT_LT(granted, 1000);
    allocations_granted = granted;
    try {
      ParallelMarker marker(heap, workers(8));
      allocations_granted = -1;
      break;
    } catch (const std::bad_alloc&) {
      allocations_granted = -1;
      ++refused;
    }
  }
  EXPECT_GE(refused, 7U);
}
#endif

}  // namespace
