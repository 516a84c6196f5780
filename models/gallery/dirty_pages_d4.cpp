// D4: add doesn't look at LISTED again once it has the lock.
//
// Two mutators see the page unlisted, and both push it.
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <class Page, class Counts = DirtyPagesCounts>
class CheckedOnce : public DirtyPages<Page, Counts> {
 public:
  /// Wrong: another mutator may have been faster.
  void add(Page& page) {
    if (page.flags.is_dirty_listed(order<"gallery_d4.add.load_listed">(acquire))) return;
    vocabulary::LockGuard lock(this->mutex_);
    this->push(page);
    this->counts_.on_listed();
    page.flags.set_dirty_listed(order<"gallery_d4.add.rmw_listed">(release));
  }
};

struct Rules : dirty_pages_model::KernelRules {
  using List = CheckedOnce<Page, model::NoCounts>;
  using CountingList = CheckedOnce<Page>;
};

const check::RegisterGalleryEntry entry{{.id = "D4", .what = "no second check under the lock"}};
const RegisterScenario<dirty_pages_model::SamePage<Rules>> same_page{"D4"};
const RegisterScenario<dirty_pages_model::SamePageThreeMutators<Rules>> same_page_three_mutators{"D4"};
const RegisterScenario<dirty_pages_model::TwoPages<Rules>> two_pages{"D4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
