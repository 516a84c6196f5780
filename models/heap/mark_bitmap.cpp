// The kernel's mark bitmap under the model checkers. What runs and what must hold: mark_bitmap_scenarios.hpp.
#include "models/heap/mark_bitmap_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::mark_bitmap_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<MarkBitmap<128>>>;

const Kernel<SameBit> same_bit;
const Kernel<SameBitThreeMarkers> same_bit_three_markers;
const Kernel<SameWord> same_word;
const Kernel<NeighbouringBits> neighbouring_bits;
const Kernel<DifferentWords> different_words;
const Kernel<PublishedObject> published_object;
const Kernel<AllocatedBlack> allocated_black;
const Kernel<FullyMarked> fully_marked;
const Kernel<Cleared> cleared;
const RegisterScenario<OneMarker<OneMarkerBitmap>> one_marker;
const RegisterScenario<AllocationMeanwhile<CopyingPage>> allocation_meanwhile;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::mark_bitmap_model
