// T7 in the whole marking: the result of try_mark is ignored.
//
// Two parents of one object have it traced twice: by two workers, or by one that finds it again.
#include "models/mark/parallel_mark_coordinator_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: every caller goes on as if it had marked the object.
template <unsigned Pages>
class IgnoredResult : public parallel_mark_coordinator_model::ModelHeap<Pages> {
  using Base = parallel_mark_coordinator_model::ModelHeap<Pages>;

 public:
  using Base::Base;

  template <Markers Who>
  bool try_mark(char object) {
    static_cast<void>(Base::template try_mark<Who>(object));
    return true;
  }
};

struct IgnoredResultRules {
  template <unsigned Pages>
  using Heap = IgnoredResult<Pages>;
};

const RegisterScenario<parallel_mark_coordinator_model::Diamond<IgnoredResultRules>> diamond{"T7"};
const RegisterScenario<parallel_mark_coordinator_model::SharedChild<IgnoredResultRules>> shared_child{"T7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
