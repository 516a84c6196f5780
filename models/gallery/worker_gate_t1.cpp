// T1 at the gate: the coordinator joins its helpers before it closes the gate.
//
// The helpers wait for another round or for the gate to close; the coordinator, who would close it, waits for their
// threads to end.
#include "models/mark/worker_gate_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct JoinsBeforeClose {
  template <class S>
  static void shut_down(S& scenario) {
    scenario.join();
    scenario.gate.close();
  }
};

const RegisterScenario<worker_gate_model::NoRound<JoinsBeforeClose>> no_round{"T1"};
const RegisterScenario<worker_gate_model::OneRound<JoinsBeforeClose>> one_round{"T1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
