// D18: the barrier looks whether the bit is set already, and pages are drained while mutators run.
//
// An object is dirty. A mutator stores a reference into it, sees the bit and returns; a pre-clean takes the bit and
// reads the slot as it was before (store buffering). The reference is in no list: its target is freed alive.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

const check::RegisterGalleryEntry entry{
    {.id = "D18", .what = "the barrier looks before it sets the bit, though pages are drained while mutators run"}};
const RegisterScenario<write_barrier_model::PreCleanBetweenStores<write_barrier_model::StoppedRules>>
    pre_clean_between_stores{"D18"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
