// The kernel's terminator under the model checkers. What runs and what must hold: terminator_scenarios.hpp.
#include "models/mark/terminator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::terminator_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<KernelRules>>;

const Kernel<NoWork> no_work;
const Kernel<Fork> fork;
const Kernel<StolenRoot> stolen_root;
const Kernel<InboxHandOver> inbox_hand_over;
const Kernel<InboxChain> inbox_chain;
const Kernel<InboxChainThreeWorkers> inbox_chain_three_workers;
const Kernel<CrossedInboxes> crossed_inboxes;
const Kernel<FullInbox> full_inbox;
const Kernel<OneItemOneSleeper> one_item_one_sleeper;
const Kernel<InboxItemForASleeper> inbox_item_for_a_sleeper;
const Kernel<TwoItemsTwoSleepers> two_items_two_sleepers;
const Kernel<NextMarking> next_marking;
const RegisterScenario<SpuriousWakeUp> spurious_wake_up;
const RegisterScenario<LookMeanwhile> look_meanwhile;
const RegisterScenario<CallMeanwhile> call_meanwhile;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::terminator_model
