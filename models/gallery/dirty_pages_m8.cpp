// M8: the maximum of a statistic is kept by load, compare and store.
//
// Two pages are listed. Both mutators load the maximum 0; the one that has seen two pages stores 2, then the other one
// stores 1.
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <class Page>
class RacyMaximum : public DirtyPages<Page> {
 public:
  /// Wrong: the maximum may have grown since it was loaded.
  void add(Page& page) {
    DirtyPages<Page>::add(page);
    const std::size_t size = this->size();
    if (most_.load(order<"gallery_m8.add.load_most">(relaxed)) < size) {
      most_.store(size, order<"gallery_m8.add.store_most">(relaxed));
    }
  }
  DirtyPagesStatistics statistics() const {
    DirtyPagesStatistics result = DirtyPages<Page>::statistics();
    result.high_water = most_.load(order<"gallery_m8.statistics.load_most">(relaxed));
    return result;
  }

 private:
  sync::atomic<std::size_t> most_;
};

struct Rules : dirty_pages_model::KernelRules {
  using CountingList = RacyMaximum<Page>;
};

const check::RegisterGalleryEntry entry{{.id = "M8", .what = "a maximum by load, compare and store"}};
const RegisterScenario<dirty_pages_model::OnePageEach<Rules>> one_page_each{"M8"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
