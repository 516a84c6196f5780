// S4: a thread detaches during a request, and the collector isn't told.
//
// The collector waits until nobody runs. The last one that runs detaches without a word.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: a mutator that goes tells nobody.
class DetachesSilently : public Safepoint {
 public:
  using Safepoint::Safepoint;

  void detach(OpenState& self) {
    vocabulary::LockGuard lock(mutex_);
    unlink(self);
    self.whereabouts_.write(Whereabouts::detached);
    running_.write(running_.read() - 1);
  }
};

const check::RegisterGalleryEntry entry{
    {.id = "S4", .what = "a thread detaches during a request without telling the collector"}};
const RegisterScenario<safepoint_model::DetachMeanwhile<VariantRules<DetachesSilently>>> detach_meanwhile{"S4"};
const RegisterScenario<safepoint_model::StopAndResume<VariantRules<DetachesSilently>>> stop_and_resume{"S4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
