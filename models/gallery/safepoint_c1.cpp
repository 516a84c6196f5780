// C1, a control: mutators poll a relaxed flag, and acknowledge under a lock.
//
// It looks like a missing acquire. A poll may read an old epoch, and the mutator then runs on until a later poll; the
// collector waits for it. What a stop orders, the lock orders, which the mutator takes before it counts as stopped and
// the collector takes to see that. This is the kernel's own safepoint, where the load in poll is relaxed.
#include "models/safepoint/safepoint_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

using safepoint_model::KernelRules;

const check::RegisterGalleryEntry entry{
    {.id = "C1", .what = "the flag that mutators poll is relaxed", .control = true}};
const RegisterScenario<safepoint_model::StopAndResume<KernelRules>> stop_and_resume{"C1"};
const RegisterScenario<safepoint_model::TwoRequests<KernelRules>> two_requests{"C1"};
const RegisterScenario<safepoint_model::TwoRequesters<KernelRules>> two_requesters{"C1"};
const RegisterScenario<safepoint_model::TwoMutators<KernelRules>> two_mutators{"C1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
