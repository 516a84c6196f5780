// D10: a minor collection skips old pages, although they are the ones that are listed.
//
// The bit is taken, the object is not looked at: the one reference from old to young is not traced.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct SkipsOldPages : write_barrier_model::KernelRules {
  /// Wrong: old pages are what the list is for.
  template <Mutators Who, class Visit>
  static void drain(List& list, Visit visit) {
    write_barrier_model::KernelRules::drain<Who>(list, [&](Page& page, std::size_t index) {
      if (!page.flags.is_old()) visit(page, index);
    });
  }
};

const check::RegisterGalleryEntry entry{{.id = "D10", .what = "a minor scan skips old pages"}};
const RegisterScenario<write_barrier_model::TwoStoresIntoOneSlot<SkipsOldPages>> two_stores_into_one_slot{"D10"};
const RegisterScenario<write_barrier_model::ChainOfTwo<SkipsOldPages>> chain_of_two{"D10"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
