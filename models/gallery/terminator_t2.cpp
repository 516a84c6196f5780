// T2: the hand-over is accounted for before it can be seen.
//
// Worker 0 calls worker 1 and then sends the item. Worker 1 looks in between, finds nothing and rests again. Worker 0
// sends, and rests: all rest, and marking is done with an item in the inbox.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct AnnouncedTooEarly : terminator_model::KernelRules {
  template <class M>
  static void send(M& marking, unsigned worker, unsigned to, char item) {
    marking.terminator.announce_to(to);
    if (!marking.inbox_of(to).push(item)) marking.keep(worker, item);
  }
};

const check::RegisterGalleryEntry entry{{.id = "T2", .what = "a hand-over is accounted for before it is visible"}};
const RegisterScenario<terminator_model::InboxHandOver<AnnouncedTooEarly>> inbox_hand_over{"T2"};
const RegisterScenario<terminator_model::InboxChain<AnnouncedTooEarly>> inbox_chain{"T2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
