// The kernel's write barrier under the model checkers. What runs and what must hold: write_barrier_scenarios.hpp,
// preset_page_scenarios.hpp.
#include "models/remember/preset_page_scenarios.hpp"
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::write_barrier_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<KernelRules>>;

const RegisterScenario<EitherAge<BothAges>> either_age;
const RegisterScenario<PageThenObjectGrowOld<BothAges>> page_then_object_grow_old;
const RegisterScenario<ObjectThenPageGrowOld<BothAges>> object_then_page_grow_old;
const RegisterScenario<FreshObject> fresh_object;
const RegisterScenario<AgeWhileAsked<PageFlags>> age_while_asked;
const Kernel<TwoStoresIntoOneSlot> two_stores_into_one_slot;
const Kernel<ChainOfTwo> chain_of_two;
const Kernel<PreCleanAndCollect> pre_clean_and_collect;
const Kernel<PreCleanWithTwoMutators> pre_clean_with_two_mutators;
const Kernel<PreCleanBetweenStores> pre_clean_between_stores;

const RegisterScenario<TwoStoresIntoOneSlot<StoppedRules>> two_stores_drained_stopped;
const RegisterScenario<ChainOfTwo<StoppedRules>> chain_drained_stopped;
const RegisterScenario<TwoCollections<StoppedRules>> two_collections;
const RegisterScenario<preset_page_model::PresetPage<preset_page_model::KernelRules>> preset_page;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::write_barrier_model
