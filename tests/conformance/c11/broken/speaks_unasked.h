/* Writes a line that isn't an answer. */
#include <stdio.h>

#include "../steal_queue.h"

static inline bool broken_push(hm_steal_queue* queue, hm_item item) {
  puts("pushing");
  return hm_steal_queue_push(queue, item);
}
#define hm_steal_queue_push broken_push
