// S7: the checker of lock ranks forgets the lock that was acquired last, whichever is released.
//
// Thread 0 holds a and c and releases a; the checker forgets c and lets it acquire b, in the wrong order. Thread 1
// holds b and waits for c.
#include "models/sync/lock_rank_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: locks are taken to be released in the reverse order of their acquisition.
class LastInFirstOut : public vocabulary::HeldLocks {
 public:
  void remove(const void*, const char*, vocabulary::Place) { --count_; }
};

const check::RegisterGalleryEntry entry{
    {.id = "S7", .what = "the lock rank that was acquired last is popped, whatever is released"}};
const RegisterScenario<lock_rank_model::ReleaseOutOfOrder<LastInFirstOut>> release_out_of_order{"S7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
