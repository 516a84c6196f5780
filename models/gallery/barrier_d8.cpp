// D8: an object counts as old if its page is. D8b: if it is old itself.
//
// Either may be set and not the other: an object grows old in a page that stays young, or its page does and the object
// has no mark of its own yet. The store into the one that isn't asked about is not recorded.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: forgets old objects in young pages.
struct PageAgeOnly {
  static bool is_old(const PageFlags& flags, bool) { return flags.is_old(); }
};

/// Wrong: forgets objects in old pages.
struct ObjectAgeOnly {
  static bool is_old(const PageFlags&, bool object_is_old) { return object_is_old; }
};

const check::RegisterGalleryEntry entry{{.id = "D8", .what = "an object is old if its page is"}};
const RegisterScenario<write_barrier_model::EitherAge<PageAgeOnly>> page_age_only{"D8"};
const check::RegisterGalleryEntry entry_b{{.id = "D8b", .what = "an object is old if it is itself"}};
const RegisterScenario<write_barrier_model::EitherAge<ObjectAgeOnly>> object_age_only{"D8b"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
