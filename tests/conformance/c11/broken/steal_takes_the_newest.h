/* steal takes from the owner's end. */
#include "../steal_queue.h"

static inline hm_steal_outcome broken_steal(hm_steal_queue* queue, hm_item* item) {
  return hm_steal_queue_pop(queue, item) ? HM_STEAL_SUCCESS : HM_STEAL_EMPTY;
}
#define hm_steal_queue_steal broken_steal
