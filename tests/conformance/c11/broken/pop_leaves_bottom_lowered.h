/* pop of an empty queue doesn't restore bottom: the next item is pushed below top. */
#include "../steal_queue.h"

static inline bool broken_pop(hm_steal_queue* queue, hm_item* item) {
  if (hm_steal_queue_pop(queue, item)) return true;
  const uint64_t bottom = HM_LOAD(&queue->bottom, "broken.pop.load_bottom", relaxed);
  HM_STORE(&queue->bottom, bottom - 1, "broken.pop.store_bottom", relaxed);
  return false;
}
#define hm_steal_queue_pop broken_pop
