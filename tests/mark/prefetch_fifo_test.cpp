// PrefetchFifo on one thread: what each operation returns, against a std::deque.
#include <hallmark/mark/prefetch_fifo.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <random>
#include <type_traits>

namespace {

using hallmark::PrefetchFifo;

template <class Size>
class PrefetchFifoOf : public testing::Test {};
using Sizes = testing::Types<std::integral_constant<std::size_t, 1>, std::integral_constant<std::size_t, 2>,
                             std::integral_constant<std::size_t, 4>, std::integral_constant<std::size_t, 16>>;
TYPED_TEST_SUITE(PrefetchFifoOf, Sizes);

TYPED_TEST(PrefetchFifoOf, IsEmptyWhenConstructed) {
  PrefetchFifo<int, TypeParam::value> fifo;
  EXPECT_TRUE(fifo.empty());
  EXPECT_EQ(fifo.take(), 0);
  EXPECT_TRUE(fifo.empty());
}

TYPED_TEST(PrefetchFifoOf, ReturnsAnItemWhenNOthersHaveEntered) {
  constexpr int kSize = TypeParam::value;
  PrefetchFifo<int, TypeParam::value> fifo;
  for (int i = 1; i <= 1000; ++i) ASSERT_EQ(fifo.exchange(i), i <= kSize ? 0 : i - kSize);
}

TYPED_TEST(PrefetchFifoOf, AgreesWithADequeOnRandomSequences) {
  constexpr std::size_t kSize = TypeParam::value;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    PrefetchFifo<int, kSize> fifo;
    std::deque<int> oracle;
    for (int i = 1; i <= 2000; ++i) {
      // Mostly in, then mostly out.
      if (random() % 16 < (i / 100 % 2 == 0 ? 11U : 5U)) {
        oracle.push_back(i);
        int expected = 0;
        if (oracle.size() > kSize) {
          expected = oracle.front();
          oracle.pop_front();
        }
        ASSERT_EQ(fifo.exchange(i), expected);
      } else {
        ASSERT_EQ(fifo.take(), oracle.empty() ? 0 : oracle.front());
        if (!oracle.empty()) oracle.pop_front();
      }
      ASSERT_EQ(fifo.empty(), oracle.empty());
    }
  }
}

}  // namespace
