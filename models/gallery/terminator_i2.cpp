// I2: the receiver doesn't look into its inbox after it has declared itself idle.
//
// Worker 1 drains its inbox and finds nothing. Worker 0 sends an item and sees nobody rest. Worker 1 rests, without a
// look into its inbox. Worker 0 rests: all rest, and marking is done with an item in the inbox.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct NoLookIntoInbox : terminator_model::KernelRules {
  template <class M>
  static bool look(M& marking, unsigned) {
    return marking.any_queue_holds_items();
  }
};

const check::RegisterGalleryEntry entry{{.id = "I2", .what = "a worker rests without a last look into its inbox"}};
const RegisterScenario<terminator_model::InboxHandOver<NoLookIntoInbox>> inbox_hand_over{"I2"};
const RegisterScenario<terminator_model::CrossedInboxes<NoLookIntoInbox>> crossed_inboxes{"I2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
