/* push keeps a slot free, as a ring without a count must. */
#include "../steal_queue.h"

static inline bool broken_push(hm_steal_queue* queue, hm_item item) {
  return hm_steal_queue_size(queue) + 1 < queue->capacity && hm_steal_queue_push(queue, item);
}
#define hm_steal_queue_push broken_push
