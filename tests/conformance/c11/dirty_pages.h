/* DirtyPages in C11: the list of pages into whose old objects references were stored. What it guarantees and why:
 * kernel/hallmark/remember/dirty_pages.hpp, proofs/remember/dirty_pages.md. The order of the steps is part of it.
 *
 * Thread roles: any mutator adds, after it has stored the reference and set the dirty bit; a collector takes a snapshot
 * and drains it; whoever frees pages retires and reinstates them.
 */
#ifndef HM_DIRTY_PAGES_H
#define HM_DIRTY_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"

/* Bits of a page's flags. */
#define HM_PAGE_OLD 0x01u
#define HM_PAGE_DIRTY_LISTED 0x10u
#define HM_PAGE_RETIRED 0x20u

typedef struct hm_page {
  HM_ATOMIC(uint8_t) flags;
  HM_PLAIN(struct hm_page*) next_dirty; /* the list's own */
} hm_page;

/* All under the list's lock. */
typedef struct hm_dirty_pages {
  HM_MUTEX mutex;
  HM_PLAIN(hm_page*) head;
  HM_PLAIN(size_t) size;
  HM_PLAIN(size_t) high_water;
  HM_PLAIN(uint64_t) listed;
  HM_PLAIN(uint64_t) scanned;
  HM_PLAIN(uint64_t) snapshots;
  HM_PLAIN(size_t) recent[4]; /* snapshot n at n modulo 4 */
} hm_dirty_pages;

/* The pages that were on the list, for the thread that took it. */
typedef struct hm_dirty_snapshot {
  hm_page* next;
  size_t left;
  size_t taken;
} hm_dirty_snapshot;

typedef struct hm_dirty_statistics {
  uint64_t listed;
  uint64_t scanned;
  uint64_t snapshots;
  size_t high_water;
  size_t recent[4]; /* the latest first */
} hm_dirty_statistics;

static inline void hm_page_init(hm_page* page) {
  HM_INIT(&page->flags, 0);
  HM_WRITE(&page->next_dirty, NULL);
}

static inline void hm_dirty_pages_init(hm_dirty_pages* list) {
  HM_MUTEX_INIT(&list->mutex);
  HM_WRITE(&list->head, NULL);
  HM_WRITE(&list->size, 0);
  HM_WRITE(&list->high_water, 0);
  HM_WRITE(&list->listed, 0);
  HM_WRITE(&list->scanned, 0);
  HM_WRITE(&list->snapshots, 0);
  for (size_t i = 0; i < 4; ++i) HM_WRITE(&list->recent[i], 0);
}

/* Under the lock; the page is not on the list. */
static inline void hm_dirty_pages_link(hm_dirty_pages* list, hm_page* page) {
  HM_WRITE(&page->next_dirty, HM_READ(&list->head));
  HM_WRITE(&list->head, page);
  HM_WRITE(&list->size, HM_READ(&list->size) + 1);
  if (HM_READ(&list->size) > HM_READ(&list->high_water)) HM_WRITE(&list->high_water, HM_READ(&list->size));
}

/* Under the lock. False: the page is not on the list. */
static inline bool hm_dirty_pages_unlink(hm_dirty_pages* list, hm_page* page) {
  hm_page* before = NULL;
  for (hm_page* here = HM_READ(&list->head); here != NULL; here = HM_READ(&here->next_dirty)) {
    if (here == page) {
      HM_WRITE(before == NULL ? &list->head : &before->next_dirty, HM_READ(&page->next_dirty));
      HM_WRITE(&list->size, HM_READ(&list->size) - 1);
      return true;
    }
    before = here;
  }
  return false;
}

/* Any mutator: lists the page unless it is listed. */
static inline void hm_dirty_pages_add(hm_dirty_pages* list, hm_page* page) {
  if ((HM_LOAD(&page->flags, "dirty_pages.add.load_listed", relaxed) & HM_PAGE_DIRTY_LISTED) != 0) return;
  HM_LOCK(&list->mutex);
  if ((HM_LOAD(&page->flags, "dirty_pages.add.load_listed_again", acquire) &
       (HM_PAGE_DIRTY_LISTED | HM_PAGE_RETIRED)) == 0) {
    hm_dirty_pages_link(list, page);
    HM_WRITE(&list->listed, HM_READ(&list->listed) + 1);
    HM_FETCH_OR(&page->flags, HM_PAGE_DIRTY_LISTED, "dirty_pages.add.rmw_listed", relaxed);
  }
  HM_UNLOCK(&list->mutex);
}

