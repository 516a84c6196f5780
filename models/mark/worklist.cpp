// The kernel's worklist and its steal queue under the model checkers. What must hold: worklist_scenarios.hpp.
#include "models/mark/worklist_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::worklist_model {
namespace {

const RegisterScenario<SpillAndSteal> spill_and_steal;
const RegisterScenario<SpillIntoFullQueue> spill_into_full_queue;
const RegisterScenario<Monitor> monitor;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::worklist_model
