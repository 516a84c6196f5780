/* D5: a page that was taken keeps its flag, and is never listed again. */
#include "../dirty_pages.h"

static inline hm_page* broken_take(hm_dirty_snapshot* snapshot) {
  hm_page* const page = hm_dirty_snapshot_take(snapshot);
  if (page != NULL) HM_FETCH_OR(&page->flags, HM_PAGE_DIRTY_LISTED, "broken.take.rmw_listed", release);
  return page;
}
#define hm_dirty_snapshot_take broken_take
