// Granules of cells: bit sets over the granules of a page, made of those that have one bit for each cell.
//
// Thread roles: values; whoever has one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <hallmark/heap/page.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A bit for each granule of a page.
using GranuleBits = std::array<std::uint64_t, kGranulesOfPage / 64>;

/// Adds to each bit the one that is `distance` below it. distance > 0.
inline void add_shifted(GranuleBits& bits, std::size_t distance) {
  const std::size_t words = distance / 64;
  const std::size_t rest = distance % 64;
  // Downwards: what is read has not been changed yet.
  for (std::size_t i = bits.size(); i-- > words;) {
    std::uint64_t shifted = bits[i - words] << rest;
    if (rest != 0 && i > words) shifted |= bits[i - words - 1] >> (64 - rest);
    bits[i] |= shifted;
  }
}

/// From the first granules of cells to all of their granules, `granules` each. Complexity: O(words * log(granules)).
inline GranuleBits granules_of_cells(GranuleBits first, std::size_t granules) {
  for (std::size_t done = 1; done < granules;) {
    const std::size_t more = std::min(done, granules - done);
    add_shifted(first, more);
    done += more;
  }
  return first;
}

/// Those below `end`, in word `i`.
constexpr std::uint64_t granules_below(std::size_t end, std::size_t i) {
  if (end >= (i + 1) * 64) return ~std::uint64_t{0};
  return end <= i * 64 ? 0 : (std::uint64_t{1} << (end - i * 64)) - 1;
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE
