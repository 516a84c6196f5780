/* T7: everyone who finds a cell traces it, marked or not. */
#include "../mark_bitmap.h"

static inline bool broken_try_mark(hm_mark_bitmap* bitmap, size_t index) {
  hm_mark_bitmap_try_mark(bitmap, index);
  return true;
}
#define hm_mark_bitmap_try_mark broken_try_mark
