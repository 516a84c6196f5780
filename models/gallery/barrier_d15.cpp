// D15: the only drain takes place while mutators run, and the sweep follows.
//
// The collector drains the page. A mutator stores the only reference to a young object into it, and the world stops:
// the object is freed alive.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct DrainsEarlyOnly : write_barrier_model::KernelRules {
  /// Wrong: a drain while mutators run may miss what they store meanwhile.
  static constexpr bool kDrainsStopped = false;
};

const check::RegisterGalleryEntry entry{{.id = "D15", .what = "the drain takes place only while mutators run"}};
const RegisterScenario<write_barrier_model::PreCleanAndCollect<DrainsEarlyOnly>> pre_clean_and_collect{"D15"};
const RegisterScenario<write_barrier_model::PreCleanWithTwoMutators<DrainsEarlyOnly>> pre_clean_with_two_mutators{
    "D15"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
