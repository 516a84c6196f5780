// D2: a drain takes the dirty words, and clears LISTED afterwards.
//
// The collector has taken the word. A mutator sets its bit, sees LISTED and returns. The collector clears the flag: the
// page is dirty and on no list.
#include "models/gallery/dirty_pages_chain.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the page counts as listed while its bits are taken.
struct ClearLast {
  template <class Page, class Visit>
  static void page(Page& page, Visit visit) {
    page.dirty.take_each([&](std::size_t index) { visit(page, index); });
    page.flags.clear_dirty_listed(order<"gallery_d2.page.rmw_listed">(acq_rel));
  }
};

using Rules = ChainRules<ClearLast>;
const check::RegisterGalleryEntry entry{{.id = "D2", .what = "LISTED is cleared after the dirty words were taken"}};
const RegisterScenario<dirty_pages_model::StoreIntoListedPage<Rules>> store_into_listed_page{"D2"};
const RegisterScenario<dirty_pages_model::StoresIntoTwoWords<Rules>> stores_into_two_words{"D2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
