// T5: an idle worker looks again at its own queue only.
//
// Worker 1 finds nothing anywhere. Worker 0 pushes into its queue, announces the item, and sees nobody rest. Worker 1
// rests; it has looked at its own queue, not at that of worker 0, where the item is.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct OwnQueueOnly : terminator_model::KernelRules {
  template <class M>
  static bool look(M& marking, unsigned worker) {
    return !marking.inbox_of(worker).empty() || !marking.queue_of(worker).empty();
  }
};

const check::RegisterGalleryEntry entry{{.id = "T5", .what = "an idle worker looks again at its own queue only"}};
const RegisterScenario<terminator_model::OneItemOneSleeper<OwnQueueOnly>> one_item_one_sleeper{"T5"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
