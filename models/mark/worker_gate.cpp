// The kernel's worker gate under the model checkers. What runs and what must hold: worker_gate_scenarios.hpp.
#include "models/mark/worker_gate_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::worker_gate_model {
namespace {

template <template <class> class Scenario>
using Kernel = RegisterScenario<Scenario<KernelRules>>;

const Kernel<NoRound> no_round;
const Kernel<OneRound> one_round;
const Kernel<TwoRounds> two_rounds;
const Kernel<TwoHelpers> two_helpers;
const Kernel<TwoHelpersTwoRounds> two_helpers_two_rounds;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::worker_gate_model
