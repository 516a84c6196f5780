// T7: the result of try_mark is ignored.
//
// Two markers reach one object. Both call try_mark, one is told that the object was marked already, and both trace it.
#include "models/heap/mark_bitmap_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: every caller goes on as if it had marked the cell.
class IgnoredResult : public MarkBitmap<128> {
 public:
  bool try_mark(std::size_t index) {
    static_cast<void>(MarkBitmap<128>::try_mark(index));
    return true;
  }
};

const check::RegisterGalleryEntry entry{{.id = "T7", .what = "the result of try_mark is ignored"}};
const RegisterScenario<mark_bitmap_model::SameBit<IgnoredResult>> same_bit{"T7"};
const RegisterScenario<mark_bitmap_model::PublishedObject<IgnoredResult>> published_object{"T7"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
