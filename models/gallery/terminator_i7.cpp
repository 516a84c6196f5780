// I7: the notification is sent without the lock under which the sleeper tests its predicate.
//
// Worker 1 finds its bit set and goes on to wait. Before it waits, worker 0 clears the bit and notifies, and nobody
// hears it. Worker 1 waits for ever.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the bit is cleared, and the worker notified, without the lock.
template <unsigned Most>
class NotifiedWithoutLock : public Terminator<Most> {
 public:
  using Terminator<Most>::Terminator;

  void announce(unsigned) { announce_to(1); }

  void announce_to(unsigned worker) {
    const std::uint64_t before =
        this->asleep_.fetch_and(~this->bit_of(worker), order<"gallery_i7.announce_to.rmw_asleep">(acq_rel));
    if ((before & this->bit_of(worker)) != 0) this->conditions_[worker].notify_one();
  }
};

struct NotifiedWithoutLockRules : terminator_model::KernelRules {
  using Terminator = NotifiedWithoutLock<3>;
};

const check::RegisterGalleryEntry entry{
    {.id = "I7", .what = "a sleeper is notified without the lock of its predicate"}};
const RegisterScenario<terminator_model::InboxItemForASleeper<NotifiedWithoutLockRules>> inbox_item{"I7"};
const RegisterScenario<terminator_model::OneItemOneSleeper<NotifiedWithoutLockRules>> one_item{"I7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
