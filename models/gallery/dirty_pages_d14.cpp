// D14: add lists a page that is being freed.
//
// The page is retired: it is not on the list, and goes back to the heap. Then a mutator that is late lists it.
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <class Page, class Counts = DirtyPagesCounts>
class ListsFreed : public DirtyPages<Page, Counts> {
 public:
  /// Wrong: asks whether the page is listed, and not whether it may be.
  void add(Page& page) {
    if (page.flags.is_dirty_listed(order<"gallery_d14.add.load_listed">(relaxed))) return;
    vocabulary::LockGuard lock(this->mutex_);
    if (page.flags.is_dirty_listed(order<"gallery_d14.add.load_listed_again">(acquire))) return;
    this->push(page);
    this->counts_.on_listed();
    page.flags.set_dirty_listed(order<"gallery_d14.add.rmw_listed">(relaxed));
  }
};

struct Rules : dirty_pages_model::KernelRules {
  using List = ListsFreed<Page, model::NoCounts>;
  using CountingList = ListsFreed<Page>;
};

const check::RegisterGalleryEntry entry{{.id = "D14", .what = "a page that is being freed is listed"}};
const RegisterScenario<dirty_pages_model::Retired<Rules>> retired{"D14"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
