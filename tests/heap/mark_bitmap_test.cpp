// MarkBitmap on one thread: what each operation returns, against a std::set of marked cells.
#include <hallmark/heap/mark_bitmap.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>

namespace {

using hallmark::MarkBitmap;
using hallmark::Markers;

static_assert(sizeof(MarkBitmap<64>) == 8 && sizeof(MarkBitmap<65>) == 16, "one word for each 64 cells");
static_assert(MarkBitmap<1>::kWords == 1 && MarkBitmap<128>::kWords == 2 && MarkBitmap<4096>::kWords == 64);

template <class Bitmap>
class MarkBitmapOf : public testing::Test {};
template <std::size_t Cells>
struct OneMarkerBitmap : MarkBitmap<Cells> {
  bool try_mark(std::size_t index) { return MarkBitmap<Cells>::template try_mark<Markers::one>(index); }
};
using Bitmaps = testing::Types<MarkBitmap<1>, MarkBitmap<64>, MarkBitmap<65>, MarkBitmap<200>, MarkBitmap<4096>,
                               OneMarkerBitmap<1>, OneMarkerBitmap<64>, OneMarkerBitmap<200>>;
TYPED_TEST_SUITE(MarkBitmapOf, Bitmaps);

TYPED_TEST(MarkBitmapOf, HasNoMarksWhenConstructed) {
  TypeParam bitmap;
  for (std::size_t cell = 0; cell < TypeParam::kCells; ++cell) EXPECT_FALSE(bitmap.is_marked(cell)) << cell;
}

TYPED_TEST(MarkBitmapOf, MarksEachCellOnceAndNoOther) {
  TypeParam bitmap;
  for (std::size_t cell = 0; cell < TypeParam::kCells; ++cell) {
    ASSERT_FALSE(bitmap.is_marked(cell)) << "a smaller cell has marked " << cell;
    ASSERT_TRUE(bitmap.try_mark(cell)) << cell;
    ASSERT_FALSE(bitmap.try_mark(cell)) << cell;
    ASSERT_TRUE(bitmap.is_marked(cell)) << cell;
  }
}

TYPED_TEST(MarkBitmapOf, TakesEachMarkAgainAfterClear) {
  TypeParam bitmap;
  for (int cycle = 0; cycle < 3; ++cycle) {
    for (std::size_t cell = 0; cell < TypeParam::kCells; ++cell) ASSERT_TRUE(bitmap.try_mark(cell)) << cell;
    bitmap.clear();
    for (std::size_t cell = 0; cell < TypeParam::kCells; ++cell) ASSERT_FALSE(bitmap.is_marked(cell)) << cell;
  }
}

TYPED_TEST(MarkBitmapOf, AgreesWithASetOnRandomSequences) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    TypeParam bitmap;
    std::set<std::size_t> oracle;
    for (int i = 0; i < 500; ++i) {
      const std::size_t cell = random() % TypeParam::kCells;
      if (random() % 100 == 0) {
        bitmap.clear();
        oracle.clear();
      } else if (random() % 2 == 0) {
        ASSERT_EQ(bitmap.try_mark(cell), oracle.insert(cell).second) << cell;
      } else {
        ASSERT_EQ(bitmap.is_marked(cell), oracle.count(cell) == 1) << cell;
      }
    }
    std::array<std::uint64_t, TypeParam::kWords> allocated{};
    ASSERT_TRUE(bitmap.is_fully_marked(allocated)) << "a page without cells";
    for (const std::size_t cell : oracle) allocated[cell / 64] |= std::uint64_t{1} << cell % 64;
    ASSERT_TRUE(bitmap.is_fully_marked(allocated));
    for (std::size_t cell = 0; cell < TypeParam::kCells; ++cell) {
      std::array<std::uint64_t, TypeParam::kWords> with_cell = allocated;
      with_cell[cell / 64] |= std::uint64_t{1} << cell % 64;
      ASSERT_EQ(bitmap.is_fully_marked(with_cell), oracle.count(cell) == 1) << cell;
    }
    for (std::size_t i = 0; i < TypeParam::kWords; ++i) ASSERT_EQ(bitmap.marks_of_word(i), allocated[i]) << i;
  }
}

}  // namespace
