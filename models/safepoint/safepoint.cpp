// The kernel's safepoint under the model checkers. What runs and what must hold: safepoint_scenarios.hpp.
#include "models/safepoint/safepoint_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::safepoint_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<KernelRules>>;

const Kernel<StopAndResume> stop_and_resume;
const Kernel<TwoRequests> two_requests;
const Kernel<AttachMeanwhile> attach_meanwhile;
const Kernel<DetachMeanwhile> detach_meanwhile;
const Kernel<ForeignCode> foreign_code;
const Kernel<ForeignTwoRequests> foreign_two_requests;
const Kernel<TwoRequesters> two_requesters;
const Kernel<TwoInsist> two_insist;
const RegisterScenario<LockedWork<KernelLockRules>> locked_work;
const Kernel<TwoMutators> two_mutators;
const Kernel<Churn> churn;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::safepoint_model
