// Every sequence of up to HALLMARK_TEST_DEPTH operations (at least six), against the model: blocks,
// places, references, roots, finalisers and the heap's top are compared after each step. The heap is so small that
// allocations are refused, tables do not fit and marking runs out of slots.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/arena/search.hpp"

namespace hallmark::testing {
namespace {

constexpr unsigned kDepth = HALLMARK_TEST_DEPTH;
static_assert(kDepth >= 6);

// Without a slot, every grey block goes through the reserved bits of its header; with one, some do.
struct FewRoots : WithSlots<ArenaOptions, 0> {
  static constexpr std::size_t kRoots = 2;
};
struct FewRootsChecked : FewRoots {
  static constexpr bool kChecked = true;
  static constexpr std::uint32_t kMarkStackSlots = 1;
};
struct FewRootsStressed : FewRoots {
  static constexpr bool kStress = true;
  static constexpr std::uint32_t kMarkStackSlots = 1;
};

TEST(ArenaExhaustive, EverySequenceAgreesWithTheModel) {
  const Search<Observed<FewRoots>> search(kDepth, 13);
  const SearchResult& result = search.result();
  EXPECT_FALSE(result.found()) << result.mismatch << " after: " << result.sequence;
  for (std::size_t step = 0; step < kStepNames.size(); ++step) {
    EXPECT_GT(result.steps[step], 1000U) << kStepNames[step];
  }
  EXPECT_GT(result.refused, 1000U);
  EXPECT_GT(result.moved, 1000U);
  EXPECT_GT(result.fallbacks, 0U);
  EXPECT_GT(result.overflows, 0U);
  std::cout << "  " << result.states << " sequences of up to " << kDepth << " operations: " << result.refused
            << " allocations refused, " << result.moved << " movements, " << result.fallbacks
            << " without room for the table, " << result.overflows << " with a full mark stack\n";
}

TEST(ArenaExhaustive, EverySequenceAgreesInACheckedArena) {
  const Search<Observed<FewRootsChecked>> search(kDepth - 1, 13);
  EXPECT_FALSE(search.result().found()) << search.result().mismatch << " after: " << search.result().sequence;
  EXPECT_GT(search.result().moved, 100U);
}

TEST(ArenaExhaustive, EverySequenceAgreesWhenAllocationCollectsOnDemand) {
  const Search<Observed<FewRoots>> search(kDepth - 1, 10, true);
  EXPECT_FALSE(search.result().found()) << search.result().mismatch << " after: " << search.result().sequence;
  EXPECT_GT(search.result().refused, 100U);
}

TEST(ArenaExhaustive, EverySequenceAgreesInStressMode) {
  const Search<Observed<FewRootsStressed>> search(kDepth - 1, 13, true);
  EXPECT_FALSE(search.result().found()) << search.result().mismatch << " after: " << search.result().sequence;
  EXPECT_GT(search.result().states, 10'000U);
}

}  // namespace
}  // namespace hallmark::testing
