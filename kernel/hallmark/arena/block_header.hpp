// BlockHeader: the eight bytes before each block of the arena.
//
//     data word  31 ............................ 4   3    2 .. 0
//                reserved for the collector (28)    mark   tag
//     size word  bytes of the block, header included; a multiple of 8
//
// The reserved bits are zero while the mutator runs. During a collection they hold a unit number plus one: of the next
// grey block (marking), then of the block's new place (compaction). 28 bits of 8 bytes bound the heap: 2 GiB.
//
// Thread roles: one thread, as everywhere in the arena.
// Invariant: no setter changes a field other than its own; a value that doesn't fit is refused and changes nothing.
//
// Read next: storage.hpp.
#pragma once

#include <cstdint>

namespace hallmark {

/// Bytes of a unit: blocks start and end on unit boundaries.
inline constexpr std::uint32_t kArenaUnit = 8;

class BlockHeader {
 public:
  static constexpr std::uint32_t kTagBits = 3;
  static constexpr std::uint32_t kMostTag = (1U << kTagBits) - 1;
  static constexpr std::uint32_t kMarkBit = 1U << kTagBits;
  static constexpr std::uint32_t kReservedShift = kTagBits + 1;
  static constexpr std::uint32_t kReservedBits = 32 - kReservedShift;
  static constexpr std::uint32_t kMostReserved = (1U << kReservedBits) - 1;
  static_assert((kMostTag & kMarkBit) == 0, "a tag may not reach the mark bit");

  /// The tag of a block that nobody owns.
  static constexpr std::uint32_t kFreeTag = 0;

  /// A free block of `units` units (at least one), unmarked, reserved bits zero.
  explicit constexpr BlockHeader(std::uint32_t units) : data_(0), size_(units * kArenaUnit) {}

  constexpr std::uint32_t tag() const { return data_ & kMostTag; }
  constexpr bool is_free() const { return tag() == kFreeTag; }
  constexpr bool is_marked() const { return (data_ & kMarkBit) != 0; }
  /// 0..kMostReserved.
  constexpr std::uint32_t reserved() const { return data_ >> kReservedShift; }
  /// Bytes, header included.
  constexpr std::uint32_t size() const { return size_; }
  /// Units, header included.
  constexpr std::uint32_t units() const { return size_ / kArenaUnit; }

  /// False, and nothing changes, if the tag is above kMostTag.
  [[nodiscard]] constexpr bool set_tag(std::uint32_t tag) {
    if (tag > kMostTag) return false;
    data_ = (data_ & ~kMostTag) | tag;
    return true;
  }

  constexpr void set_mark() { data_ |= kMarkBit; }
  constexpr void clear_mark() { data_ &= ~kMarkBit; }

  /// False, and nothing changes, if the value is above kMostReserved.
  [[nodiscard]] constexpr bool set_reserved(std::uint32_t value) {
    if (value > kMostReserved) return false;
    data_ = (data_ & (kMarkBit | kMostTag)) | (value << kReservedShift);
    return true;
  }
  constexpr void clear_reserved() { data_ &= kMarkBit | kMostTag; }

  /// False, and nothing changes, unless `bytes` is a positive multiple of the unit.
  [[nodiscard]] constexpr bool set_size(std::uint32_t bytes) {
    if (bytes == 0 || bytes % kArenaUnit != 0) return false;
    size_ = bytes;
    return true;
  }

 private:
  std::uint32_t data_;
  std::uint32_t size_;
};

static_assert(sizeof(BlockHeader) == kArenaUnit && alignof(BlockHeader) <= kArenaUnit);

}  // namespace hallmark
