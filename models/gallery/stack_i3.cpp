// I3: pop of a lock-free stack reads the next pointer of a node that another popper has freed.
//
// Both poppers load the head. One claims the node and frees it; the other reads the next pointer of freed memory. The
// kernel has no such stack; this is a program of its own.
#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Nodes 1 and 2, node 1 on top; 0 is no node. To free a node is to write over it.
class FreedNode final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "stack.freed_node", .holds = "a node is read by those alone who own it", .threads = 2};

  FreedNode() : head_(1) { next_[1].write(2); }

  void thread(unsigned) override {
    unsigned node = head_.load(order<"gallery_i3.pop.load_head">(acquire));
    for (;;) {
      // Wrong: the node may be another popper's by now.
      const unsigned next = next_[node].read();
      if (head_.compare_exchange_strong(node, next, order<"gallery_i3.pop.cas_head">(acq_rel),
                                        order<"gallery_i3.pop.cas_fail_head">(acquire))) {
        break;
      }
    }
    next_[node].write(kFreed);
  }

 private:
  static constexpr unsigned kFreed = 99;

  sync::atomic<unsigned> head_;
  std::array<sync::plain<unsigned>, 3> next_{};
};

const check::RegisterGalleryEntry entry{{.id = "I3", .what = "pop reads a node that another popper has freed"}};
const RegisterScenario<FreedNode> freed_node{"I3"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
