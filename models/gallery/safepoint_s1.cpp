// S1: a mutator enters the running state while a request stands.
//
// The collector has stopped the world while the mutator was in foreign code. The mutator returns, counts itself as
// running, and runs.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: a thread that returns doesn't wait for the resume.
class ReturnsDuringStop : public Safepoint {
 public:
  using Safepoint::Safepoint;

  void leave_foreign(OpenState& self) {
    vocabulary::LockGuard lock(mutex_);
    self.whereabouts_.write(Whereabouts::inside);
    running_.write(running_.read() + 1);
  }
};

const check::RegisterGalleryEntry entry{
    {.id = "S1", .what = "a mutator enters the running state while a stop is requested"}};
const RegisterScenario<safepoint_model::ForeignCode<VariantRules<ReturnsDuringStop>>> foreign_code{"S1"};
const RegisterScenario<safepoint_model::ForeignTwoRequests<VariantRules<ReturnsDuringStop>>> foreign_two_requests{"S1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
