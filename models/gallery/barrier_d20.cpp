// D20: the sweep leaves the preset bit of an object that survives.
//
// The object is old from then on. A mutator stores a reference into it, sees the bit and returns; its page is on no
// list, so the next collection frees the target alive.
#include "models/remember/preset_page_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct LeavesSurvivorsPreset : preset_page_model::KernelRules {
  static constexpr bool kLooksAtBits = false;
  /// Wrong: bits of young objects mean nothing, and these are old now.
  static constexpr bool kSweepClears = false;
};

const check::RegisterGalleryEntry entry{{.id = "D20", .what = "a survivor keeps its preset bit"}};
const RegisterScenario<preset_page_model::PresetPage<LeavesSurvivorsPreset>> preset_page{"D20"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
