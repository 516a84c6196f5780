// C4, a control: try_mark by one read-modify-write, fetch_or without a look before it, or a compare-exchange loop.
//
// fetch_or was said to let two markers win. It returns the word as it was just before the change, and all changes of
// one word have one order: the second call for a cell gets a word that has the bit. A compare-exchange that takes what
// it read for its next expected value decides in the same way.
#include "models/gallery/mark_bitmap_cas.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Right: the old word names the winner.
class FetchOrBitmap : public MarkBitmap<128> {
 public:
  bool try_mark(std::size_t index) {
    const std::uint64_t before =
        this->words_[index / 64].fetch_or(bit_of(index), order<"gallery_c4.try_mark.rmw_word">(relaxed));
    return (before & bit_of(index)) == 0;
  }
};

using Cas = CasBitmap<Retry::with_what_was_read>;

const check::RegisterGalleryEntry entry{{.id = "C4", .what = "try_mark by one read-modify-write", .control = true}};
const RegisterScenario<mark_bitmap_model::SameBit<FetchOrBitmap>> same_bit{"C4"};
const RegisterScenario<mark_bitmap_model::SameBitThreeMarkers<FetchOrBitmap>> same_bit_three_markers{"C4"};
const RegisterScenario<mark_bitmap_model::SameWord<FetchOrBitmap>> same_word{"C4"};
const RegisterScenario<mark_bitmap_model::NeighbouringBits<FetchOrBitmap>> neighbouring_bits{"C4"};
const RegisterScenario<mark_bitmap_model::DifferentWords<FetchOrBitmap>> different_words{"C4"};
const RegisterScenario<mark_bitmap_model::PublishedObject<FetchOrBitmap>> published_object{"C4"};
const RegisterScenario<Progress<Cas>> progress{"C4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
