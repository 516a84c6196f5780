/* Q4: steal says that the queue is empty where another thief was faster. It lets others go first, so that one is. */
#include <sched.h>

#include "../steal_queue.h"

static inline hm_steal_outcome broken_steal(hm_steal_queue* queue, hm_item* item) {
  uint64_t top = HM_LOAD(&queue->top, "broken.steal.load_top", seq_cst);
  if ((int64_t)(HM_LOAD(&queue->bottom, "broken.steal.load_bottom", seq_cst) - top) <= 0) return HM_STEAL_EMPTY;
  const hm_item found = HM_LOAD(hm_steal_queue_slot(queue, top), "broken.steal.load_slot", relaxed);
  sched_yield();
  if (!HM_CAS(&queue->top, &top, top + 1, "broken.steal.cas_top", seq_cst, "broken.steal.cas_fail_top", relaxed)) {
    return HM_STEAL_EMPTY;
  }
  *item = found;
  return HM_STEAL_SUCCESS;
}
#define hm_steal_queue_steal broken_steal
