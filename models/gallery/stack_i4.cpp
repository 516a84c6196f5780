// I4: the tag that guards a lock-free stack against ABA begins at 0 again whenever the stack is empty.
//
// One popper loads the head, (tag 0, node 1), and the next node, 2. The other pops both nodes, which resets the tag,
// and pushes node 1: (tag 0, node 1) again. The first popper's compare-exchange succeeds and installs node 2, which the
// other one has. The kernel has no such stack; this is a program of its own.
#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// A head is 16 * tag + node; node 0 is no node.
class TagRestarts final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "stack.tag_restarts", .holds = "a node is in the stack or in one hand", .threads = 2};

  TagRestarts() : head_(1) { next_[1].store(2, order<"gallery_i4.setup.store_next">(relaxed)); }

  void thread(unsigned id) override {
    if (id == 0) {
      hand_[0] = pop();
    } else {
      const unsigned first = pop();
      const unsigned second = pop();
      if (first == 1 && second == 2) {
        push(first);
        hand_[1] = second;
      }
    }
  }

  void after() override {
    if (hand_[1] != 0) expect(pop() != hand_[1] && hand_[0] != hand_[1], "a node is in the stack and in a hand");
  }

 private:
  unsigned pop() {
    unsigned head = head_.load(order<"gallery_i4.pop.load_head">(acquire));
    for (;;) {
      if (head % 16 == 0) return 0;
      const unsigned next = next_[head % 16].load(order<"gallery_i4.pop.load_next">(relaxed));
      // Wrong: an empty head is 0, whatever tag it had.
      const unsigned after = next == 0 ? 0 : head / 16 * 16 + 16 + next;
      if (head_.compare_exchange_strong(head, after, order<"gallery_i4.pop.cas_head">(acq_rel),
                                        order<"gallery_i4.pop.cas_fail_head">(acquire))) {
        return head % 16;
      }
    }
  }

  void push(unsigned node) {
    unsigned head = head_.load(order<"gallery_i4.push.load_head">(relaxed));
    do {
      next_[node].store(head % 16, order<"gallery_i4.push.store_next">(relaxed));
    } while (!head_.compare_exchange_strong(head, head / 16 * 16 + node, order<"gallery_i4.push.cas_head">(release),
                                            order<"gallery_i4.push.cas_fail_head">(relaxed)));
  }

  sync::atomic<unsigned> head_;
  std::array<sync::atomic<unsigned>, 3> next_{};
  std::array<unsigned, 2> hand_{};  // each by one thread
};

const check::RegisterGalleryEntry entry{
    {.id = "I4", .what = "the tag against ABA begins anew when the stack is empty"}};
const RegisterScenario<TagRestarts> tag_restarts{"I4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
