// Q7: a worker pushes into another worker's deque. The deque is the kernel's own; its use is wrong.
//
// Both producers read bottom = 0, both write slot 0, both store bottom = 1: one item is gone.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Outcome: push, push. Each producer believes that it owns the queue.
class TwoProducers final : public steal_queue_model::QueueScenario<StealQueue<char, 2>> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "steal_queue.two_producers",
      .holds = "two items pushed by two threads are both in the queue afterwards",
      .threads = 2,
      .outcomes = {"++"}};

  TwoProducers() : QueueScenario("") {}

  void thread(unsigned id) override { push(id == 0 ? 'a' : 'b', id); }
};

const check::RegisterGalleryEntry entry{{.id = "Q7", .what = "two threads push into one deque"}};
const RegisterScenario<TwoProducers> two_producers{"Q7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
