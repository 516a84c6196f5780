// D16: dirty bits are cleared although the old object still refers to a young one.
//
// The first collection leaves b young. The second one doesn't look at the old object, and frees b.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct ForgetsOldCells : write_barrier_model::KernelRules {
  /// Wrong: that is remembered only by the bit.
  static constexpr bool kRecordsAgain = false;
};

const check::RegisterGalleryEntry entry{
    {.id = "D16", .what = "an old object that still refers to a young one is clean"}};
const RegisterScenario<write_barrier_model::TwoStoresIntoOneSlot<ForgetsOldCells>> two_stores_into_one_slot{"D16"};
const RegisterScenario<write_barrier_model::ChainOfTwo<ForgetsOldCells>> chain_of_two{"D16"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
