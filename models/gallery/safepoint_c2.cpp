// C2, a control: the collector reads counts and lists after it has released the lock that they are changed under.
//
// It looks like an unlocked read. Only mutators that run change them, and the collector has waited, under that lock,
// until none runs. Here it reads the number of those that run and the list of mutators, without the lock.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Right: reads what only running mutators change.
class ReadsUnlocked : public Safepoint {
 public:
  using Safepoint::Safepoint;

  StopOutcome stop(OpenState& self) {
    const StopOutcome outcome = Safepoint::stop(self);
    if (outcome == StopOutcome::world_is_stopped && running_.read() != 0)
      misuse("a mutator runs while the world is stopped", self, Place::here(), "count it");
    return outcome;
  }
};

using Rules = VariantRules<ReadsUnlocked>;

const check::RegisterGalleryEntry entry{
    {.id = "C2", .what = "a count is read after the lock is released", .control = true}};
const RegisterScenario<safepoint_model::StopAndResume<Rules>> stop_and_resume{"C2"};
const RegisterScenario<safepoint_model::TwoRequests<Rules>> two_requests{"C2"};
const RegisterScenario<safepoint_model::AttachMeanwhile<Rules>> attach_meanwhile{"C2"};
const RegisterScenario<safepoint_model::DetachMeanwhile<Rules>> detach_meanwhile{"C2"};
const RegisterScenario<safepoint_model::ForeignCode<Rules>> foreign_code{"C2"};
const RegisterScenario<safepoint_model::TwoMutators<Rules>> two_mutators{"C2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
