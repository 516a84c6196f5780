// D1: a drain scans the page, then zeroes its dirty bits and clears LISTED.
//
// The collector has read the word. A mutator stores its reference, sets the bit, sees LISTED and returns. The collector
// zeroes the word and clears the flag: the page is clean, and nobody has seen the store.
#include "models/gallery/dirty_pages_chain.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

class OpenBits : public DirtyBits<128> {
 public:
  std::uint64_t peek(std::size_t i) const { return words_[i].load(order<"gallery_d1.peek.load_word">(acquire)); }
  void zero(std::size_t i) { words_[i].store(0, order<"gallery_d1.zero.store_word">(release)); }
};

/// Wrong: what is set between the scan and the end is wiped out.
struct ScanThenClear {
  template <class Page, class Visit>
  static void page(Page& page, Visit visit) {
    for (std::size_t i = 0; i < OpenBits::kWords; ++i) {
      for (std::uint64_t word = page.dirty.peek(i); word != 0; word &= word - 1) {
        visit(page, 64 * i + static_cast<std::size_t>(std::countr_zero(word)));
      }
      page.dirty.zero(i);
    }
    page.flags.clear_dirty_listed(order<"gallery_d1.page.rmw_listed">(release));
  }
};

using Rules = ChainRules<ScanThenClear, OpenBits>;
const check::RegisterGalleryEntry entry{{.id = "D1", .what = "a drain scans, then zeroes the bits and clears LISTED"}};
const RegisterScenario<dirty_pages_model::StoreIntoListedPage<Rules>> store_into_listed_page{"D1"};
const RegisterScenario<dirty_pages_model::StoresIntoTwoWords<Rules>> stores_into_two_words{"D1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
