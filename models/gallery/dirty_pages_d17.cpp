// D17: the read-modify-write that sets a dirty bit is release only.
//
// Store buffering: the mutator sets the bit and looks at LISTED; the collector clears LISTED and takes the word. The
// mutator's bit comes after the taking, but it receives nothing from there, and it may still see the page as listed:
// dirty, and on no list.
#include "models/heap/dirty_bits_scenarios.hpp"
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <std::size_t Bits>
class ReleaseBits : public DirtyBits<Bits> {
 public:
  /// Wrong: publishes the store, and doesn't receive that the page was taken off the list.
  void set(std::size_t index) {
    this->words_[index / 64].fetch_or(this->bit_of(index), order<"gallery_d17.set.rmw_word">(release));
  }
};

struct Rules : dirty_pages_model::KernelRules {
  using Page = model::PageOf<ReleaseBits<128>>;
  using List = DirtyPages<Page, model::NoCounts>;
};

const check::RegisterGalleryEntry entry{{.id = "D17", .what = "the dirty read-modify-write is release only"}};
const RegisterScenario<dirty_pages_model::StoreIntoListedPage<Rules>> store_into_listed_page{"D17"};
const RegisterScenario<dirty_pages_model::StoreIntoDirtyObject<Rules>> store_into_dirty_object{"D17"};
const RegisterScenario<dirty_bits_model::BitAndFlag<ReleaseBits<64>>> bit_and_flag{"D17"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
