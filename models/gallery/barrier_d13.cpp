// D13: the barrier marks the young target.
//
// b is stored into the old object and replaced by c. b is garbage, and marked.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct Blackens : write_barrier_model::KernelRules {
  /// Wrong: a store says nothing about what is reachable when the collection begins.
  template <class Heap, class Slot, class ObjectAge>
  static void store(Heap& heap, unsigned mutator, Slot& slot, std::size_t target, const Place& place,
                    ObjectAge object_is_old) {
    write_barrier_model::KernelRules::store(heap, mutator, slot, target, place, object_is_old);
    heap.run(mutator, [&] { heap.blacken(target); });
  }
};

const check::RegisterGalleryEntry entry{{.id = "D13", .what = "the barrier blackens young targets"}};
const RegisterScenario<write_barrier_model::TwoStoresIntoOneSlot<Blackens>> two_stores_into_one_slot{"D13"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
