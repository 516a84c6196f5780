// T3: the receiver, not the sender, counts itself as active.
//
// Worker 1 rests. Worker 0 sends it an item and notifies it, and rests before worker 1 has woken up: all bits stand,
// and marking is done with an item in the inbox.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: a worker that is called counts as resting until it runs.
template <unsigned Most>
class CountedByReceiver : public Terminator<Most> {
 public:
  using Terminator<Most>::Terminator;

  void announce_to(unsigned worker) {
    vocabulary::LockGuard lock(this->mutex_);
    called_[worker].write(true);
    this->conditions_[worker].notify_one();
  }

  template <class Look>
  bool rest(unsigned worker, Look look) {
    vocabulary::LockGuard lock(this->mutex_);
    const std::uint64_t bit = this->bit_of(worker);
    const std::uint64_t now = this->asleep_.fetch_or(bit, order<"gallery_t3.rest.rmw_asleep">(acquire)) | bit;
    if (!look()) {
      if (now == this->everyone_.read()) {
        this->done_.write(true);
        for (sync::condition& condition : this->conditions_) condition.notify_one();
      }
      while (!this->done_.read() && !called_[worker].read()) this->conditions_[worker].wait(this->mutex_);
    }
    called_[worker].write(false);
    this->asleep_.fetch_and(~bit, order<"gallery_t3.rest.rmw_asleep_not">(relaxed));
    return !this->done_.read();
  }

 private:
  std::array<sync::plain<bool>, Most> called_{};  // under the lock
};

struct CountedByReceiverRules : terminator_model::KernelRules {
  using Terminator = CountedByReceiver<3>;
};

const check::RegisterGalleryEntry entry{{.id = "T3", .what = "the receiver counts itself as active, not the sender"}};
const RegisterScenario<terminator_model::InboxHandOver<CountedByReceiverRules>> inbox_hand_over{"T3"};
const RegisterScenario<terminator_model::InboxChain<CountedByReceiverRules>> inbox_chain{"T3"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
