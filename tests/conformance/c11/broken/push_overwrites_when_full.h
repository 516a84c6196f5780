/* push has no look at top: a full queue takes the item, and loses the oldest. */
#include "../steal_queue.h"

static inline bool broken_push(hm_steal_queue* queue, hm_item item) {
  const uint64_t bottom = HM_READ(&queue->bottom_between_operations);
  HM_STORE(hm_steal_queue_slot(queue, bottom), item, "broken.push.store_slot", relaxed);
  HM_STORE(&queue->bottom, bottom + 1, "broken.push.store_bottom", release);
  HM_WRITE(&queue->bottom_between_operations, bottom + 1);
  return true;
}
#define hm_steal_queue_push broken_push
