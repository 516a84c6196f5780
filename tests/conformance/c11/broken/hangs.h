/* pop waits for an item, for ever. */
#include <unistd.h>

#include "../steal_queue.h"

static inline bool broken_pop(hm_steal_queue* queue, hm_item* item) {
  while (!hm_steal_queue_pop(queue, item)) pause();
  return true;
}
#define hm_steal_queue_pop broken_pop
