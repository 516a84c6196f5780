// The kernel's coordinator and all that it is made of under the model checkers. What runs and what must hold:
// parallel_mark_coordinator_scenarios.hpp.
#include "models/mark/parallel_mark_coordinator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::parallel_mark_coordinator_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<KernelRules>>;

const Kernel<NoRoots> no_roots;
const Kernel<OddRoots> odd_roots;
const Kernel<BothOwners> both_owners;
const Kernel<ChainSent> chain_sent;
const Kernel<ChainKept> chain_kept;
const Kernel<ForkSentToResting> fork_sent_to_resting;
const Kernel<CycleAndGarbage> cycle_and_garbage;
const Kernel<Fork> fork;
const Kernel<Diamond> diamond;
const Kernel<SharedChild> shared_child;
const Kernel<LargeArray> large_array;
const Kernel<FullInbox> full_inbox;
const Kernel<CrossedInboxes> crossed_inboxes;
const Kernel<NoMemory> no_memory;
const Kernel<NoMemoryFork> no_memory_fork;
const Kernel<NoMemoryForThief> no_memory_for_thief;
const Kernel<Remembered> remembered;
const Kernel<TwoMarkings> two_markings;
const Kernel<AloneThenTogether> alone_then_together;
const Kernel<ThreeWorkers> three_workers;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::parallel_mark_coordinator_model
