/* A snapshot that ends early forgets the pages that were not taken. */
#include "../dirty_pages.h"

static inline void broken_clear_snapshot(hm_dirty_pages* list, hm_dirty_snapshot* snapshot) {
  snapshot->next = NULL;
  hm_dirty_pages_clear_snapshot(list, snapshot);
}
#define hm_dirty_pages_clear_snapshot broken_clear_snapshot
