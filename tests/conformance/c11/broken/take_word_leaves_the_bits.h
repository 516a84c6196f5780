/* Dirty bits are read and not taken. */
#include "../dirty_bits.h"

static inline uint64_t broken_take_word(hm_dirty_bits* bits, size_t i) {
  return HM_LOAD(&bits->words[i], "broken.take_word.load_word", acquire);
}
#define hm_dirty_bits_take_word broken_take_word
