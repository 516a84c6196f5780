// SizeClass: every size that a small object may have.
#include <hallmark/heap/size_class.hpp>

#include <gtest/gtest.h>

#include <cstddef>

namespace {

using hallmark::kGranule;
using hallmark::kMostSmallBytes;
using hallmark::SizeClass;

TEST(SizeClass, IsTheSmallestThatHoldsTheObject) {
  for (std::size_t bytes = 1; bytes <= kMostSmallBytes; ++bytes) {
    const SizeClass size = SizeClass::of(bytes);
    ASSERT_LT(size.number(), SizeClass::kCount) << bytes;
    ASSERT_GE(size.cell_bytes(), bytes);
    if (size.number() > 0) {
      ASSERT_LT(SizeClass::numbered(size.number() - 1).cell_bytes(), bytes);
    }
  }
}

TEST(SizeClass, LeavesOverLessThanAGranuleOrAFifthOfTheCell) {
  for (std::size_t bytes = 1; bytes <= kMostSmallBytes; ++bytes) {
    const std::size_t cell = SizeClass::of(bytes).cell_bytes();
    ASSERT_LT(cell - bytes, bytes <= 256 ? kGranule : (cell + 4) / 5) << bytes;
  }
}

TEST(SizeClass, NumbersAscendAndCellsAreMultiplesOfAGranule) {
  std::size_t before = 0;
  for (std::size_t number = 0; number < SizeClass::kCount; ++number) {
    const SizeClass size = SizeClass::numbered(number);
    EXPECT_EQ(size.number(), number);
    EXPECT_GT(size.cell_bytes(), before);
    EXPECT_EQ(size.cell_bytes() % kGranule, 0U);
    EXPECT_EQ(SizeClass::of(size.cell_bytes()).number(), number) << "a cell holds an object of its own size";
    before = size.cell_bytes();
  }
  EXPECT_EQ(before, kMostSmallBytes);
}

}  // namespace
