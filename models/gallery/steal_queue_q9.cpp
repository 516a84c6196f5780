// Q9: steal loads top with acquire instead of seq_cst. Two thieves are needed to see it.
//
// The owner pushes a and b, stores bottom = 1 and reads top = 0: it takes b without a compare-exchange. Thief 2 takes
// a, top = 1. Thief 1 reads top = 1 and bottom = 2: that it read top from thief 2 no longer puts its load of bottom
// behind the owner's store in the one order of the seq_cst operations. Its compare-exchange 1 -> 2 succeeds: b again.
//
// Relacy's executions have one order of all stores that every seq_cst load obeys, so it can't show this.
#include "models/gallery/judges.hpp"
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the load of top is outside the one order of seq_cst operations.
template <class T, std::size_t N>
class AcquireSteal : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  StealResult<T> steal() {
    const std::uint64_t t = this->top_.load(order<"gallery_q9.steal.load_top">(acquire));
    const std::uint64_t b = this->bottom_.load(order<"gallery_q9.steal.load_bottom">(seq_cst));
    if (this->items_between(t, b) <= 0) return {StealOutcome::empty, T()};
    const T item = this->slot(t).get();
    if (!this->claim(t)) return {StealOutcome::lost_race, T()};
    return {StealOutcome::success, item};
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q9", .what = "steal loads top with acquire; only two thieves show it"}};
const RegisterScenarioForExplorer<steal_queue_model::PushesAndPop<AcquireSteal<char, 2>>> pushes_and_pop{"Q9"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
