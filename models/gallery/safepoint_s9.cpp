// S9: a mutator acknowledges a stop while it holds a lock of the kernel.
//
// The collector has stopped the world and wants that lock; it waits for ever. The kernel's safepoint reports such a
// mutator; one that doesn't look hangs.
#include "models/gallery/safepoint_open.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: it doesn't look whether the thread holds a lock.
class LooksAway : public Safepoint {
 public:
  using Safepoint::Safepoint;

  void poll(OpenState& self) {
    // A hint, as in the kernel.
    if (!is_requested(epoch_.load(order<"gallery_s9.poll.load_epoch">(relaxed)))) return;
    vocabulary::LockGuard lock(mutex_);
    if (!is_requested(epoch())) return;
    leave();
    wait_as_stopped(self);
  }
};

/// Wrong, too: the mutator polls before it releases the lock.
struct PollsLocked : VariantRules<LooksAway> {
  template <class W>
  static void work_and_poll(W& world, sync::mutex& mutex) {
    vocabulary::LockGuard lock(mutex);
    world.work(0);
    world.safepoint.poll(world.state[0]);
  }
};

const check::RegisterGalleryEntry entry{{.id = "S9", .what = "a mutator acknowledges a stop while it holds a lock"}};
const RegisterScenario<safepoint_model::LockedWork<PollsLocked>> locked_work{"S9"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
