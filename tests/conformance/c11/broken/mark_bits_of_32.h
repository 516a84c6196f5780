/* The bit is shifted in a number of 32 bits: cells 32 apart share one. */
#include "../mark_bitmap.h"

static inline bool broken_try_mark(hm_mark_bitmap* bitmap, size_t index) {
  return hm_mark_bitmap_try_mark(bitmap, index / 64 * 64 + index % 32);
}
#define hm_mark_bitmap_try_mark broken_try_mark
