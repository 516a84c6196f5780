// Q1: pop looks at top before it announces the item that it is going to take.
//
// [a, b]: the owner reads bottom = 2, top = 0. A thief steals a, then reads top = 1, bottom = 2. The owner stores
// bottom = 1 and takes b without a compare-exchange (1 > 0). The thief's compare-exchange 1 -> 2 succeeds: b again.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the load of top comes before the store of bottom.
template <class T, std::size_t N>
class EarlyLookPop : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  std::optional<T> pop() {
    const std::uint64_t b = this->bottom_.load(order<"gallery_q1.pop.load_bottom">(relaxed)) - 1;
    const std::uint64_t t = this->top_.load(order<"gallery_q1.pop.load_top">(seq_cst));
    this->bottom_.store(b, order<"gallery_q1.pop.store_bottom">(seq_cst));
    std::optional<T> item;
    if (this->items_between(t, b) >= 0) item = this->slot(b).get();
    if (this->items_between(t, b) > 0) return item;
    if (item && !this->claim(t)) item.reset();
    this->bottom_.store(b + 1, order<"gallery_q1.pop.store_bottom_restored">(release));
    return item;
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q1", .what = "pop loads top before it publishes the lowered bottom"}};
const RegisterScenario<steal_queue_model::TwoItemsOnePop<EarlyLookPop<char, 2>>> two_items_one_pop{"Q1"};
const RegisterScenario<steal_queue_model::PushesAndPop<EarlyLookPop<char, 2>>> pushes_and_pop{"Q1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
