// D19: an allocator that takes a page presets the dirty bits of all its cells, of those with old objects, too.
//
// The bit of the old object stands and its page is not listed. A mutator stores a reference into the object, sees the
// bit and returns: the target is freed alive.
#include "models/remember/preset_page_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct PresetsAll : preset_page_model::KernelRules {
  static constexpr bool kLooksAtBits = false;
  /// Wrong: an old object's bit means that the store is recorded.
  static std::uint64_t preset(std::uint64_t) { return ~std::uint64_t{0}; }
};

const check::RegisterGalleryEntry entry{
    {.id = "D19", .what = "the bits of a page's old objects are preset with those of its free cells"}};
const RegisterScenario<preset_page_model::PresetPage<PresetsAll>> preset_page{"D19"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
