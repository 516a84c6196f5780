// S2: resume restores the epoch and forgets the count of the running.
//
// The second stop finds that nobody runs, and proceeds while the mutator is on its way.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: who was stopped runs again, and nobody counts it.
class ForgetsCount : public Safepoint {
 public:
  using Safepoint::Safepoint;

  void resume(OpenState& self) {
    vocabulary::LockGuard lock(mutex_);
    self.whereabouts_.write(Whereabouts::inside);
    running_.write(1);
    stopped_.write(0);
    advance_epoch();
    resumed_.notify_all();
  }
};

const check::RegisterGalleryEntry entry{
    {.id = "S2", .what = "resume restores the flag and not the count of running mutators"}};
const RegisterScenario<safepoint_model::TwoRequests<VariantRules<ForgetsCount>>> two_requests{"S2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
