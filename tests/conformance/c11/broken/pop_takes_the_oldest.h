/* pop takes from the thieves' end. */
#include "../steal_queue.h"

static inline bool broken_pop(hm_steal_queue* queue, hm_item* item) {
  return hm_steal_queue_steal(queue, item) == HM_STEAL_SUCCESS;
}
#define hm_steal_queue_pop broken_pop
