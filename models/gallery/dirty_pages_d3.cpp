// D3: add sets LISTED before the push, outside the lock.
//
// The first mutator has set the flag and not pushed. The second one sees the flag and returns. A collector takes a
// snapshot: the page of the second mutator's store is missing.
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <class Page, class Counts = DirtyPagesCounts>
class FlagFirst : public DirtyPages<Page, Counts> {
 public:
  /// Wrong: the flag promises a push that has not happened.
  void add(Page& page) {
    if (page.flags.is_dirty_listed(order<"gallery_d3.add.load_listed">(acquire))) return;
    page.flags.set_dirty_listed(order<"gallery_d3.add.rmw_listed">(acq_rel));
    vocabulary::LockGuard lock(this->mutex_);
    this->push(page);
    this->counts_.on_listed();
  }
};

struct Rules : dirty_pages_model::KernelRules {
  using List = FlagFirst<Page, model::NoCounts>;
  using CountingList = FlagFirst<Page>;
};

const check::RegisterGalleryEntry entry{{.id = "D3", .what = "LISTED is set before the push, outside the lock"}};
const RegisterScenario<dirty_pages_model::ListedIsListed<Rules>> listed_is_listed{"D3"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
