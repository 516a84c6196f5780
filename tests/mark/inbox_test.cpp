// Inbox on one thread: what each operation returns, against a std::multiset that does the same.
#include <hallmark/mark/inbox.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <vector>

namespace {

using hallmark::Inbox;

template <class Box>
std::multiset<unsigned> drained(Box& inbox) {
  std::multiset<unsigned> items;
  const std::size_t count = inbox.drain([&](unsigned item) { items.insert(item); });
  EXPECT_EQ(count, items.size());
  return items;
}

template <class Box>
class InboxOf : public testing::Test {};
using Boxes = testing::Types<Inbox<unsigned, 1>, Inbox<unsigned, 2>, Inbox<unsigned, 4>, Inbox<unsigned, 16>>;
TYPED_TEST_SUITE(InboxOf, Boxes);

TYPED_TEST(InboxOf, IsEmptyWhenConstructed) {
  TypeParam inbox;
  EXPECT_TRUE(inbox.empty());
  EXPECT_TRUE(drained(inbox).empty());
}

TYPED_TEST(InboxOf, TakesAsManyAsItHasCellsWhereverTheSearchBegins) {
  for (std::size_t first = 0; first < 3 * TypeParam::kCapacity; ++first) {
    TypeParam inbox;
    std::multiset<unsigned> oracle;
    for (unsigned item = 1; item <= TypeParam::kCapacity; ++item) {
      ASSERT_TRUE(inbox.push(item, first));
      ASSERT_FALSE(inbox.empty());
      oracle.insert(item);
    }
    ASSERT_FALSE(inbox.push(99, first));
    EXPECT_EQ(drained(inbox), oracle);
    EXPECT_TRUE(inbox.empty());
    EXPECT_TRUE(inbox.push(99, first));
  }
}

TYPED_TEST(InboxOf, AgreesWithAMultisetOnRandomSequences) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    TypeParam inbox;
    std::multiset<unsigned> oracle;
    for (int i = 0; i < 300; ++i) {
      if (random() % 16 == 0) {
        ASSERT_EQ(drained(inbox), oracle);
        oracle.clear();
      } else {
        const unsigned item = 1 + static_cast<unsigned>(random() % 5);  // equal items are different items
        const bool room = oracle.size() < TypeParam::kCapacity;
        ASSERT_EQ(inbox.push(item, random()), room);
        if (room) oracle.insert(item);
      }
      ASSERT_EQ(inbox.empty(), oracle.empty());
    }
  }
}

TEST(Inbox, MayBePushedToWhileItIsDrained) {
  Inbox<unsigned, 4> inbox;
  for (unsigned item = 1; item <= 4; ++item) ASSERT_TRUE(inbox.push(item));
  unsigned again = 0;
  const std::size_t count = inbox.drain([&](unsigned) { again += inbox.push(9) ? 1 : 0; });
  EXPECT_EQ(count, 4U) << "a cell is passed once";
  EXPECT_EQ(again, 4U);
  EXPECT_EQ(drained(inbox), (std::multiset<unsigned>{9, 9, 9, 9}));
}

TEST(Inbox, CarriesPointers) {
  int object = 0;
  Inbox<int*, 2> inbox;
  ASSERT_TRUE(inbox.push(&object));
  int* found = nullptr;
  EXPECT_EQ(inbox.drain([&](int* item) { found = item; }), 1U);
  EXPECT_EQ(found, &object);
}

}  // namespace
