// C3, a control: the page grows old before the object does, or after, while a barrier that tests either one runs.
//
// Between the two the barrier sees one of them, which is enough; before them it records nothing, and the one who makes
// the object old does.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Right: in this order too.
struct ObjectAgeFirst {
  static bool is_old(const PageFlags& flags, bool object_is_old) { return object_is_old || flags.is_old(); }
};

const check::RegisterGalleryEntry entry{
    {.id = "C3", .what = "generation set before the object flag, and the barrier tests either", .control = true}};
const RegisterScenario<write_barrier_model::EitherAge<ObjectAgeFirst>> either_age{"C3"};
const RegisterScenario<write_barrier_model::PageThenObjectGrowOld<ObjectAgeFirst>> page_then_object{"C3"};
const RegisterScenario<write_barrier_model::ObjectThenPageGrowOld<ObjectAgeFirst>> object_then_page{"C3"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
