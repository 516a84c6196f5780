// StealQueue on one thread: what each operation returns, against a std::deque that does the same.
#include <hallmark/mark/steal_queue.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <random>
#include <type_traits>

namespace {

using hallmark::StealOutcome;
using hallmark::StealQueue;
using hallmark::StealResult;

constexpr std::uint64_t kLastIndex = std::numeric_limits<std::uint64_t>::max();

template <std::size_t N>
std::size_t fill(StealQueue<int, N>& queue) {
  std::size_t accepted = 0;
  while (queue.push(static_cast<int>(accepted))) ++accepted;
  return accepted;
}

TEST(StealQueue, IsEmptyWhenConstructed) {
  StealQueue<int, 4> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.full());
  EXPECT_EQ(queue.size(), 0U);
}

TEST(StealQueue, PopOfAnEmptyQueueTakesNothingAndLeavesItUsable) {
  StealQueue<int, 4> queue;
  for (int i = 0; i < 10; ++i) ASSERT_EQ(queue.pop(), std::nullopt);
  EXPECT_EQ(queue.size(), 0U);
  ASSERT_TRUE(queue.push(7));
  EXPECT_EQ(queue.pop(), 7);
}

TEST(StealQueue, StealFromAnEmptyQueueSaysEmptyAndReturnsNoItem) {
  StealQueue<int, 4> queue;
  const StealResult<int> result = queue.steal();
  EXPECT_EQ(result.outcome, StealOutcome::empty);
  EXPECT_EQ(result.item, int());
}

