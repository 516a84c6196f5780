// The kernel's work-stealing deque under the model checkers. What runs and what must hold: steal_queue_scenarios.hpp.
#include "models/mark/steal_queue_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::steal_queue_model {
namespace {

template <template <class> class Scenario, std::size_t N>
using Kernel = RegisterScenario<Scenario<StealQueue<char, N>>>;

const Kernel<LastItem, 2> last_item;
const Kernel<LastItemTwoThieves, 2> last_item_two_thieves;
const Kernel<Publication, 2> publication;
const Kernel<PublicationTwoThieves, 2> publication_two_thieves;
const Kernel<TwoItemsOnePop, 2> two_items_one_pop;
const Kernel<TwoItemsTwoPops, 2> two_items_two_pops;
const Kernel<PushesAndPop, 2> pushes_and_pop_two_thieves;
const Kernel<Full, 2> full;
const Kernel<SlowThief, 2> slow_thief;
const Kernel<PushPopMix, 2> push_pop_mix;
const Kernel<EmptyPop, 2> empty_pop;
const Kernel<FourItems, 4> four_items;
const Kernel<DrainTwoThieves, 4> drain_two_thieves;
const Kernel<IndexWrap, 2> index_wrap;
const Kernel<IndexWrapSlowThief, 2> index_wrap_slow_thief;
const Kernel<SizeHint, 2> size_hint;
const Kernel<SizeHintThief, 2> size_hint_thief;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::steal_queue_model
