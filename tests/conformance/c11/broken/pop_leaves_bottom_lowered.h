/* pop of an empty queue doesn't restore bottom: the next item is pushed below top. */
#include "../steal_queue.h"

static inline bool broken_pop(hm_steal_queue* queue, hm_item* item) {
  if (hm_steal_queue_pop(queue, item)) return true;
  const uint64_t bottom = HM_READ(&queue->bottom_between_operations) - 1;
  HM_STORE(&queue->bottom, bottom, "broken.pop.store_bottom", relaxed);
  HM_WRITE(&queue->bottom_between_operations, bottom);
  return false;
}
#define hm_steal_queue_pop broken_pop
