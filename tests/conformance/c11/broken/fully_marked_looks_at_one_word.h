/* A page of two words is judged by the first. */
#include "../mark_bitmap.h"

static inline bool broken_is_fully_marked(hm_mark_bitmap* bitmap, const uint64_t* allocated) {
  hm_mark_bitmap first = *bitmap;
  first.word_count = 1;
  return hm_mark_bitmap_is_fully_marked(&first, allocated);
}
#define hm_mark_bitmap_is_fully_marked broken_is_fully_marked
