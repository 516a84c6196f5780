// D7: the barrier runs before the store.
//
// The mutator sets the bit and lists the page, and polls. A collection takes the bit, finds nothing in the slot and
// leaves the page clean. The mutator stores: an old object refers to a young one, and nobody knows.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

struct BarrierFirst : write_barrier_model::KernelRules {
  /// Wrong: what is recorded has not happened yet. The poll is where a collection may fit in.
  template <class Heap, class Slot, class ObjectAge>
  static void store(Heap& heap, unsigned mutator, Slot& slot, std::size_t target, const Place& place,
                    ObjectAge object_is_old) {
    heap.run(mutator, [&] {
      if (place.page.flags.is_old() || object_is_old()) heap.barrier().record_store(place);
    });
    heap.run(mutator, [&] { slot.store(target, order<"gallery_d7.store.store_slot">(release)); });
  }
};

const check::RegisterGalleryEntry entry{{.id = "D7", .what = "the barrier runs before the store"}};
const RegisterScenario<write_barrier_model::TwoStoresIntoOneSlot<BarrierFirst>> two_stores_into_one_slot{"D7"};
const RegisterScenario<write_barrier_model::ChainOfTwo<BarrierFirst>> chain_of_two{"D7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
