/* The program dies where it should refuse. */
#include <stdlib.h>

#include "../steal_queue.h"

static inline bool broken_push(hm_steal_queue* queue, hm_item item) {
  if (!hm_steal_queue_push(queue, item)) abort();
  return true;
}
#define hm_steal_queue_push broken_push
