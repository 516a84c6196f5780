// T4: roots are marked when they are distributed, and workers skip marked objects.
//
// A worker that marks what it takes, rather than what it finds, takes a root, sees it marked, and leaves it: neither it
// nor what it refers to is ever traced.
#include "models/mark/parallel_mark_coordinator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: tracing begins with the mark, which the root has.
template <unsigned Pages>
class MarksWhatItTakes : public parallel_mark_coordinator_model::ModelHeap<Pages> {
  using Base = parallel_mark_coordinator_model::ModelHeap<Pages>;

 public:
  using Base::Base;

  template <class Visit, class Split>
  std::size_t trace(char item, Visit visit, Split split) {
    if (!this->template try_mark<Markers::many>(item)) return 0;
    return Base::trace(item, visit, split);
  }
};

struct MarksWhatItTakesRules {
  template <unsigned Pages>
  using Heap = MarksWhatItTakes<Pages>;
};

namespace scenarios = parallel_mark_coordinator_model;
const check::RegisterGalleryEntry entry{
    {.id = "T4", .what = "roots are marked when distributed, and workers skip marked objects"}};
const RegisterScenario<scenarios::ChainSent<MarksWhatItTakesRules>> chain_sent{"T4"};
const RegisterScenario<scenarios::Fork<MarksWhatItTakesRules>> fork{"T4"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
