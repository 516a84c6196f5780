// The kernel's checker of lock ranks, as the judge of threads that would deadlock: lock_rank_scenarios.hpp.
#include "models/sync/lock_rank_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::lock_rank_model {
namespace {

const RegisterScenario<ReleaseOutOfOrder<vocabulary::HeldLocks>> release_out_of_order;
const RegisterScenario<EqualRanks<vocabulary::HeldLocks>> equal_ranks;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::lock_rank_model
