// Granules of cells, against a bit after the other, for every size of a cell.
#include <hallmark/heap/cell_granules.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>

namespace {

using hallmark::GranuleBits;
using hallmark::granules_below;
using hallmark::granules_of_cells;
using hallmark::kGranule;
using hallmark::kGranulesOfPage;
using hallmark::SizeClass;

bool contains(const GranuleBits& bits, std::size_t granule) { return (bits[granule / 64] >> (granule % 64) & 1U) != 0; }
void add(GranuleBits& bits, std::size_t granule) { bits[granule / 64] |= std::uint64_t{1} << (granule % 64); }

TEST(CellGranules, AreAllThoseOfTheCells) {
  std::mt19937_64 random(1);
  for (std::size_t number = 0; number < SizeClass::kCount; ++number) {
    const std::size_t granules = SizeClass::numbered(number).cell_bytes() / kGranule;
    SCOPED_TRACE(testing::Message() << granules << " granules");
    for (const unsigned eighths : {0U, 1U, 4U, 7U, 8U}) {
      GranuleBits first{};
      GranuleBits expected{};
      for (std::size_t cell = 0; (cell + 1) * granules <= kGranulesOfPage; ++cell) {
        if (random() % 8 >= eighths) continue;
        add(first, cell * granules);
        for (std::size_t i = 0; i < granules; ++i) add(expected, cell * granules + i);
      }
      ASSERT_EQ(granules_of_cells(first, granules), expected);
    }
  }
}

TEST(CellGranules, BelowAnEnd) {
  for (std::size_t end = 0; end <= kGranulesOfPage; ++end) {
    GranuleBits bits;
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = granules_below(end, i);
    for (const std::size_t granule : {std::size_t{0}, end / 2, end - 1, end, end + 1, kGranulesOfPage - 1}) {
      if (granule >= kGranulesOfPage) continue;
      ASSERT_EQ(contains(bits, granule), granule < end) << granule << " below " << end;
    }
  }
}

}  // namespace
