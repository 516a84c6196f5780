// The C11 port's deque under the explorer, judged by the kernel's scenarios.
#include <array>
#include <optional>

#include "models/mark/steal_queue_scenarios.hpp"
#include "tests/conformance/c11/steal_queue.h"

namespace hallmark::inline HALLMARK_NAMESPACE::steal_queue_model {
namespace {

/// What the scenarios ask of a deque.
template <std::size_t N>
class PortQueue {
 public:
  static constexpr std::size_t kCapacity = N;

  explicit PortQueue(std::uint64_t first_index = 0) { hm_steal_queue_init(&queue_, slots_.data(), N, first_index); }

  bool push(char item) { return hm_steal_queue_push(&queue_, static_cast<hm_item>(item)); }
  std::optional<char> pop() {
    hm_item item = 0;
    if (!hm_steal_queue_pop(&queue_, &item)) return std::nullopt;
    return static_cast<char>(item);
  }
  StealResult<char> steal() {
    hm_item item = 0;
    switch (hm_steal_queue_steal(&queue_, &item)) {
      case HM_STEAL_SUCCESS: return {StealOutcome::success, static_cast<char>(item)};
      case HM_STEAL_EMPTY: return {StealOutcome::empty, char()};
      case HM_STEAL_LOST_RACE: break;
    }
    return {StealOutcome::lost_race, char()};
  }
  std::size_t size() { return hm_steal_queue_size(&queue_); }

 private:
  hm_steal_queue queue_;
  std::array<sync::atomic<hm_item>, N> slots_;

 protected:
  // The names by which the scenarios observe the indices.
  sync::atomic<std::uint64_t>& top_ = queue_.top;
  sync::atomic<std::uint64_t>& bottom_ = queue_.bottom;
};

template <template <class> class Scenario, std::size_t N>
using Port = RegisterScenario<Scenario<PortQueue<N>>>;

const Port<LastItem, 2> last_item;
const Port<LastItemTwoThieves, 2> last_item_two_thieves;
const Port<Publication, 2> publication;
const Port<PublicationTwoThieves, 2> publication_two_thieves;
const Port<TwoItemsOnePop, 2> two_items_one_pop;
const Port<TwoItemsTwoPops, 2> two_items_two_pops;
const Port<PushesAndPop, 2> pushes_and_pop_two_thieves;
const Port<Full, 2> full;
const Port<SlowThief, 2> slow_thief;
const Port<PushPopMix, 2> push_pop_mix;
const Port<EmptyPop, 2> empty_pop;
const Port<FourItems, 4> four_items;
const Port<DrainTwoThieves, 4> drain_two_thieves;
const Port<IndexWrap, 2> index_wrap;
const Port<IndexWrapSlowThief, 2> index_wrap_slow_thief;
const Port<SizeHint, 2> size_hint;
const Port<SizeHintThief, 2> size_hint_thief;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::steal_queue_model
