/* clear stops a word early. */
#include "../mark_bitmap.h"

static inline void broken_clear(hm_mark_bitmap* bitmap) {
  hm_mark_bitmap first = *bitmap;
  --first.word_count;
  hm_mark_bitmap_clear(&first);
}
#define hm_mark_bitmap_clear broken_clear
