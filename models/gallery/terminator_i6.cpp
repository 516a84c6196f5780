// I6: the wake-up is one flag for k items.
//
// Two workers rest. Two items are announced, one worker is called and takes one of them. The other item is there, and
// the other worker sleeps on.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: however many items there are, one worker is called.
template <unsigned Most>
class OneFlag : public Terminator<Most> {
 public:
  using Terminator<Most>::Terminator;

  void announce(unsigned items) { Terminator<Most>::announce(items > 0 ? 1 : 0); }
};

struct OneFlagRules : terminator_model::KernelRules {
  using Terminator = OneFlag<3>;
};

const check::RegisterGalleryEntry entry{{.id = "I6", .what = "the wake-up is one flag for k items"}};
const RegisterScenario<terminator_model::TwoItemsTwoSleepers<OneFlagRules>> two_items_two_sleepers{"I6"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
