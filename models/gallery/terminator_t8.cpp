// T8: an item that the target refuses is dropped.
//
// Worker 0 sends two items to an inbox of one cell. The second is refused, and worker 0 goes on without it.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct Dropped : terminator_model::KernelRules {
  template <class M>
  static void send(M& marking, unsigned, unsigned to, char item) {
    static_cast<void>(marking.inbox_of(to).push(item));
    marking.terminator.announce_to(to);
  }
};

const check::RegisterGalleryEntry entry{{.id = "T8", .what = "an item that the target refuses is dropped"}};
const RegisterScenario<terminator_model::FullInbox<Dropped>> full_inbox{"T8"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
