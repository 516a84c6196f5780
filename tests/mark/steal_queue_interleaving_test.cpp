// StealQueue with one preemption: each operation is interrupted before each of its atomic operations, and whole
// operations of another thread run there. All such schedules are tried, so that the outcomes are exact; memory is
// sequentially consistent here (weaker orders are the model checkers' work).
#include <hallmark/mark/steal_queue.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <vector>

namespace {

using hallmark::StealOutcome;
using hallmark::StealQueue;
using hallmark::testing::Interposition;

constexpr int kCapacity = 2;

/// A queue, what was accepted by it, and what was taken from it.
class Accounted {
 public:
  explicit Accounted(int items) : queue_(std::numeric_limits<std::uint64_t>::max() - 1) {
    while (items-- > 0) push();
  }

  bool push() {
    const int item = next_++;
    const bool accepted = queue_.push(item);
    if (accepted) accepted_.push_back(item);
    return accepted;
  }

  std::optional<int> pop() {
    const std::optional<int> item = queue_.pop();
    if (item) taken_.push_back(*item);
    return item;
  }

  StealOutcome steal() {
    const auto result = queue_.steal();
    if (result.outcome == StealOutcome::success) taken_.push_back(result.item);
    return result.outcome;
  }

  std::size_t size() const { return queue_.size(); }

  /// Takes the rest and compares: each accepted item once, nothing else.
  void expect_each_item_once() {
    EXPECT_LE(queue_.size(), std::size_t{kCapacity});
    while (pop()) {
    }
    EXPECT_TRUE(queue_.empty());
    std::sort(taken_.begin(), taken_.end());
    EXPECT_EQ(taken_, accepted_);
  }

 private:
  StealQueue<int, kCapacity> queue_;
  int next_ = 1;
  std::vector<int> accepted_;
  std::vector<int> taken_;
};

/// Runs `operation` on a queue of `items`, with `other` before its atomic operation 0, 1, 2 ... and at last, when it
/// has no more, alone. Returns the number of schedules with a preemption.
std::size_t for_each_preemption(int items, const std::function<void(Accounted&)>& operation,
                                const std::function<void(Accounted&)>& other) {
  for (std::size_t at = 0;; ++at) {
    SCOPED_TRACE(testing::Message() << items << " items, preempted before atomic operation " << at);
    Accounted queue(items);
    bool preempted = false;
    {
      Interposition interposition(at, [&] { other(queue); });
      operation(queue);
      preempted = interposition.has_run();
    }
    queue.expect_each_item_once();
    if (!preempted || testing::Test::HasFailure()) return at;
  }
}

using Outcomes = std::set<StealOutcome>;

TEST(StealQueuePreempted, StealThatMeetsAnotherStealLosesTheRaceAndNeverSaysEmpty) {
  Outcomes outcomes;
  const std::size_t schedules = for_each_preemption(
      2, [&](Accounted& queue) { outcomes.insert(queue.steal()); },
      [](Accounted& queue) { EXPECT_EQ(queue.steal(), StealOutcome::success); });
  EXPECT_GE(schedules, 4U);
  EXPECT_EQ(outcomes, (Outcomes{StealOutcome::success, StealOutcome::lost_race}));
}

TEST(StealQueuePreempted, StealOfTheLastItemHasAllThreeEndings) {
  Outcomes outcomes;
  const auto steal = [&](Accounted& queue) { outcomes.insert(queue.steal()); };
  for_each_preemption(1, steal, [](Accounted& queue) { EXPECT_EQ(queue.pop(), 1); });
  EXPECT_EQ(outcomes, (Outcomes{StealOutcome::success, StealOutcome::empty, StealOutcome::lost_race}));
}

TEST(StealQueuePreempted, StealNeverTakesTheItemThatReplacedItsOwn) {
  for_each_preemption(
      2, [](Accounted& queue) { queue.steal(); },
      [](Accounted& queue) {
        EXPECT_EQ(queue.steal(), StealOutcome::success);
        EXPECT_TRUE(queue.push());
      });
  for_each_preemption(
      2, [](Accounted& queue) { queue.steal(); },
      [](Accounted& queue) {
        while (queue.pop()) {
        }
        EXPECT_TRUE(queue.push());
        EXPECT_TRUE(queue.push());
      });
  for_each_preemption(
      2, [](Accounted& queue) { queue.steal(); }, [](Accounted& queue) { queue.push(); });
}

TEST(StealQueuePreempted, PopAndThievesShareTheItemsOut) {
  for (int items = 0; items <= kCapacity; ++items) {
    for (int thefts = 1; thefts <= items + 1; ++thefts) {
      std::size_t popped = 0;
      const std::size_t schedules = for_each_preemption(
          items, [&](Accounted& queue) { popped += queue.pop() ? 1 : 0; },
          [&](Accounted& queue) {
            for (int i = 0; i < thefts; ++i) queue.steal();
          });
      EXPECT_GE(schedules, 3U);
      // Before its first step the thieves may take everything; once bottom is lowered the item is the owner's unless
      // it is the last one.
      if (items > thefts) {
        EXPECT_EQ(popped, schedules + 1);
      }
    }
  }
}

TEST(StealQueuePreempted, PushAcceptsOnlyWhatThievesLeaveRoomFor) {
  for (int items = 0; items <= kCapacity; ++items) {
    bool accepted = false;
    bool refused = false;
    for_each_preemption(
        items, [&](Accounted& queue) { (queue.push() ? accepted : refused) = true; },
        [](Accounted& queue) { queue.steal(); });
    EXPECT_TRUE(accepted);
    EXPECT_EQ(refused, items == kCapacity) << "refused only where no thief has made room";
  }
}

TEST(StealQueuePreempted, SizeStaysInRangeWhileAnotherThreadWorks) {
  for (int items = 0; items <= kCapacity; ++items) {
    const std::vector<std::function<void(Accounted&)>> others = {[](Accounted& queue) { queue.push(); },
                                                                 [](Accounted& queue) { queue.pop(); },
                                                                 [](Accounted& queue) { queue.steal(); },
                                                                 [](Accounted& queue) {
                                                                   for (int i = 0; i < 8; ++i) {
                                                                     queue.push();
                                                                     queue.steal();
                                                                   }
                                                                 }};
    for (const auto& other : others) {
      for (std::size_t at = 0; at < 2; ++at) {
        Accounted queue(items);
        Interposition interposition(at, [&] { other(queue); });
        EXPECT_LE(queue.size(), std::size_t{kCapacity});
        EXPECT_TRUE(interposition.has_run());
      }
    }
  }
}

}  // namespace
