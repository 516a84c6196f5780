// DirtyBits: which bits a drain visits, once each, in both ways to take a word.
#include <hallmark/heap/dirty_bits.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using hallmark::DirtyBits;
using hallmark::Mutators;

template <Mutators Who, class Bits>
std::vector<std::size_t> taken(Bits& bits) {
  std::vector<std::size_t> visited;
  bits.template take_each<Who>([&](std::size_t index) { visited.push_back(index); });
  return visited;
}

template <class T>
class DirtyBitsOf : public testing::Test {};
template <Mutators Who>
struct While {
  static constexpr Mutators kWho = Who;
};
using Both = testing::Types<While<Mutators::running>, While<Mutators::stopped>>;
TYPED_TEST_SUITE(DirtyBitsOf, Both, );

TYPED_TEST(DirtyBitsOf, AreCleanAtFirst) {
  DirtyBits<130> bits;
  EXPECT_TRUE(bits.is_clean());
  EXPECT_EQ(taken<TypeParam::kWho>(bits), std::vector<std::size_t>{});
}

TYPED_TEST(DirtyBitsOf, AreTakenOnceInAscendingOrder) {
  DirtyBits<130> bits;
  const std::vector<std::size_t> set = {0, 1, 63, 64, 127, 128, 129};
  for (auto i = set.rbegin(); i != set.rend(); ++i) {
    bits.set(*i);
    bits.set(*i);
  }
  for (std::size_t i = 0; i < 130; ++i) {
    EXPECT_EQ(bits.is_set(i), std::find(set.begin(), set.end(), i) != set.end()) << i;
  }
  EXPECT_FALSE(bits.is_clean());
  EXPECT_EQ(taken<TypeParam::kWho>(bits), set);
  EXPECT_TRUE(bits.is_clean());
  EXPECT_EQ(taken<TypeParam::kWho>(bits), std::vector<std::size_t>{});
}

TYPED_TEST(DirtyBitsOf, MayBeSetAgainByTheVisit) {
  DirtyBits<64> bits;
  bits.set(3);
  bits.set(5);
  std::vector<std::size_t> visited;
  bits.template take_each<TypeParam::kWho>([&](std::size_t index) {
    visited.push_back(index);
    bits.set(3);
  });
  EXPECT_EQ(visited, (std::vector<std::size_t>{3, 5}));
  EXPECT_EQ(taken<TypeParam::kWho>(bits), std::vector<std::size_t>{3});
}

TYPED_TEST(DirtyBitsOf, TakesOneWord) {
  DirtyBits<128> bits;
  bits.set(2);
  bits.set(64);
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(1), 1U);
  EXPECT_TRUE(bits.is_set(2));
  EXPECT_FALSE(bits.is_set(64));
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(0), 4U);
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(0), 0U);
}

TYPED_TEST(DirtyBitsOf, ThatArePresetAddToTheOthers) {
  DirtyBits<192> bits;
  bits.set(1);
  bits.preset(0, 0);
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(0), 2U);
  bits.set(1);
  bits.preset(0, 12);
  bits.preset(2, ~std::uint64_t{0});
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(0), 14U);
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(1), 0U);
  EXPECT_EQ(bits.template take_word<TypeParam::kWho>(2), ~std::uint64_t{0});
}

TEST(DirtyBits, ClearForgetsAll) {
  DirtyBits<65> bits;
  bits.set(64);
  bits.clear();
  EXPECT_TRUE(bits.is_clean());
  EXPECT_EQ(taken<Mutators::running>(bits), std::vector<std::size_t>{});
}

TEST(DirtyBits, TakeABitForEachObject) {
  EXPECT_EQ(sizeof(DirtyBits<1>), 8U);
  EXPECT_EQ(sizeof(DirtyBits<64>), 8U);
  EXPECT_EQ(sizeof(DirtyBits<65>), 16U);
  EXPECT_EQ(sizeof(DirtyBits<4096>), 512U);
}

}  // namespace
