// M7: the generation of a page is a plain byte, promoted while a barrier reads it.
//
// That is a data race, whatever the values are.
#include "models/remember/write_barrier_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: not atomic.
class PlainGeneration {
 public:
  bool is_old() const { return generation_.read() != 0; }
  void set_old() { generation_.write(1); }
  void clear_old() { generation_.write(0); }

 private:
  sync::plain<unsigned char> generation_;
};

const check::RegisterGalleryEntry entry{{.id = "M7", .what = "generation is a plain byte"}};
const RegisterScenario<write_barrier_model::AgeWhileAsked<PlainGeneration>> age_while_asked{"M7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
