// T6: an object's worker is its address modulo the number of workers, and addresses are aligned.
//
// Objects lie at multiples of 16, so with two workers the modulus is 0: worker 0 has all roots. It marks everything,
// and rightly; the counts say that nobody else had anything.
#include "models/mark/parallel_mark_coordinator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

template <unsigned Pages>
class WorkerByAddress : public parallel_mark_coordinator_model::ModelHeap<Pages> {
 public:
  using parallel_mark_coordinator_model::ModelHeap<Pages>::ModelHeap;

  /// Wrong: not the worker that the object's page is registered with.
  unsigned worker_of(char item) const { return static_cast<unsigned>(16 * this->index_of(item)) % Pages; }
};

struct WorkerByAddressRules {
  template <unsigned Pages>
  using Heap = WorkerByAddress<Pages>;
};

const check::RegisterGalleryEntry entry{
    {.id = "T6", .what = "work goes to worker address mod W, and addresses are aligned"}};
const RegisterScenario<parallel_mark_coordinator_model::BothOwners<WorkerByAddressRules>> both_owners{"T6"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
