// A broken header: its tag has four bits and lies over the mark, so that tag 8 is the mark bit.
#pragma once

#include <cstdint>

namespace hallmark::testing {

class OverlappingHeader {
 public:
  static constexpr std::uint32_t kMostTag = 15;
  static constexpr std::uint32_t kMostReserved = (1U << 28) - 1;

  explicit constexpr OverlappingHeader(std::uint32_t units) : data_(0), size_(units * 8) {}

  constexpr std::uint32_t tag() const { return data_ & 15; }
  constexpr bool is_marked() const { return (data_ & 8) != 0; }
  constexpr std::uint32_t reserved() const { return data_ >> 4; }
  constexpr std::uint32_t size() const { return size_; }
  constexpr bool set_tag(std::uint32_t tag) {
    if (tag > kMostTag) return false;
    data_ = (data_ & ~15U) | tag;
    return true;
  }
  constexpr void set_mark() { data_ |= 8; }
  constexpr void clear_mark() { data_ &= ~8U; }
  constexpr bool set_reserved(std::uint32_t value) {
    if (value > kMostReserved) return false;
    data_ = (data_ & 15) | (value << 4);
    return true;
  }
  constexpr void clear_reserved() { data_ &= 15; }
  constexpr bool set_size(std::uint32_t bytes) {
    if (bytes == 0 || bytes % 8 != 0) return false;
    size_ = bytes;
    return true;
  }

 private:
  std::uint32_t data_;
  std::uint32_t size_;
};

}  // namespace hallmark::testing
