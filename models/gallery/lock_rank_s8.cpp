// S8: the checker of lock ranks accepts two locks of one rank, which are then taken in both orders.
//
// Thread 0 holds a and waits for b, thread 1 holds b and waits for a.
#include "models/sync/lock_rank_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: only a lock of greater rank forbids an acquisition.
class EqualRanksPass : public vocabulary::HeldLocks {
 public:
  bool accepts(const void*, vocabulary::LockRank rank) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (held_[i].rank.value > rank.value) return false;
    }
    return true;
  }
};

const check::RegisterGalleryEntry entry{{.id = "S8", .what = "two locks share a rank and are taken in both orders"}};
const RegisterScenario<lock_rank_model::EqualRanks<EqualRanksPass>> equal_ranks{"S8"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
