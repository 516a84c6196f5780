// M1: marks are set by load; test; store.
//
// Two markers read a word without the bit, both store it with the bit, and both trace the object. Or each sets its own
// bit in the word that both read: the second store erases the first one's mark. This is the kernel's bitmap for a
// single marker, used by two.
#include "models/heap/mark_bitmap_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

using Plain = mark_bitmap_model::OneMarkerBitmap;

const check::RegisterGalleryEntry entry{{.id = "M1", .what = "marks are set by load; test; store"}};
const RegisterScenario<mark_bitmap_model::SameBit<Plain>> same_bit{"M1"};
const RegisterScenario<mark_bitmap_model::SameBitThreeMarkers<Plain>> same_bit_three_markers{"M1"};
const RegisterScenario<mark_bitmap_model::SameWord<Plain>> same_word{"M1"};
const RegisterScenario<mark_bitmap_model::NeighbouringBits<Plain>> neighbouring_bits{"M1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
