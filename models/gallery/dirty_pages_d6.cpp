// D6: add pushes the page and doesn't set LISTED.
//
// The next one pushes it again.
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <class Page, class Counts = DirtyPagesCounts>
class Unflagged : public DirtyPages<Page, Counts> {
 public:
  /// Wrong: nobody can tell that the page is on the list.
  void add(Page& page) {
    if (page.flags.is_dirty_listed(order<"gallery_d6.add.load_listed">(acquire))) return;
    vocabulary::LockGuard lock(this->mutex_);
    if (page.flags.is_dirty_listed(order<"gallery_d6.add.load_listed_again">(acquire))) return;
    this->push(page);
    this->counts_.on_listed();
  }
};

struct Rules : dirty_pages_model::KernelRules {
  using List = Unflagged<Page, model::NoCounts>;
  using CountingList = Unflagged<Page>;
};

const check::RegisterGalleryEntry entry{{.id = "D6", .what = "listed without setting the flag"}};
const RegisterScenario<dirty_pages_model::SamePage<Rules>> same_page{"D6"};
const RegisterScenario<dirty_pages_model::TwoPages<Rules>> two_pages{"D6"};
const RegisterScenario<dirty_pages_model::SnapshotMeanwhile<Rules>> snapshot_meanwhile{"D6"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
