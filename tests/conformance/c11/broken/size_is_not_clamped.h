/* size is the bare difference of two numbers of 32 bits. */
#include "../steal_queue.h"

static inline uint64_t broken_size(hm_steal_queue* queue) {
  const uint32_t top = (uint32_t)HM_LOAD(&queue->top, "broken.size.load_top", relaxed);
  return HM_LOAD(&queue->bottom, "broken.size.load_bottom", relaxed) - top;
}
#define hm_steal_queue_size broken_size
