// Q6: the slots are not atomic.
//
// Full queue [a, b]: a thief reads top = 0 and falls asleep. Another takes a; the owner pushes c into slot 0 while the
// first reads it. What it reads is dropped, because its compare-exchange fails, but the read has raced with the write.
#include "models/gallery/steal_queue_deque.hpp"
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: get and put may run at once.
template <class T>
class PlainSlot {
 public:
  T get() const { return value_.read(); }
  void put(T value) { value_.write(value); }

 private:
  sync::plain<T> value_;
};

template <class T, std::size_t N>
using PlainSlotDeque = Deque<T, N, PlainSlot<T>>;

const check::RegisterGalleryEntry entry{{.id = "Q6", .what = "plain slots"}};
const RegisterScenario<steal_queue_model::SlowThief<PlainSlotDeque<char, 2>>> slow_thief{"Q6"};
const RegisterScenario<steal_queue_model::IndexWrapSlowThief<PlainSlotDeque<char, 2>>> index_wrap_slow_thief{"Q6"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
