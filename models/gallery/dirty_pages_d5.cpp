// D5: a path drains a page without clearing LISTED.
//
// From then on every mutator finds the page listed and returns, and it is on no list.
#include "models/gallery/dirty_pages_chain.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the flag stays.
struct NeverClear {
  template <class Page, class Visit>
  static void page(Page& page, Visit visit) {
    page.dirty.take_each([&](std::size_t index) { visit(page, index); });
  }
};

using Rules = ChainRules<NeverClear>;
const check::RegisterGalleryEntry entry{{.id = "D5", .what = "a path drains without clearing LISTED"}};
const RegisterScenario<dirty_pages_model::StoreIntoCleanPage<Rules>> store_into_clean_page{"D5"};
const RegisterScenario<dirty_pages_model::StoreIntoListedPage<Rules>> store_into_listed_page{"D5"};
const RegisterScenario<dirty_pages_model::TwoDrains<Rules>> two_drains{"D5"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
