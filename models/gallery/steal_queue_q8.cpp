// Q8: push publishes bottom relaxed.
//
// The thief reads the raised bottom, but neither the slot nor the object has to be visible to it: it takes whatever the
// slot held before, or reads an object that is still being written.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the store of bottom publishes nothing.
template <class T, std::size_t N>
class RelaxedPush : public Deque<T, N> {
 public:
  using Deque<T, N>::Deque;

  bool push(T item) {
    const std::uint64_t b = this->bottom_.load(order<"gallery_q8.push.load_bottom">(relaxed));
    const std::uint64_t t = this->top_.load(order<"gallery_q8.push.load_top">(acquire));
    if (b - t >= N) return false;
    this->slot(b).put(item);
    this->bottom_.store(b + 1, order<"gallery_q8.push.store_bottom">(relaxed));
    return true;
  }
};

const check::RegisterGalleryEntry entry{{.id = "Q8", .what = "push publishes bottom relaxed"}};
const RegisterScenario<steal_queue_model::Publication<RelaxedPush<char, 2>>> publication{"Q8"};
const RegisterScenario<steal_queue_model::PublicationTwoThieves<RelaxedPush<char, 2>>> publication_two_thieves{"Q8"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
