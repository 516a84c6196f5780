/* D14: a page that is freed stays on the list. */
#include "../dirty_pages.h"

static inline bool broken_retire(hm_dirty_pages* list, hm_page* page) {
  HM_LOCK(&list->mutex);
  HM_FETCH_OR(&page->flags, HM_PAGE_RETIRED, "broken.retire.rmw_retired", relaxed);
  HM_UNLOCK(&list->mutex);
  return true;
}
#define hm_dirty_pages_retire broken_retire
