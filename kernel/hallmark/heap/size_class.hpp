// Size classes: the sizes of cells. A small object gets a cell of the smallest class that holds it.
//
// Steps of 16 bytes up to 256, from there four classes for each doubling: at most a fifth of a cell is left over.
#pragma once

#include <bit>
#include <cstddef>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Objects begin at multiples of this. A mark bit stands for one granule.
inline constexpr std::size_t kGranule = 16;
/// The largest small object; what is larger gets pages of its own.
inline constexpr std::size_t kMostSmallBytes = 32768;

class SizeClass {
 public:
  static constexpr std::size_t kCount = 16 + 4 * 7;

  /// 1 <= bytes <= kMostSmallBytes.
  static constexpr SizeClass of(std::size_t bytes) {
    if (bytes <= kFineBytes) return SizeClass((bytes + kGranule - 1) / kGranule - 1);
    // (2^k, 2^(k+1)] is divided into four.
    const auto log = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;
    const std::size_t quarter = (bytes - 1 - (std::size_t{1} << log)) >> (log - 2);
    return SizeClass(kFineBytes / kGranule + 4 * (log - 8) + quarter);
  }
  /// number < kCount.
  static constexpr SizeClass numbered(std::size_t number) { return SizeClass(number); }

  constexpr std::size_t number() const { return number_; }
  /// Bytes of a cell: a multiple of kGranule.
  constexpr std::size_t cell_bytes() const {
    if (number_ < kFineBytes / kGranule) return (number_ + 1) * kGranule;
    const std::size_t coarse = number_ - kFineBytes / kGranule;
    return (5 + coarse % 4) << (coarse / 4 + 6);
  }

 private:
  static constexpr std::size_t kFineBytes = 256;

  constexpr explicit SizeClass(std::size_t number) : number_(number) {}

  std::size_t number_;
};

static_assert(SizeClass::of(kMostSmallBytes).number() == SizeClass::kCount - 1);
static_assert(SizeClass::of(kMostSmallBytes).cell_bytes() == kMostSmallBytes);

}  // namespace hallmark::inline HALLMARK_NAMESPACE
