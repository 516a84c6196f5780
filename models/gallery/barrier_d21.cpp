// D21: bits are preset by a load and a store.
//
// The allocator reads the word; a mutator stores a reference into an old object and sets its bit; the allocator stores
// the word without it. The page is listed and the object clean: its target is freed alive.
#include "models/heap/dirty_bits_scenarios.hpp"
#include "models/remember/preset_page_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <std::size_t N>
class StoredBits : public DirtyBits<N> {
 public:
  /// Wrong: the other bits of the word belong to mutators.
  void preset(std::size_t i, std::uint64_t mask) {
    const std::uint64_t word = this->words_[i].load(order<"gallery_d21.preset.load_word">(relaxed));
    this->words_[i].store(word | mask, order<"gallery_d21.preset.store_word">(relaxed));
  }
};

struct PresetsByStore : preset_page_model::KernelRules {
  using Bits = StoredBits<128>;
};

const check::RegisterGalleryEntry entry{{.id = "D21", .what = "dirty bits are preset by a load and a store"}};
const RegisterScenario<preset_page_model::PresetPage<PresetsByStore>> preset_page{"D21"};
const RegisterScenario<dirty_bits_model::PresetBesideSet<StoredBits<128>>> preset_beside_set{"D21"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
