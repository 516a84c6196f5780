// I5: clear closes a stack by a flag, pushers count themselves in, and both only acquire and release.
//
// Store buffering: the pusher counts itself in and reads "open"; the clearer closes and reads "no users". The clearer
// takes what is there, the pusher adds its item, and nobody comes for it. The kernel has no such stack; this is a
// program of its own.
#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// A stack of one item.
class ClosedWhilePushed final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "stack.closed_while_pushed",
                                             .holds = "an item that was accepted is cleared, or not cleared away",
                                             .threads = 2};

  void thread(unsigned id) override {
    if (id == 0) {
      users_.fetch_add(1, order<"gallery_i5.push.rmw_users">(acq_rel));
      // Wrong: this load and that of the users may both miss the other thread. It takes sequential consistency.
      if (!closed_.load(order<"gallery_i5.push.load_closed">(acquire))) {
        item_.store(1, order<"gallery_i5.push.store_item">(release));
        accepted_ = true;
      }
      users_.fetch_sub(1, order<"gallery_i5.push.rmw_users_out">(acq_rel));
    } else {
      closed_.store(true, order<"gallery_i5.clear.store_closed">(release));
      if (users_.load(order<"gallery_i5.clear.load_users">(acquire)) != 0) return;  // later, then
      cleared_ = true;
      found_ = item_.exchange(0, order<"gallery_i5.clear.rmw_item">(acquire)) != 0;
    }
  }

  void after() override {
    expect(!cleared_ || found_ == accepted_, "an item was accepted by a stack that was cleared");
  }

 private:
  sync::atomic<unsigned> users_;
  sync::atomic<bool> closed_;
  sync::atomic<unsigned> item_;
  bool accepted_ = false;  // thread 0
  bool cleared_ = false;   // thread 1
  bool found_ = false;     // thread 1
};

const check::RegisterGalleryEntry entry{
    {.id = "I5", .what = "flag and user count of a clear only acquire and release"}};
const RegisterScenario<ClosedWhilePushed> closed_while_pushed{"I5"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
