// The work-stealing deque, explored completely, and the weakening that needs two thieves and a stale load to be seen.
#include "models/mark/steal_queue_scenarios.hpp"
#include "tests/explorer/explore.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using Queue = StealQueue<char, 2>;
using namespace steal_queue_model;

template <class S>
Explored with(std::string_view label, MemoryOrder order) {
  check::ActiveMutant mutant(*check::find_site(label), order);
  return explore<S>();
}

TEST(StealQueue, HoldsInEveryExecution) {
  EXPECT_GT(count<TwoItemsOnePop<Queue>>(), 0U);
  EXPECT_GT(count<LastItemTwoThieves<Queue>>(), 0U);
  EXPECT_GT(count<PushesAndPop<Queue>>(), 0U);
  EXPECT_GT(count<PushPopMix<Queue>>(), 0U);
  EXPECT_GT((count<DrainTwoThieves<StealQueue<char, 4>>>()), 0U);
}

// One push against one steal: the thief sees the push or not.
//
// One item, pop against steal. The thief's loads (top, bottom), then who wins:
//   0, lowered                     empty; the owner wins                               1
//   0, initial                     the thief wins, the owner's load of top sees it;
//                                  or doesn't, and its compare-exchange fails;
//                                  or the owner wins and the thief's fails             3
//   0, restored                    the owner has won, the thief's fails                1
//   1 (the owner's), lowered or restored: empty                                        2
// (1, initial) is not: reading the owner's claim brings its store of bottom with it.
TEST(StealQueue, HasAsManyExecutionsAsCountedByHand) {
  EXPECT_EQ(count<Publication<Queue>>(), 2U);
  EXPECT_EQ(count<LastItem<Queue>>(), 7U);
}

// Two thieves, the owner pushes twice and pops: an item is taken twice.
TEST(StealQueue, NeedsBothLoadsOfStealToBeSequentiallyConsistent) {
  using enum MemoryOrder;
  EXPECT_TRUE(with<PushesAndPop<Queue>>("steal_queue.steal.load_top", acquire).is_violated_by("I2"));
  EXPECT_TRUE(with<PushesAndPop<Queue>>("steal_queue.steal.load_bottom", acquire).is_violated_by("I2"));
}

TEST(StealQueue, PublishesWithRelease) {
  using enum MemoryOrder;
  EXPECT_TRUE(with<Publication<Queue>>("steal_queue.push.store_bottom", relaxed).is_violated_by("data race"));
}

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
