/* MarkBitmap in C11: which cells of a page are marked. What it guarantees and why:
 * kernel/hallmark/heap/mark_bitmap.hpp, proofs/heap/mark_bitmap.md.
 *
 * Thread roles: any marker tries to mark, anyone asks; clear is called while nobody else uses the bitmap.
 */
#ifndef HM_MARK_BITMAP_H
#define HM_MARK_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"

typedef struct hm_mark_bitmap {
  HM_ATOMIC(uint64_t) * words;
  size_t word_count;
} hm_mark_bitmap;

/* Before another thread knows it. `words` has a word for each 64 cells and belongs to the caller. */
static inline void hm_mark_bitmap_init(hm_mark_bitmap* bitmap, HM_ATOMIC(uint64_t) * words, size_t word_count) {
  bitmap->words = words;
  bitmap->word_count = word_count;
  for (size_t i = 0; i < word_count; ++i) HM_INIT(&words[i], 0);
}

static inline uint64_t hm_mark_bit(size_t index) { return (uint64_t)1 << (index % 64); }

/* Saves the write where the cell is marked. */
static inline bool hm_mark_bitmap_seen(HM_ATOMIC(uint64_t) * word, uint64_t bit, uint64_t* seen) {
  *seen = HM_LOAD(word, "mark_bitmap.try_mark.load_word", relaxed);
  return (*seen & bit) != 0;
}

/* Any marker. True: this call has marked the cell, and its caller traces the object. */
static inline bool hm_mark_bitmap_try_mark(hm_mark_bitmap* bitmap, size_t index) {
  HM_ATOMIC(uint64_t)* const word = &bitmap->words[index / 64];
  const uint64_t bit = hm_mark_bit(index);
  uint64_t seen;
  if (hm_mark_bitmap_seen(word, bit, &seen)) return false;
  return (HM_FETCH_OR(word, bit, "mark_bitmap.try_mark.rmw_word", relaxed) & bit) == 0;
}

/* The same where only one thread marks. */
static inline bool hm_mark_bitmap_try_mark_alone(hm_mark_bitmap* bitmap, size_t index) {
  HM_ATOMIC(uint64_t)* const word = &bitmap->words[index / 64];
  const uint64_t bit = hm_mark_bit(index);
  uint64_t seen;
  if (hm_mark_bitmap_seen(word, bit, &seen)) return false;
  HM_STORE(word, seen | bit, "mark_bitmap.try_mark.store_word", relaxed);
  return true;
}

/* Anyone. */
static inline bool hm_mark_bitmap_is_marked(hm_mark_bitmap* bitmap, size_t index) {
  return (HM_LOAD(&bitmap->words[index / 64], "mark_bitmap.is_marked.load_word", relaxed) & hm_mark_bit(index)) != 0;
}

/* Anyone. True: each cell of `allocated`, a word for each of the bitmap's, is marked. */
static inline bool hm_mark_bitmap_is_fully_marked(hm_mark_bitmap* bitmap, const uint64_t* allocated) {
  for (size_t i = 0; i < bitmap->word_count; ++i) {
    const uint64_t marked = HM_LOAD(&bitmap->words[i], "mark_bitmap.is_fully_marked.load_word", relaxed);
    if ((allocated[i] & ~marked) != 0) return false;
  }
  return true;
}

/* Anyone, once marking has ended. */
static inline uint64_t hm_mark_bitmap_marks_of_word(hm_mark_bitmap* bitmap, size_t i) {
  return HM_LOAD(&bitmap->words[i], "mark_bitmap.marks_of_word.load_word", relaxed);
}

/* While nobody else uses the bitmap. */
static inline void hm_mark_bitmap_clear(hm_mark_bitmap* bitmap) {
  for (size_t i = 0; i < bitmap->word_count; ++i) {
    HM_STORE(&bitmap->words[i], 0, "mark_bitmap.clear.store_word", relaxed);
  }
}

#endif
