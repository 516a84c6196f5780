/* steal asks bottom <= top instead of looking at the sign of the difference: wrong where the indices wrap. */
#include "../steal_queue.h"

static inline hm_steal_outcome broken_steal(hm_steal_queue* queue, hm_item* item) {
  const uint64_t top = HM_LOAD(&queue->top, "broken.steal.load_top", seq_cst);
  if (HM_LOAD(&queue->bottom, "broken.steal.load_bottom", seq_cst) <= top) return HM_STEAL_EMPTY;
  return hm_steal_queue_steal(queue, item);
}
#define hm_steal_queue_steal broken_steal