/* A collector: all pages that are listed; the list is empty then. */
static inline hm_dirty_snapshot hm_dirty_pages_take_snapshot(hm_dirty_pages* list) {
  hm_dirty_snapshot snapshot;
  HM_LOCK(&list->mutex);
  snapshot.next = HM_READ(&list->head);
  snapshot.left = HM_READ(&list->size);
  snapshot.taken = 0;
  HM_WRITE(&list->head, NULL);
  HM_WRITE(&list->recent[HM_READ(&list->snapshots) % 4], snapshot.left);
  HM_WRITE(&list->snapshots, HM_READ(&list->snapshots) + 1);
  HM_WRITE(&list->size, 0);
  HM_UNLOCK(&list->mutex);
  return snapshot;
}

/* The next page, off the list, or NULL at the end. Takes no lock. The caller takes the page's dirty words next. */
static inline hm_page* hm_dirty_snapshot_take(hm_dirty_snapshot* snapshot) {
  hm_page* const page = snapshot->next;
  if (page == NULL) return NULL;
  snapshot->next = HM_READ(&page->next_dirty);
  --snapshot->left;
  ++snapshot->taken;
  HM_FETCH_AND(&page->flags, (uint8_t)~HM_PAGE_DIRTY_LISTED, "dirty_pages.take.rmw_listed", release);
  return page;
}

/* The thread that took it, when it has done: what was not taken is on the list again. */
static inline void hm_dirty_pages_clear_snapshot(hm_dirty_pages* list, hm_dirty_snapshot* snapshot) {
  HM_LOCK(&list->mutex);
  HM_WRITE(&list->scanned, HM_READ(&list->scanned) + snapshot->taken);
  while (snapshot->next != NULL) {
    hm_page* const page = snapshot->next;
    snapshot->next = HM_READ(&page->next_dirty);
    hm_dirty_pages_link(list, page);
  }
  snapshot->left = 0;
  snapshot->taken = 0;
  HM_UNLOCK(&list->mutex);
}

/* Whoever frees the page. False, and nothing is changed: it waits in a snapshot. */
static inline bool hm_dirty_pages_retire(hm_dirty_pages* list, hm_page* page) {
  bool retired = true;
  HM_LOCK(&list->mutex);
  if ((HM_LOAD(&page->flags, "dirty_pages.retire.load_listed", relaxed) & HM_PAGE_DIRTY_LISTED) != 0) {
    retired = hm_dirty_pages_unlink(list, page);
    if (retired) {
      HM_FETCH_AND(&page->flags, (uint8_t)~HM_PAGE_DIRTY_LISTED, "dirty_pages.retire.rmw_listed", relaxed);
    }
  }
  if (retired) HM_FETCH_OR(&page->flags, HM_PAGE_RETIRED, "dirty_pages.retire.rmw_retired", relaxed);
  HM_UNLOCK(&list->mutex);
  return retired;
}

/* Whoever uses a retired page anew, before anyone else knows it. */
static inline void hm_dirty_pages_reinstate(hm_dirty_pages* list, hm_page* page) {
  HM_LOCK(&list->mutex);
  HM_FETCH_AND(&page->flags, (uint8_t)~HM_PAGE_RETIRED, "dirty_pages.reinstate.rmw_retired", relaxed);
  HM_UNLOCK(&list->mutex);
}

static inline size_t hm_dirty_pages_size(hm_dirty_pages* list) {
  HM_LOCK(&list->mutex);
  const size_t size = HM_READ(&list->size);
  HM_UNLOCK(&list->mutex);
  return size;
}

static inline hm_dirty_statistics hm_dirty_pages_statistics(hm_dirty_pages* list) {
  hm_dirty_statistics result;
  HM_LOCK(&list->mutex);
  const uint64_t snapshots = HM_READ(&list->snapshots);
  result.listed = HM_READ(&list->listed);
  result.scanned = HM_READ(&list->scanned);
  result.snapshots = snapshots;
  result.high_water = HM_READ(&list->high_water);
  for (size_t i = 0; i < 4; ++i) result.recent[i] = i < snapshots ? HM_READ(&list->recent[(snapshots - 1 - i) % 4]) : 0;
  HM_UNLOCK(&list->mutex);
  return result;
}

#endif
