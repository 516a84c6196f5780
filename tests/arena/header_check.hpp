// What any block header must do, of whatever class: each field reads back as it was set and leaves the others alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace hallmark::testing {

/// Empty, or the first field that another one disturbs. Tries all tags with both marks, both directions, and reserved
/// values with one bit, no bit and all bits set; then values that do not fit.
template <class Header>
std::string check_header_fields() {
  std::array<std::uint32_t, 30> values{0, Header::kMostReserved};
  for (std::uint32_t bit = 0; bit < 28; ++bit) values[bit + 2] = 1U << bit;
  for (std::uint32_t tag = 0; tag <= 64; ++tag) {
    for (const bool marked : {false, true}) {
      for (const std::uint32_t reserved : values) {
        Header header(3);
        if (marked) header.set_mark();
        if (!header.set_reserved(reserved)) return "a reserved value that fits is refused";
        const bool accepted = header.set_tag(tag);
        const std::string at = " (tag " + std::to_string(tag) + ")";
        if (accepted != (tag <= Header::kMostTag)) return "a tag is accepted iff it fits" + at;
        if (header.tag() != (accepted ? tag : 0)) return "the tag does not read back" + at;
        if (header.is_marked() != marked) return "the tag changes the mark" + at;
        if (header.reserved() != reserved) return "the tag changes the reserved bits" + at;
        if (header.size() != 24) return "the tag changes the size" + at;
        marked ? header.clear_mark() : header.set_mark();
        if (header.is_marked() == marked) return "the mark does not read back" + at;
        if (header.tag() != (accepted ? tag : 0)) return "the mark changes the tag" + at;
        if (header.reserved() != reserved) return "the mark changes the reserved bits" + at;
        header.clear_reserved();
        if (header.reserved() != 0 || header.tag() != (accepted ? tag : 0) || header.is_marked() == marked) {
          return "clearing the reserved bits changes something else" + at;
        }
      }
    }
  }
  Header header(1);
  if (header.set_reserved(Header::kMostReserved + 1)) return "a reserved value that does not fit is accepted";
  if (header.set_size(0) || header.set_size(12)) return "a size that is no multiple of 8 is accepted";
  if (!header.set_size(0xFFFFFFF8U) || header.size() != 0xFFFFFFF8U) return "the largest size does not read back";
  return "";
}

}  // namespace hallmark::testing
