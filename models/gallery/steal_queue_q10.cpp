// Q10: size takes two loads for one snapshot.
//
// The monitor reads top = 1, after an item came and went, and then bottom = 0, lowered by the pop that took it: the
// difference is -1, as an unsigned number 2^64 - 1. Or it reads an old top and a newer bottom: more than N.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the difference of two numbers that were never true together.
template <class T, std::size_t N>
class SnapshotSize : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  std::size_t size() const {
    const std::uint64_t t = this->top_.load(order<"gallery_q10.size.load_top">(relaxed));
    const std::uint64_t b = this->bottom_.load(order<"gallery_q10.size.load_bottom">(relaxed));
    return static_cast<std::size_t>(b - t);
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q10", .what = "size subtracts two loads as if they were one snapshot"}};
const RegisterScenario<steal_queue_model::SizeHint<SnapshotSize<char, 2>>> size_hint{"Q10"};
const RegisterScenario<steal_queue_model::SizeHintThief<SnapshotSize<char, 2>>> size_hint_thief{"Q10"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
