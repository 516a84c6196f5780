// AR4 marking, AR5 sweep, AR6 compaction, AR7 tracing, AR9 stress mode, AR10 complexity by counters. The rows are
// defined in proofs/arena/arena.md.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <optional>
#include <type_traits>
#include <vector>

#include "tests/arena/types.hpp"

namespace hallmark::testing {
namespace {

template <class A>
class Heap {
 public:
  explicit Heap(std::size_t bytes) : memory_(bytes / 8 + 1), arena(memory_.data(), bytes) {}

 private:
  std::vector<std::uint64_t> memory_;

 public:
  A arena;
};

using Plain = Observed<Poisoning<ArenaOptions>>;

/// A list of pairs in which every block is reached from two sides, and whose order of addresses is the worst for a
/// stack: a comb, each tooth of which is pushed before the next bone is popped.
template <class A>
HeapIndex make_comb(A& arena, std::uint32_t teeth) {
  HeapIndex bone;
  for (std::uint32_t i = 0; i < teeth; ++i) {
    const HeapIndex tooth = arena.template try_allocate<Leaf>().index;
    const HeapIndex next = arena.template try_allocate<Pair>().index;
    arena.template get<Pair>(next)->first = tooth;
    arena.template get<Pair>(next)->second = bone;
    bone = next;
  }
  return bone;
}

template <std::uint32_t kSlots>
void expect_exact_marking_with_slots() {
  using Small = Observed<WithSlots<Poisoning<ArenaOptions>, kSlots>>;
  constexpr std::uint32_t kTeeth = 100;
  Heap<Small> heap(10'000);
  Small& arena = heap.arena;
  const typename Small::template ScopedRoot<Pair> root(arena, make_comb(arena, kTeeth));
  (void)make_comb(arena, 10);  // dead
  const HeapIndex wide = arena.template try_allocate<Array>(50 * 4).index;
  const typename Small::template ScopedRoot<Array> array(arena, wide);
  for (int i = 0; i < 50; ++i) Array::elements(*array)[i] = arena.template try_allocate<Leaf>().index;
  arena.collect();
  const ArenaStatistics& statistics = arena.statistics();
  EXPECT_EQ(statistics.last_marked, 2 * kTeeth + 51);
  EXPECT_EQ(statistics.last_traced, statistics.last_marked) << "each marked block once: nothing is looked for again";
  EXPECT_EQ(statistics.last_freed, 20U);
  EXPECT_LE(statistics.last_gap_bytes, 4 * kSlots);
  // The array alone pushes fifty blocks, of which the stack takes what it has slots for.
  EXPECT_GE(statistics.last_overflows, kSlots == 0 ? 2 * kTeeth + 51 : 50 - kSlots);
  EXPECT_LE(statistics.last_overflows, statistics.last_marked);
}

TEST(AR4Marking, IsExactWithAGapOfNoSlot) { expect_exact_marking_with_slots<0>(); }
TEST(AR4Marking, IsExactWithAGapOfOneSlot) { expect_exact_marking_with_slots<1>(); }
TEST(AR4Marking, IsExactWithAGapOfTwoSlots) { expect_exact_marking_with_slots<2>(); }

TEST(AR4Marking, IsExactWhenTheGapItselfIsEmpty) {
  for (std::uint32_t gap = 0; gap <= 3; ++gap) {
    Heap<Plain> heap(10'000);
    Plain& arena = heap.arena;
    const Plain::ScopedRoot<Pair> root(arena, make_comb(arena, 100));
    ASSERT_NE(arena.reserve(arena.gap_bytes() - gap * 8), nullptr);
    ASSERT_EQ(arena.gap_bytes(), gap * 8);
    arena.compact();
    EXPECT_EQ(arena.statistics().last_marked, 200U);
    EXPECT_EQ(arena.statistics().last_traced, 200U);
    EXPECT_LE(arena.statistics().last_gap_bytes, gap * 8);
    std::uint32_t bones = 0;
    for (HeapIndex bone = root.index(); bone; bone = arena.get<Pair>(bone)->second) ++bones;
    EXPECT_EQ(bones, 100U);
  }
}

TEST(AR4Marking, FollowsCyclesSelfReferencesAndSharedBlocksOnce) {
  Heap<Plain> heap(2'000);
  Plain& arena = heap.arena;
  const HeapIndex a = arena.try_allocate<Pair>().index;
  const HeapIndex b = arena.try_allocate<Pair>().index;
  const HeapIndex garbage = arena.try_allocate<Pair>().index;
  *arena.get<Pair>(a) = {0, a, b};
  *arena.get<Pair>(b) = {1, a, a};
  *arena.get<Pair>(garbage) = {2, garbage, a};
  const Plain::ScopedRoot<Pair> root(arena, b);
  arena.collect();
  EXPECT_EQ(arena.statistics().last_traced, 2U);
  EXPECT_EQ(arena.statistics().last_freed, 1U);
}

TEST(AR5Sweep, MergesDeadNeighboursLowersTheTopAndClearsMarks) {
  Heap<Plain> heap(2'000);
  Plain& arena = heap.arena;
  for (int i = 0; i < 3; ++i) (void)arena.try_allocate<Leaf>();
  const Plain::ScopedRoot<Leaf> first(arena, arena.try_allocate<Leaf>().index);
  (void)arena.try_allocate<Pair>();
  std::optional<Plain::ScopedRoot<Leaf>> second(std::in_place, arena, arena.try_allocate<Leaf>().index);
  for (int i = 0; i < 3; ++i) (void)arena.try_allocate<Leaf>();
  arena.collect();
  EXPECT_EQ(arena.top_bytes(), 5U * 16U + 24U);
  EXPECT_EQ(arena.header_at(0).size(), 48U);
  EXPECT_TRUE(arena.header_at(0).is_free());
  EXPECT_EQ(arena.header_at(8).size(), 24U);
  second.reset();
  arena.collect();
  EXPECT_EQ(arena.top_bytes(), 4U * 16U);
  EXPECT_EQ(first.index().offset(), 48U) << "nothing moves";
  EXPECT_FALSE(arena.header_at(6).is_marked());
}

std::vector<std::uint32_t> finalized_ids;

TEST(AR5Sweep, RunsFinalisersOfDeadAndFreedBlocksOnceWithTheirContents) {
  finalized_ids.clear();
  Leaf::on_finalize = [](const Leaf& leaf) { finalized_ids.push_back(leaf.id); };
  Heap<Plain> heap(2'000);
  Plain& arena = heap.arena;
  std::vector<Plain::Root<Leaf>> roots;
  for (std::uint32_t i = 1; i <= 6; ++i) {
    const HeapIndex leaf = arena.try_allocate<Leaf>().index;
    arena.get<Leaf>(leaf)->id = i;
    if (i % 2 == 0) roots.emplace_back(arena, leaf);
    (void)arena.try_allocate<Pair>();  // has no finaliser
  }
  arena.collect();
  EXPECT_EQ(finalized_ids, (std::vector<std::uint32_t>{1, 3, 5}));
  arena.compact();
  arena.collect();
  EXPECT_EQ(finalized_ids.size(), 3U);
  const HeapIndex last = roots.back().index();
  roots.pop_back();
  EXPECT_EQ(arena.free_last(last), ArenaStatus::ok);
  EXPECT_EQ(finalized_ids.back(), 6U);
  EXPECT_EQ(arena.statistics().finalized, 4U);
  Leaf::on_finalize = nullptr;
}

TEST(AR6Compaction, MovesBlocksRewritesReferencesAndRootsKeepsOrderAndLowersTheTop) {
  for (const Forwarding forwarding : {Forwarding::in_place, Forwarding::table}) {
    Heap<Plain> heap(4'000);
    Plain& arena = heap.arena;
    const Plain::ScopedRoot<Array> all(arena, arena.try_allocate<Array>(20 * 4).index);
    for (std::uint32_t i = 0; i < 20; ++i) {
      for (std::uint32_t dead = 0; dead < i % 3; ++dead) (void)arena.try_allocate<Leaf>();
      const HeapIndex pair = arena.try_allocate<Pair>().index;
      *arena.get<Pair>(pair) = {i, pair, all.index()};
      Array::elements(*all)[i] = pair;
    }
    arena.compact(forwarding);
    EXPECT_EQ(arena.top_bytes(), 96U + 20U * 24U);
    EXPECT_EQ(arena.statistics().last_moved, 19U);
    EXPECT_EQ(arena.statistics().table_fallbacks, 0U);
    for (std::uint32_t i = 0; i < 20; ++i) {
      const HeapIndex pair = Array::elements(*all)[i];
      EXPECT_EQ(pair.offset(), 96U + i * 24U) << "in the old order";
      EXPECT_EQ(arena.get<Pair>(pair)->id, i);
      EXPECT_EQ(arena.get<Pair>(pair)->first, pair);
      EXPECT_EQ(arena.get<Pair>(pair)->second, all.index());
    }
  }
}

TEST(AR6Compaction, InPlaceUsesNoMemoryBeyondTheHeapEvenWithoutAGap) {
  std::vector<std::uint64_t> memory(300, 0xABABABABABABABABU);
  {
    // The arena has the middle of the memory; no gap, everything above is reserved.
    Observed<WithSlots<ArenaOptions, 0>> arena(memory.data() + 20, 260 * 8);
    decltype(arena)::ScopedRoot<Pair> list(arena);
    while (arena.gap_bytes() >= 400) {
      (void)arena.try_allocate<Leaf>();
      const HeapIndex pair = arena.try_allocate<Pair>().index;
      arena.get<Pair>(pair)->first = list.index();
      list.set(pair);
    }
    const std::uint32_t gap = arena.gap_bytes();
    auto* const reserved = static_cast<unsigned char*>(arena.reserve(gap));
    std::memset(reserved, 0xCD, gap);
    arena.compact();
    EXPECT_GT(arena.statistics().last_moved, 30U);
    EXPECT_EQ(arena.statistics().last_gap_bytes, 0U);
    for (std::uint32_t i = 0; i < gap; ++i) ASSERT_EQ(reserved[i], 0xCD);
  }
  for (std::size_t i = 0; i < memory.size(); ++i) {
    if (i < 20 || i >= 280) {
      ASSERT_EQ(memory[i], 0xABABABABABABABABU) << "outside the buffer";
    }
  }
}

TEST(AR6Compaction, FallsBackToInPlaceWhenTheTableDoesNotFit) {
  for (std::uint32_t entries = 0; entries <= 6; ++entries) {
    Heap<Observed<WithSlots<ArenaOptions, 0>>> heap(4'000);
    auto& arena = heap.arena;
    std::remove_reference_t<decltype(arena)>::ScopedRoot<Pair> list(arena);
    for (std::uint32_t i = 0; i < 20; ++i) {
      (void)arena.try_allocate<Leaf>();
      const HeapIndex pair = arena.try_allocate<Pair>().index;
      *arena.get<Pair>(pair) = {i, list.index(), HeapIndex()};
      list.set(pair);
    }
    ASSERT_EQ(arena.top_unit(), 100U) << "four regions of 32 units, the last begun";
    ASSERT_NE(arena.reserve(arena.gap_bytes() - entries * 8), nullptr);
    arena.compact(Forwarding::table);
    EXPECT_EQ(arena.statistics().table_fallbacks, entries < 4 ? 1U : 0U) << entries;
    EXPECT_EQ(arena.statistics().last_gap_bytes, entries < 4 ? 0U : 4U * 8U);
    EXPECT_EQ(arena.statistics().last_moved, 20U);
    std::uint32_t expected = 20;
    for (HeapIndex pair = list.index(); pair; pair = arena.get<Pair>(pair)->first) {
      EXPECT_EQ(arena.get<Pair>(pair)->id, --expected);
    }
    EXPECT_EQ(expected, 0U);
  }
}

// A region has 32 units: blocks from a part of one to more than two, which start at each of its units, beside each
// other and behind dead ones; in a gap whose every bit is set, for an entry that nobody wrote.
TEST(AR6Compaction, TheTableHoldsBlocksOfEverySizeAtEveryUnitOfARegion) {
  for (std::uint32_t dead = 2; dead < 34; ++dead) {
    for (std::uint32_t units = 2; units <= 70; ++units) {
      Heap<Plain> heap(4'000);
      Plain& arena = heap.arena;
      constexpr std::uint32_t kLive = 5;
      const Plain::ScopedRoot<Array> all(arena, arena.try_allocate<Array>(kLive * 4).index);
      const std::uint32_t sizes[kLive] = {units, 2, 3, units, 2};
      for (std::uint32_t i = 0; i < kLive; ++i) {
        if (i % 2 == 0) (void)arena.try_allocate<Array>((dead - 2) * 8);
        Array::elements(*all)[i] = arena.try_allocate<Array>((sizes[i] - 2) * 8).index;
      }
      unpoison_memory(arena.memory() + arena.top_bytes(), arena.gap_bytes());
      std::memset(arena.memory() + arena.top_bytes(), 0xFF, arena.gap_bytes());
      poison_memory(arena.memory() + arena.top_bytes(), arena.gap_bytes());
      arena.compact(Forwarding::table);
      ASSERT_EQ(arena.statistics().table_fallbacks, 0U);
      std::uint32_t expected = arena.header_at(0).units();
      for (std::uint32_t i = 0; i < kLive; ++i) {
        ASSERT_EQ(Array::elements(*all)[i], arena.index_at(expected)) << dead << " dead, " << units << ", block " << i;
        expected += sizes[i];
      }
      ASSERT_EQ(arena.top_unit(), expected);
    }
  }
}

TEST(AR6Compaction, PoisonsFreeSpaceAndMovedFromPlaces) {
  if (!kAddressSanitizer) GTEST_SKIP() << "needs AddressSanitizer";
  Heap<Plain> heap(1'000);
  Plain& arena = heap.arena;
  const HeapIndex dead = arena.try_allocate<Pair>().index;
  const HeapIndex live = arena.try_allocate<Pair>().index;
  const void* const dead_payload = arena.payload_at(dead.unit());
  const auto* const old_payload = static_cast<unsigned char*>(arena.payload_at(live.unit()));
  const Plain::ScopedRoot<Pair> root(arena, live);
  EXPECT_TRUE(is_poisoned(arena.memory() + arena.top_bytes())) << "the gap";
  EXPECT_FALSE(is_poisoned(dead_payload));
  arena.collect();
  EXPECT_TRUE(is_poisoned(dead_payload)) << "a dead block";
  EXPECT_FALSE(is_poisoned(old_payload));
  arena.compact();
  EXPECT_TRUE(is_poisoned(old_payload)) << "a place that a block has left";
  EXPECT_TRUE(is_poisoned(old_payload + 15));
  EXPECT_FALSE(is_poisoned(root.get()));
  void* const reserved = arena.reserve(16);
  EXPECT_FALSE(is_poisoned(reserved));
  arena.release(16);
  EXPECT_TRUE(is_poisoned(reserved));
}

TEST(AR7Tracing, VisitsListedMembersVariableLengthsAndNothingElse) {
  Pair pair{1, HeapIndex::of_unit(5), HeapIndex::of_unit(6)};
  std::vector<HeapIndex> seen;
  const auto visit = [&](HeapIndex& reference) { seen.push_back(reference); };
  trace_references(pair, 16, visit);
  EXPECT_EQ(seen, (std::vector<HeapIndex>{pair.first, pair.second}));
  seen.clear();
  Leaf leaf{9};
  trace_references(leaf, 8, visit);
  EXPECT_TRUE(seen.empty());
  static_assert(HasFinalizer<Leaf> && !HasFinalizer<Pair> && !HasFinalizer<Array>);
  alignas(Array) std::array<HeapIndex, 2 + 3> memory;
  Array& array = *::new (memory.data()) Array();
  for (std::uint32_t i = 0; i < 3; ++i) Array::elements(array)[i] = HeapIndex::of_unit(i);
  trace_references(array, sizeof memory, [](HeapIndex& reference) { reference = HeapIndex::of_unit(40); });
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_EQ(Array::elements(array)[i].unit(), 40U) << "references may be rewritten";
}

struct Node {
  Node* left = nullptr;
  Node* right = nullptr;
  static constexpr References<&Node::left, &Node::right> kReferences{};
};

TEST(AR7Tracing, DoesNotDependOnWhatAReferenceIs) {
  Node leaf;
  Node root{&leaf, &leaf};
  int visits = 0;
  trace_references(root, sizeof root, [&](Node*& reference) { visits += reference == &leaf ? 1 : 0; });
  EXPECT_EQ(visits, 2);
}

template <class Options>
void expect_everything_moves_at_each_allocation() {
  Heap<Observed<Options>> heap(10'000);
  auto& arena = heap.arena;
  using A = Observed<Options>;
  typename A::template ScopedRoot<Pair> list(arena);
  std::vector<std::uint32_t> before;
  bool up = false;
  bool down = false;
  for (std::uint32_t i = 0; i < 60; ++i) {
    before.clear();
    arena.for_each_block([&](HeapIndex index, std::uint32_t) { before.push_back(index.offset()); });
    const std::uint32_t first = arena.first_bytes();
    const HeapIndex pair = arena.template allocate<Pair>().index;
    ASSERT_EQ(arena.statistics().last_moved, arena.statistics().last_marked);
    up = up || arena.first_bytes() > first;
    down = down || arena.first_bytes() < first;
    // Each third is garbage, so that later movements find dead blocks of this very size before live ones.
    *arena.template get<Pair>(pair) = {i, list.index(), HeapIndex()};
    if (i % 3 != 0) list.set(pair);
  }
  EXPECT_TRUE(up);
  EXPECT_TRUE(down);
  std::uint32_t count = 0;
  for (HeapIndex pair = list.index(); pair; pair = arena.template get<Pair>(pair)->first) ++count;
  EXPECT_EQ(count, 40U);
  EXPECT_EQ(arena.statistics().collections, 60U);
}

struct UncheckedStress : Poisoning<ArenaOptions> {
  static constexpr bool kStress = true;
  [[noreturn]] static void fatal(const ArenaReport& report) { report_and_abort(report); }
};

TEST(AR9Stress, MovesEveryLiveBlockAtEachAllocation) {
  expect_everything_moves_at_each_allocation<Poisoning<StressedArenaOptions>>();
  expect_everything_moves_at_each_allocation<UncheckedStress>();
}

TEST(AR9Stress, MovesEverythingEvenWhenTheHeapIsFull) {
  Heap<Observed<UncheckedStress>> heap(1'000);
  auto& arena = heap.arena;
  Observed<UncheckedStress>::ScopedRoot<Pair> list(arena);
  std::uint32_t fitted = 0;
  for (;; ++fitted) {
    const auto [pair, status] = arena.allocate<Pair>();
    if (status != ArenaStatus::ok) break;
    arena.get<Pair>(pair)->first = list.index();
    list.set(pair);
  }
  EXPECT_EQ(fitted, (1'000U - 8U) / 24U) << "all but the pad";
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(arena.allocate<Pair>().status, ArenaStatus::out_of_memory);
    EXPECT_EQ(arena.statistics().last_marked, fitted);
  }
}

TEST(AR9Stress, PoisonsTheOldPlaces) {
  Heap<Observed<UncheckedStress>> heap(1'000);
  auto& arena = heap.arena;
  const Observed<UncheckedStress>::ScopedRoot<Leaf> root(arena, arena.allocate<Leaf>().index);
  const void* const at_first = root.get();
  (void)arena.allocate<Leaf>();
  EXPECT_NE(root.get(), at_first);
  if (kAddressSanitizer) {
    EXPECT_TRUE(is_poisoned(static_cast<const unsigned char*>(at_first) - 8)) << "the header was at the heap's start";
  }
}

// AR10, by counters: each phase meets each block and each reference a fixed number of times.
template <class Options>
void expect_linear_work() {
  for (const std::uint32_t teeth : {100U, 1'000U, 10'000U}) {
    Heap<Observed<Options>> heap(teeth * 60);
    auto& arena = heap.arena;
    const typename Observed<Options>::template ScopedRoot<Pair> root(arena, make_comb(arena, teeth));
    (void)make_comb(arena, teeth / 4);
    arena.compact();
    const ArenaStatistics& statistics = arena.statistics();
    EXPECT_EQ(statistics.last_traced, 2 * teeth);
    EXPECT_EQ(statistics.last_walked, 2 * teeth + teeth / 2);
    EXPECT_EQ(statistics.collections, 1U);
  }
}

TEST(AR10Complexity, EachBlockIsTracedOnceAndWalkedOnceWhateverTheGap) {
  expect_linear_work<ArenaOptions>();
  expect_linear_work<WithSlots<ArenaOptions, 0>>();
  expect_linear_work<WithSlots<ArenaOptions, 2>>();
}

TEST(AR10Complexity, EachReferenceCostsOneEntryOfTheTableWhateverTheNumberOfRuns) {
  for (const std::uint32_t pairs : {100U, 1'000U, 10'000U}) {
    Heap<Plain> heap(pairs * 50);
    Plain& arena = heap.arena;
    const Plain::ScopedRoot<Pair> first(arena, arena.try_allocate<Pair>().index);
    HeapIndex last = first.index();
    for (std::uint32_t i = 1; i < pairs; ++i) {
      (void)arena.try_allocate<Leaf>();
      const HeapIndex pair = arena.try_allocate<Pair>().index;
      arena.get<Pair>(last)->first = pair;
      arena.get<Pair>(pair)->second = first.index();
      last = pair;
    }
    const std::uint32_t units = arena.top_unit();
    arena.compact(Forwarding::table);
    EXPECT_EQ(arena.statistics().table_fallbacks, 0U);
    EXPECT_EQ(arena.statistics().last_moved, pairs - 1);
    EXPECT_EQ(arena.statistics().last_table_reads, 1 + 2 * (pairs - 1)) << "the root, and two references for each pair";
    EXPECT_EQ(arena.statistics().last_gap_bytes, (units + 31) / 32 * 8);
    (void)arena.try_allocate<Leaf>();
    arena.get<Pair>(first.index())->first = HeapIndex();
    arena.compact();
    EXPECT_EQ(arena.statistics().last_table_reads, 0U) << "in place, there is no table";
  }
}

}  // namespace
}  // namespace hallmark::testing
