// M2: the compare-exchange loop of try_mark keeps the value that it expected first.
//
// Another marker sets its bit in the word after the load. The compare-exchange fails, and fails again with the same
// expected value, for ever. A loop that stopped after so many tries would leave the cell unmarked.
#include "models/gallery/mark_bitmap_cas.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

using Stale = CasBitmap<Retry::with_what_was_expected>;

const check::RegisterGalleryEntry entry{{.id = "M2", .what = "a compare-exchange loop keeps a stale expected value"}};
const RegisterScenario<Progress<Stale>> progress{"M2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
