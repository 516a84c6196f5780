// S3: a thread that attaches during a request is not counted.
//
// The collector waits for those that it knew of when it asked, and the new mutator runs through the collection.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the new mutator is linked and runs, and only the next stop would count it.
class AttachesUncounted : public Safepoint {
 public:
  using Safepoint::Safepoint;

  void attach(OpenState& self, Place place = Place::here()) {
    vocabulary::LockGuard lock(mutex_);
    self.attached_at_ = place;
    self.whereabouts_.write(Whereabouts::inside);
    if (!is_requested(epoch())) running_.write(running_.read() + 1);
    link(self);
  }
};

const check::RegisterGalleryEntry entry{{.id = "S3", .what = "a thread attaches during a request and is not counted"}};
const RegisterScenario<safepoint_model::AttachMeanwhile<VariantRules<AttachesUncounted>>> attach_meanwhile{"S3"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
