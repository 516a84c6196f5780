// Q4: a steal that lost the race reports an empty queue.
//
// [a, b], two thieves: both read top = 0, one takes a. The other says "empty" although b is there; a marker that
// believes it declares itself idle while work remains.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: lost_race and empty are told apart by nobody.
template <class T, std::size_t N>
class SilentLoserSteal : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  StealResult<T> steal() {
    const StealResult<T> result = Deque<T, N>::steal();
    if (result.outcome == StealOutcome::lost_race) return {StealOutcome::empty, T()};
    return result;
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q4", .what = "a lost compare-exchange is reported as empty"}};
const RegisterScenario<steal_queue_model::SlowThief<SilentLoserSteal<char, 2>>> slow_thief{"Q4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
