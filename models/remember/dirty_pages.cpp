// The kernel's dirty list and dirty bits under the model checkers. What runs and what must hold:
// dirty_pages_scenarios.hpp.
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::dirty_pages_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<KernelRules>>;

const Kernel<SamePage> same_page;
const Kernel<SamePageThreeMutators> same_page_three_mutators;
const Kernel<OnePageEach> one_page_each;
const Kernel<TwoPages> two_pages;
const Kernel<ListedIsListed> listed_is_listed;
const Kernel<SnapshotMeanwhile> snapshot_meanwhile;
const Kernel<ListedAgain> listed_again;
const Kernel<PutBack> put_back;
const Kernel<Retired> retired;
const Kernel<RetiredInSnapshot> retired_in_snapshot;
const Kernel<StoreIntoCleanPage> store_into_clean_page;
const Kernel<StoreIntoListedPage> store_into_listed_page;
const Kernel<StoreIntoDirtyObject> store_into_dirty_object;
const Kernel<StoresIntoTwoWords> stores_into_two_words;
const Kernel<TwoMutatorsStore> two_mutators_store;
const Kernel<TwoDrains> two_drains;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::dirty_pages_model
