// The C11 port's mark bitmap under the explorer, judged by the kernel's scenarios.
#include <array>
#include <span>

#include "models/heap/mark_bitmap_scenarios.hpp"
#include "tests/conformance/c11/mark_bitmap.h"

namespace hallmark::inline HALLMARK_NAMESPACE::mark_bitmap_model {
namespace {

/// What the scenarios ask of a bitmap of 128 cells.
class PortBitmap {
 public:
  static constexpr std::size_t kWords = 2;

  PortBitmap() { hm_mark_bitmap_init(&bitmap_, words_.data(), kWords); }

  bool try_mark(std::size_t index) { return hm_mark_bitmap_try_mark(&bitmap_, index); }
  bool is_marked(std::size_t index) { return hm_mark_bitmap_is_marked(&bitmap_, index); }
  bool is_fully_marked(std::span<const std::uint64_t, kWords> allocated) {
    return hm_mark_bitmap_is_fully_marked(&bitmap_, allocated.data());
  }
  void clear() { hm_mark_bitmap_clear(&bitmap_); }

 protected:
  hm_mark_bitmap bitmap_;
  std::array<sync::atomic<std::uint64_t>, kWords> words_;
};

class PortOneMarkerBitmap : public PortBitmap {
 public:
  bool try_mark(std::size_t index) { return hm_mark_bitmap_try_mark_alone(&bitmap_, index); }
};

/// The scenario's page with the port's marks. A word for each 64 cells: the second has none.
class PortPage : public CopyingPage {
 public:
  bool fully_marked(std::uint64_t& cells) {
    const std::array<std::uint64_t, PortBitmap::kWords> copy = {allocated(), 0};
    cells = copy[0];
    return marks.is_fully_marked(copy);
  }

  PortBitmap marks;
};

template <template <class> class Scenario>
using Port = RegisterScenario<Scenario<PortBitmap>>;

const Port<SameBit> same_bit;
const Port<SameBitThreeMarkers> same_bit_three_markers;
const Port<SameWord> same_word;
const Port<NeighbouringBits> neighbouring_bits;
const Port<DifferentWords> different_words;
const Port<PublishedObject> published_object;
const Port<AllocatedBlack> allocated_black;
const Port<FullyMarked> fully_marked;
const Port<Cleared> cleared;
const RegisterScenario<OneMarker<PortOneMarkerBitmap>> one_marker;
const RegisterScenario<AllocationMeanwhile<PortPage>> allocation_meanwhile;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::mark_bitmap_model
