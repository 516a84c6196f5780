// Q3: steal loads bottom relaxed.
//
// The owner writes the object's field, pushes the object and releases bottom. The thief reads the raised bottom without
// acquiring it, takes the item and reads the field: nothing orders that read after the write.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the load of bottom receives nothing.
template <class T, std::size_t N>
class RelaxedSteal : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  StealResult<T> steal() {
    const std::uint64_t t = this->top_.load(order<"gallery_q3.steal.load_top">(seq_cst));
    const std::uint64_t b = this->bottom_.load(order<"gallery_q3.steal.load_bottom">(relaxed));
    if (this->items_between(t, b) <= 0) return {StealOutcome::empty, T()};
    const T item = this->slot(t).get();
    if (!this->claim(t)) return {StealOutcome::lost_race, T()};
    return {StealOutcome::success, item};
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q3", .what = "steal loads bottom relaxed"}};
const RegisterScenario<steal_queue_model::Publication<RelaxedSteal<char, 2>>> publication{"Q3"};
const RegisterScenario<steal_queue_model::PublicationTwoThieves<RelaxedSteal<char, 2>>> publication_two_thieves{"Q3"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
