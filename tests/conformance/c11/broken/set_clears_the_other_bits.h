/* The bit is stored, not added: what was set in its word before is lost. */
#include "../dirty_bits.h"

static inline void broken_set(hm_dirty_bits* bits, size_t index) {
  HM_STORE(&bits->words[index / 64], hm_dirty_bit(index), "broken.set.store_word", release);
}
#define hm_dirty_bits_set broken_set
