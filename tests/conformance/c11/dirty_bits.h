/* DirtyBits in C11: where in a page mutators have stored references. What it guarantees and why:
 * kernel/hallmark/heap/dirty_bits.hpp, proofs/remember/dirty_pages.md.
 *
 * Thread roles: any mutator sets bits; one thread at a time takes the words of a page; one at a time presets bits that
 * no mutator sets.
 */
#ifndef HM_DIRTY_BITS_H
#define HM_DIRTY_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"

typedef struct hm_dirty_bits {
  HM_ATOMIC(uint64_t) * words;
  size_t word_count;
} hm_dirty_bits;

/* Before another thread knows it. `words` has a word for each 64 bits and belongs to the caller. */
static inline void hm_dirty_bits_init(hm_dirty_bits* bits, HM_ATOMIC(uint64_t) * words, size_t word_count) {
  bits->words = words;
  bits->word_count = word_count;
  for (size_t i = 0; i < word_count; ++i) HM_INIT(&words[i], 0);
}

static inline uint64_t hm_dirty_bit(size_t index) { return (uint64_t)1 << (index % 64); }

/* Any mutator, after it has stored a reference. A read-modify-write even if the bit is set. */
static inline void hm_dirty_bits_set(hm_dirty_bits* bits, size_t index) {
  HM_FETCH_OR(&bits->words[index / 64], hm_dirty_bit(index), "dirty_bits.set.rmw_word", acq_rel);
}

/* Whoever fills the page with objects: the bits of `mask` in word i, which no mutator sets. */
static inline void hm_dirty_bits_preset(hm_dirty_bits* bits, size_t i, uint64_t mask) {
  if (mask == 0) return;
  if (mask == ~(uint64_t)0) {
    HM_STORE(&bits->words[i], mask, "dirty_bits.preset.store_word", relaxed);
  } else {
    HM_FETCH_OR(&bits->words[i], mask, "dirty_bits.preset.rmw_word", relaxed);
  }
}

/* The thread that drains the page, while mutators run. An exchange even if the word is empty. */
static inline uint64_t hm_dirty_bits_take_word(hm_dirty_bits* bits, size_t i) {
  return HM_EXCHANGE(&bits->words[i], 0, "dirty_bits.take_word.rmw_word", acq_rel);
}

/* The same while mutators are stopped. */
static inline uint64_t hm_dirty_bits_take_word_stopped(hm_dirty_bits* bits, size_t i) {
  const uint64_t word = HM_LOAD(&bits->words[i], "dirty_bits.take_word.load_word", relaxed);
  if (word != 0) HM_STORE(&bits->words[i], 0, "dirty_bits.take_word.store_word", relaxed);
  return word;
}

/* While mutators are stopped; otherwise the answer may be old. */
static inline bool hm_dirty_bits_is_set(hm_dirty_bits* bits, size_t index) {
  return (HM_LOAD(&bits->words[index / 64], "dirty_bits.is_set.load_word", relaxed) & hm_dirty_bit(index)) != 0;
}

static inline bool hm_dirty_bits_is_clean(hm_dirty_bits* bits) {
  for (size_t i = 0; i < bits->word_count; ++i) {
    if (HM_LOAD(&bits->words[i], "dirty_bits.is_clean.load_word", relaxed) != 0) return false;
  }
  return true;
}

/* While nobody else uses the page, or mutators are stopped. */
static inline void hm_dirty_bits_clear(hm_dirty_bits* bits) {
  for (size_t i = 0; i < bits->word_count; ++i) HM_STORE(&bits->words[i], 0, "dirty_bits.clear.store_word", relaxed);
}

#endif
