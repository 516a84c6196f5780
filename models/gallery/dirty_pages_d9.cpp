// D9: a dirty word is cleared by load and store while mutators run. It is how the kernel takes words while they are
// stopped.
//
// The collector loads the word, a mutator sets a bit, the collector stores zero: the bit is lost.
#include "models/heap/dirty_bits_scenarios.hpp"
#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: takes words as if mutators were stopped.
struct Rules : dirty_pages_model::KernelRules {
  template <Mutators, class AnyList, class Visit>
  static void drain(AnyList& list, Visit visit) {
    dirty_pages_model::KernelRules::drain<Mutators::stopped>(list, visit);
  }
};

class StoppedBits : public DirtyBits<64> {
 public:
  template <class Visit>
  void take_each(Visit visit) {
    DirtyBits<64>::take_each<Mutators::stopped>(visit);
  }
};

const check::RegisterGalleryEntry entry{{.id = "D9", .what = "a dirty word is cleared by load and store"}};
const RegisterScenario<dirty_pages_model::StoreIntoDirtyObject<Rules>> store_into_dirty_object{"D9"};
const RegisterScenario<dirty_pages_model::TwoMutatorsStore<Rules>> two_mutators_store{"D9"};
const RegisterScenario<dirty_bits_model::NeighbouringBits<StoppedBits>> neighbouring_bits{"D9"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
