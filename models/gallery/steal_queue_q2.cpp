// Q2: steal reads the slot after its compare-exchange, when the slot is the owner's again.
//
// Full queue [a, b]: the thief's compare-exchange 0 -> 1 succeeds. The owner sees room and pushes c into slot 0. The
// thief reads c: a is lost and c is taken twice.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: claims first, reads afterwards.
template <class T, std::size_t N>
class LateReadSteal : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  StealResult<T> steal() {
    const std::uint64_t t = this->top_.load(order<"gallery_q2.steal.load_top">(seq_cst));
    const std::uint64_t b = this->bottom_.load(order<"gallery_q2.steal.load_bottom">(seq_cst));
    if (this->items_between(t, b) <= 0) return {StealOutcome::empty, T()};
    if (!this->claim(t)) return {StealOutcome::lost_race, T()};
    return {StealOutcome::success, this->slot(t).get()};
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q2", .what = "steal reads the slot after its compare-exchange"}};
const RegisterScenario<steal_queue_model::Full<LateReadSteal<char, 2>>> full{"Q2"};
const RegisterScenario<steal_queue_model::SlowThief<LateReadSteal<char, 2>>> slow_thief{"Q2"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
