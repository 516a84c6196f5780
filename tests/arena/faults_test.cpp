// The mistakes of faults/ are found by the same checks that the arena passes; the shortest sequence is printed.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/arena/faults/faulty_arenas.hpp"
#include "tests/arena/faults/overlapping_header.hpp"
#include "tests/arena/header_check.hpp"
#include "tests/arena/search.hpp"

namespace hallmark::testing {
namespace {

struct FewRoots : ArenaOptions {
  static constexpr std::size_t kRoots = 2;
};

/// Searches deeper until something is found, so that the sequence is a shortest one.
template <class A>
SearchResult first_mismatch() {
  for (unsigned depth = 1; depth <= 6; ++depth) {
    Search<A> search(depth, 13);
    if (search.result().found()) return search.result();
  }
  return {};
}

template <class A>
void expect_found(const char* name) {
  const SearchResult result = first_mismatch<A>();
  EXPECT_TRUE(result.found()) << name;
  std::cout << "  " << name << ": " << result.mismatch << " after: " << result.sequence << "\n";
}

TEST(ArenaFaults, TheArenaItselfPassesTheSearchThatFindsThem) {
  EXPECT_EQ((first_mismatch<Observed<FewRoots>>().mismatch), "");
}

TEST(ArenaFaults, TagsThatOverlapTheMarkBitAreFound) {
  EXPECT_EQ(check_header_fields<BlockHeader>(), "");
  EXPECT_NE(check_header_fields<OverlappingHeader>(), "");
}

TEST(ArenaFaults, ForwardingAfterTheMarksWereClearedIsFound) {
  expect_found<Observed<FewRoots, ForwardsAfterMarksWereCleared<FewRoots>>>("forwarding after the marks were cleared");
}

TEST(ArenaFaults, AnIndexReusedAtAHigherAddressIsFound) {
  expect_found<Observed<FewRoots, ReusesAnIndexOfAHigherAddress<FewRoots>>>("index re-used at a higher address");
}

TEST(ArenaFaults, ARootCachedAcrossMovementIsFound) {
  expect_found<Observed<FewRoots, CachesRootsAcrossMovement<FewRoots>>>("root cached across movement");
}

}  // namespace
}  // namespace hallmark::testing
