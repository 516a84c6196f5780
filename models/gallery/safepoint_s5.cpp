// S5: one acknowledgement for two requests.
//
// The mutator has stopped for the first request. When it wakes up the second one stands, for which it is awaited; it
// takes it for the first and waits on.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: a stopped mutator waits until no stop is requested, whichever that is.
class AcknowledgesOnce : public Safepoint {
 public:
  using Safepoint::Safepoint;

  void poll(OpenState& self) {
    // A hint, as in the kernel.
    if (!is_requested(epoch_.load(order<"gallery_s5.poll.load_epoch">(relaxed)))) return;
    vocabulary::LockGuard lock(mutex_);
    if (!is_requested(epoch())) return;
    leave();
    self.acknowledged_.write(epoch());
    stopped_.write(stopped_.read() + 1);
    while (is_requested(epoch())) resumed_.wait(mutex_);
  }
};

const check::RegisterGalleryEntry entry{{.id = "S5", .what = "an acknowledgement is given once for two requests"}};
const RegisterScenario<safepoint_model::TwoRequests<VariantRules<AcknowledgesOnce>>> two_requests{"S5"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
