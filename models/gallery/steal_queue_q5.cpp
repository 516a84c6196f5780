// Q5: pop's store of bottom and load of top are release and acquire, not sequentially consistent.
//
// [a, b], store buffering: the owner stores bottom = 1 and reads top = 0; the thief has moved top to 1 and reads bottom
// = 2. Neither sees the other: the owner takes b without a compare-exchange, and so does the thief with one.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the announcement and the look at top may pass each other.
template <class T, std::size_t N>
class UnorderedPop : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  std::optional<T> pop() {
    const std::uint64_t b = this->bottom_.load(order<"gallery_q5.pop.load_bottom">(relaxed)) - 1;
    this->bottom_.store(b, order<"gallery_q5.pop.store_bottom">(release));
    const std::uint64_t t = this->top_.load(order<"gallery_q5.pop.load_top">(acquire));
    std::optional<T> item;
    if (this->items_between(t, b) >= 0) item = this->slot(b).get();
    if (this->items_between(t, b) > 0) return item;
    if (item && !this->claim(t)) item.reset();
    this->bottom_.store(b + 1, order<"gallery_q5.pop.store_bottom_restored">(release));
    return item;
  }
};

const check::RegisterGalleryEntry entry{
    {.id = "Q5", .what = "pop announces and looks with release and acquire instead of seq_cst"}};
const RegisterScenario<steal_queue_model::TwoItemsOnePop<UnorderedPop<char, 2>>> two_items_one_pop{"Q5"};
const RegisterScenario<steal_queue_model::PushesAndPop<UnorderedPop<char, 2>>> pushes_and_pop{"Q5"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
