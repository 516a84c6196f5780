// C5, a control: pop restores bottom with relaxed stores. Correct where there is no load buffering.
//
// A thief may read bottom from such a store without receiving anything. It can't take an item by it: the store follows
// a top that has moved past every item below the restored bottom, so the thief's compare-exchange fails. For the pop
// that loses the last item this needs a load not to be overtaken by a later store; see proofs/mark/steal_queue.md.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Right: the restoring stores publish nothing and need not.
template <class T, std::size_t N>
class RelaxedRestorePop : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  std::optional<T> pop() {
    const std::uint64_t b = this->bottom_.load(order<"gallery_c5.pop.load_bottom">(relaxed)) - 1;
    this->bottom_.store(b, order<"gallery_c5.pop.store_bottom">(seq_cst));
    const std::uint64_t t = this->top_.load(order<"gallery_c5.pop.load_top">(seq_cst));
    if (this->items_between(t, b) < 0) {
      this->bottom_.store(b + 1, order<"gallery_c5.pop.store_bottom_empty">(relaxed));
      return std::nullopt;
    }
    const T item = this->slot(b).get();
    if (this->items_between(t, b) > 0) return item;
    const bool won = this->claim(t);
    this->bottom_.store(b + 1, order<"gallery_c5.pop.store_bottom_last">(relaxed));
    if (!won) return std::nullopt;
    return item;
  }
};

const check::RegisterGalleryEntry entry{
    {.id = "C5", .what = "pop restores bottom with relaxed stores", .control = true}};
const RegisterScenario<steal_queue_model::LastItem<RelaxedRestorePop<char, 2>>> last_item{"C5"};
const RegisterScenario<steal_queue_model::LastItemTwoThieves<RelaxedRestorePop<char, 2>>> last_item_two_thieves{"C5"};
const RegisterScenario<steal_queue_model::Publication<RelaxedRestorePop<char, 2>>> publication{"C5"};
const RegisterScenario<steal_queue_model::PublicationTwoThieves<RelaxedRestorePop<char, 2>>> publication_two_thieves{
    "C5"};
const RegisterScenario<steal_queue_model::TwoItemsOnePop<RelaxedRestorePop<char, 2>>> two_items_one_pop{"C5"};
const RegisterScenario<steal_queue_model::TwoItemsTwoPops<RelaxedRestorePop<char, 2>>> two_items_two_pops{"C5"};
const RegisterScenario<steal_queue_model::PushesAndPop<RelaxedRestorePop<char, 2>>> pushes_and_pop{"C5"};
const RegisterScenario<steal_queue_model::Full<RelaxedRestorePop<char, 2>>> full{"C5"};
const RegisterScenario<steal_queue_model::SlowThief<RelaxedRestorePop<char, 2>>> slow_thief{"C5"};
const RegisterScenario<steal_queue_model::PushPopMix<RelaxedRestorePop<char, 2>>> push_pop_mix{"C5"};
const RegisterScenario<steal_queue_model::EmptyPop<RelaxedRestorePop<char, 2>>> empty_pop{"C5"};
const RegisterScenario<steal_queue_model::FourItems<RelaxedRestorePop<char, 4>>> four_items{"C5"};
const RegisterScenario<steal_queue_model::DrainTwoThieves<RelaxedRestorePop<char, 4>>> drain_two_thieves{"C5"};
const RegisterScenario<steal_queue_model::IndexWrap<RelaxedRestorePop<char, 2>>> index_wrap{"C5"};
const RegisterScenario<steal_queue_model::IndexWrapSlowThief<RelaxedRestorePop<char, 2>>> index_wrap_slow_thief{"C5"};
const RegisterScenario<steal_queue_model::SizeHint<RelaxedRestorePop<char, 2>>> size_hint{"C5"};
const RegisterScenario<steal_queue_model::SizeHintThief<RelaxedRestorePop<char, 2>>> size_hint_thief{"C5"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
