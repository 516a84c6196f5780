/* D6: a page is listed without its flag, so it is listed again. */
#include "../dirty_pages.h"

static inline void broken_add(hm_dirty_pages* list, hm_page* page) {
  HM_LOCK(&list->mutex);
  hm_dirty_pages_link(list, page);
  HM_UNLOCK(&list->mutex);
}
#define hm_dirty_pages_add broken_add
