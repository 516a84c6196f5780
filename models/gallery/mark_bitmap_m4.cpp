// M4: is_fully_marked reads the allocation word and the mark word and takes the two for one snapshot of the page.
//
// The allocation word is read: cell 0. Then cell 1 is allocated. The mark word is read: cell 0. The answer, "the page
// is fully marked", is about a page that has a cell 1 now, which nobody has marked.
#include "models/heap/mark_bitmap_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the answer is used for the page as it is now, not for the cells that were looked at.
class SnapshotPage : public mark_bitmap_model::CopyingPage {
 public:
  bool fully_marked(std::uint64_t& cells) const {
    const bool full = mark_bitmap_model::CopyingPage::fully_marked(cells);
    cells = allocated();
    return full;
  }
};

const check::RegisterGalleryEntry entry{
    {.id = "M4", .what = "mark word and allocation word are taken as one snapshot"}};
const RegisterScenario<mark_bitmap_model::AllocationMeanwhile<SnapshotPage>> allocation_meanwhile{"M4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
