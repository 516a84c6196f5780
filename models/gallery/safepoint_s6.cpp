// S6: a stop whose wait times out proceeds.
//
// The mutator has not polled yet and runs.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the collector waits once, and goes on when the time is over.
class ProceedsUnstopped : public Safepoint {
 public:
  using Safepoint::Safepoint;

  StopOutcome stop(OpenState& self) {
    vocabulary::LockGuard lock(mutex_);
    advance_epoch();
    self.whereabouts_.write(Whereabouts::stopping);
    self.acknowledged_.write(epoch());
    leave();
    stopped_.write(stopped_.read() + 1);
    while (running_.read() > 0 && all_stopped_.wait_for(mutex_, watchdog_.period)) continue;
    return StopOutcome::world_is_stopped;
  }
};

const check::RegisterGalleryEntry entry{{.id = "S6", .what = "a stop proceeds when its wait times out"}};
const RegisterScenario<safepoint_model::StopAndResume<VariantRules<ProceedsUnstopped>>> stop_and_resume{"S6"};
const RegisterScenario<safepoint_model::DetachMeanwhile<VariantRules<ProceedsUnstopped>>> detach_meanwhile{"S6"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
