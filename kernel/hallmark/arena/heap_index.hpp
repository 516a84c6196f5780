// HeapIndex: the name of a block in an arena, in 32 bits, as objects and roots store it.
//
//     31 .. 28   27 ................................ 0
//      stamp     number of the header's unit, plus one; zero is null
//
// The stamp is zero unless the arena is checked: then it is the number of movements so far, modulo 16, so that an index
// that was kept across a movement is known for what it is (until 16 movements later).
//
// All bits zero is null, so that zeroed memory holds null references. Equality of two indices of one arena, read since
// its last movement, is identity of the blocks. An index changes when its block moves, and its hash with it.
//
// Read next: storage.hpp.
#pragma once

#include <cstdint>

#include <hallmark/arena/block_header.hpp>

namespace hallmark {

class HeapIndex {
 public:
  /// Units that an index can tell apart.
  static constexpr std::uint32_t kMostUnits = BlockHeader::kMostReserved;
  static constexpr std::uint32_t kStamps = 16;

  /// Null.
  constexpr HeapIndex() = default;

  /// `unit` below kMostUnits, `stamp` below kStamps.
  static constexpr HeapIndex of_unit(std::uint32_t unit, std::uint32_t stamp = 0) {
    return HeapIndex((unit + 1) | (stamp << BlockHeader::kReservedBits));
  }

  /// Of the block whose header is `offset` bytes into the heap; null if no header can be there.
  static constexpr HeapIndex of_offset(std::uint32_t offset, std::uint32_t stamp = 0) {
    if (offset % kArenaUnit != 0 || offset / kArenaUnit >= kMostUnits) return HeapIndex();
    return of_unit(offset / kArenaUnit, stamp);
  }

  constexpr bool is_null() const { return (raw_ & kMostUnits) == 0; }
  explicit constexpr operator bool() const { return !is_null(); }

  /// Not of null.
  constexpr std::uint32_t unit() const { return (raw_ & kMostUnits) - 1; }
  /// Bytes from the start of the heap to the header. Not of null.
  constexpr std::uint32_t offset() const { return unit() * kArenaUnit; }
  constexpr std::uint32_t stamp() const { return raw_ >> BlockHeader::kReservedBits; }

  /// Spreads neighbours over all bits (Fibonacci hashing). Stays the same until the block moves.
  constexpr std::uint32_t hash() const {
    const std::uint32_t product = (raw_ & kMostUnits) * 2654435769U;
    return product ^ (product >> 15);
  }

  friend constexpr bool operator==(HeapIndex, HeapIndex) = default;

 private:
  explicit constexpr HeapIndex(std::uint32_t raw) : raw_(raw) {}

  std::uint32_t raw_ = 0;
};

static_assert(sizeof(HeapIndex) == 4);

}  // namespace hallmark