TEST(StealQueue, OwnerPopsInReverseOrder) {
  StealQueue<int, 8> queue;
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(queue.push(i));
  for (int i = 7; i >= 0; --i) ASSERT_EQ(queue.pop(), i);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(StealQueue, ThievesTakeInOrderOfPush) {
  StealQueue<int, 8> queue;
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(queue.push(i));
  for (int i = 0; i < 8; ++i) {
    const StealResult<int> result = queue.steal();
    ASSERT_EQ(result.outcome, StealOutcome::success);
    ASSERT_EQ(result.item, i);
  }
  EXPECT_EQ(queue.steal().outcome, StealOutcome::empty);
}

TEST(StealQueue, OwnerAndThiefMeetInTheMiddle) {
  StealQueue<int, 4> queue;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(queue.push(i));
  EXPECT_EQ(queue.steal().item, 0);
  EXPECT_EQ(queue.pop(), 3);
  EXPECT_EQ(queue.steal().item, 1);
  EXPECT_EQ(queue.pop(), 2);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_EQ(queue.steal().outcome, StealOutcome::empty);
}

template <class N>
class StealQueueOfCapacity : public testing::Test {};

using Capacities = testing::Types<std::integral_constant<std::size_t, 1>, std::integral_constant<std::size_t, 2>,
                                  std::integral_constant<std::size_t, 4>, std::integral_constant<std::size_t, 1024>>;
TYPED_TEST_SUITE(StealQueueOfCapacity, Capacities, );

TYPED_TEST(StealQueueOfCapacity, AcceptsExactlyNItemsAndRefusesTheNextUnchanged) {
  constexpr std::size_t kCapacity = TypeParam::value;
  StealQueue<int, kCapacity> queue;
  static_assert(decltype(queue)::kCapacity == kCapacity);
  EXPECT_EQ(fill(queue), kCapacity);
  EXPECT_TRUE(queue.full());
  EXPECT_EQ(queue.size(), kCapacity);
  EXPECT_FALSE(queue.push(-1));
  for (std::size_t i = kCapacity; i-- > 0;) ASSERT_EQ(queue.pop(), static_cast<int>(i));
  EXPECT_TRUE(queue.empty());
}

TYPED_TEST(StealQueueOfCapacity, HasRoomAgainAfterAPopOrASteal) {
  constexpr std::size_t kCapacity = TypeParam::value;
  StealQueue<int, kCapacity> queue;
  fill(queue);
  ASSERT_EQ(queue.steal().item, 0);
  EXPECT_FALSE(queue.full());
  ASSERT_TRUE(queue.push(100));
  EXPECT_FALSE(queue.push(101));
  EXPECT_EQ(queue.pop(), 100);
  EXPECT_TRUE(queue.push(102));
  EXPECT_FALSE(queue.push(103));
}

// Indices count up from first_index and pass 2^64 within the test, from each starting point around it.
TYPED_TEST(StealQueueOfCapacity, BehavesTheSameWhenIndicesWrapAround) {
  constexpr std::size_t kCapacity = TypeParam::value;
  constexpr std::uint64_t kAround = 2 * kCapacity + 2;
  for (std::uint64_t before = 0; before <= kAround; before += 1 + kAround / 16) {
    SCOPED_TRACE(testing::Message() << "first_index 2^64 - " << before);
    StealQueue<int, kCapacity> queue(std::uint64_t{0} - before);
    ASSERT_TRUE(queue.empty());
    ASSERT_EQ(queue.pop(), std::nullopt);
    ASSERT_EQ(queue.steal().outcome, StealOutcome::empty);
    for (std::uint64_t round = 0; round < 4; ++round) {
      ASSERT_EQ(fill(queue), kCapacity);
      ASSERT_EQ(queue.size(), kCapacity);
      ASSERT_TRUE(queue.full());
      for (std::size_t i = 0; i < kCapacity; ++i) {
        ASSERT_EQ(queue.size(), kCapacity - i);
        const StealResult<int> result = queue.steal();
        ASSERT_EQ(result.outcome, StealOutcome::success);
        ASSERT_EQ(result.item, static_cast<int>(i));
      }
      ASSERT_EQ(queue.pop(), std::nullopt);
      ASSERT_TRUE(queue.empty());
    }
  }
}

// size() reads two indices, one after the other; another thread may be between them at any state. The queue is put
// into each state that a reader can mistake the indices for.
class IndicesOfStealQueue : public StealQueue<int, 4> {
 public:
  IndicesOfStealQueue(std::uint64_t top, std::uint64_t bottom) : StealQueue<int, 4>(top) {
    bottom_.store(bottom, hallmark::order<"test.set.store_bottom">(hallmark::relaxed));
  }
};

TEST(StealQueue, SizeIsClampedToTheCapacityWhateverTwoIndicesWereRead) {
  for (const std::uint64_t top : {std::uint64_t{0}, std::uint64_t{1}, kLastIndex, kLastIndex - 4, kLastIndex / 2}) {
    const auto size = [top](std::uint64_t difference) { return IndicesOfStealQueue(top, top + difference).size(); };
    EXPECT_EQ(size(0), 0U);
    EXPECT_EQ(size(3), 3U);
    EXPECT_EQ(size(4), 4U);
    EXPECT_EQ(size(5), 4U) << "bottom was read long after top";
    EXPECT_EQ(size(1000), 4U);
    EXPECT_EQ(size(kLastIndex), 0U) << "a pop has lowered bottom below top for a moment";
    EXPECT_EQ(size(kLastIndex - 1000), 0U);
    EXPECT_FALSE(IndicesOfStealQueue(top, top + kLastIndex).full());
    EXPECT_TRUE(IndicesOfStealQueue(top, top + kLastIndex).empty());
  }
}

TEST(StealQueue, CarriesPointersAndEnumerations) {
  enum class Colour : unsigned char { white, grey, black };
  StealQueue<Colour, 2> colours;
  ASSERT_TRUE(colours.push(Colour::grey));
  ASSERT_TRUE(colours.push(Colour::black));
  EXPECT_EQ(colours.steal().item, Colour::grey);
  EXPECT_EQ(colours.pop(), Colour::black);

  std::array<int, 2> objects{};
  StealQueue<int*, 2> pointers;
  ASSERT_TRUE(pointers.push(&objects[0]));
  ASSERT_TRUE(pointers.push(&objects[1]));
  EXPECT_EQ(pointers.pop(), &objects[1]);
  EXPECT_EQ(pointers.steal().item, &objects[0]);
  EXPECT_EQ(pointers.steal().item, nullptr);
}

// Random sequences of all operations, from random starting indices, each result compared with the oracle's. On one
// thread no race can be lost, so that a steal fails only when the queue is empty.
TYPED_TEST(StealQueueOfCapacity, AgreesWithADequeOnRandomSequences) {
  constexpr std::size_t kCapacity = TypeParam::value;
  constexpr int kSequences = kCapacity > 100 ? 100 : 2000;
  constexpr int kOperations = kCapacity > 100 ? 6000 : 200;
  std::size_t refused = 0;
  std::size_t emptied = 0;
  std::size_t wrapped = 0;
  for (unsigned seed = 1; seed <= kSequences; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    const std::uint64_t first_index = seed % 2 == 0 ? random() : std::uint64_t{0} - random() % (2 * kCapacity + 1);
    StealQueue<std::uint32_t, kCapacity> queue(first_index);
    std::deque<std::uint32_t> oracle;
    std::uint64_t pushed = 0;
    const unsigned push_weight = 1 + seed % 5;  // from mostly empty to mostly full
    for (int i = 0; i < kOperations; ++i) {
      const auto choice = static_cast<unsigned>(random() % (push_weight + 2));
      if (choice < push_weight) {
        const auto item = static_cast<std::uint32_t>(random());
        const bool room = oracle.size() < kCapacity;
        ASSERT_EQ(queue.push(item), room) << "operation " << i;
        if (room) {
          oracle.push_back(item);
          ++pushed;
        } else {
          ++refused;
        }
      } else if (oracle.empty()) {
        ++emptied;
        if (choice == push_weight) {
          ASSERT_EQ(queue.pop(), std::nullopt) << "operation " << i;
        } else {
          ASSERT_EQ(queue.steal().outcome, StealOutcome::empty) << "operation " << i;
        }
      } else if (choice == push_weight) {
        ASSERT_EQ(queue.pop(), oracle.back()) << "operation " << i;
        oracle.pop_back();
      } else {
        const auto result = queue.steal();
        ASSERT_EQ(result.outcome, StealOutcome::success) << "operation " << i;
        ASSERT_EQ(result.item, oracle.front()) << "operation " << i;
        oracle.pop_front();
      }
      ASSERT_EQ(queue.size(), oracle.size()) << "operation " << i;
      ASSERT_EQ(queue.empty(), oracle.empty()) << "operation " << i;
      ASSERT_EQ(queue.full(), oracle.size() == kCapacity) << "operation " << i;
    }
    wrapped += first_index + pushed < first_index ? 1 : 0;
  }
  EXPECT_GT(refused, 0U);
  EXPECT_GT(emptied, 0U);
  EXPECT_GT(wrapped, 0U) << "no sequence passed 2^64";
}

}  // namespace
