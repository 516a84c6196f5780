/* StealQueue in C11: a bounded work-stealing deque. What it guarantees and why: kernel/hallmark/mark/steal_queue.hpp,
 * proofs/mark/steal_queue.md. The order of the steps is part of the algorithm.
 *
 * Thread roles: one owner pushes and pops, any number of thieves steal, anyone asks for the size.
 */
#ifndef HM_STEAL_QUEUE_H
#define HM_STEAL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomics.h"

typedef uint64_t hm_item;

typedef enum hm_steal_outcome { HM_STEAL_SUCCESS, HM_STEAL_EMPTY, HM_STEAL_LOST_RACE } hm_steal_outcome;

typedef struct hm_steal_queue {
  alignas(64) HM_ATOMIC(uint64_t) top;
  alignas(64) HM_ATOMIC(uint64_t) bottom;
  HM_PLAIN(uint64_t) bottom_between_operations; /* owner only, as the next */
  HM_PLAIN(uint64_t) top_seen_by_owner;
  alignas(64) HM_ATOMIC(hm_item) * slots;
  uint64_t capacity; /* a power of two */
} hm_steal_queue;

/* Before another thread knows it. `slots` has room for `capacity` items, a power of two, and belongs to the caller. */
static inline void hm_steal_queue_init(hm_steal_queue* queue, HM_ATOMIC(hm_item) * slots, uint64_t capacity,
                                       uint64_t first_index) {
  HM_INIT(&queue->top, first_index);
  HM_INIT(&queue->bottom, first_index);
  HM_WRITE(&queue->bottom_between_operations, first_index);
  HM_WRITE(&queue->top_seen_by_owner, first_index);
  queue->slots = slots;
  queue->capacity = capacity;
  for (uint64_t i = 0; i < capacity; ++i) HM_INIT(&slots[i], 0);
}

static inline HM_ATOMIC(hm_item) * hm_steal_queue_slot(hm_steal_queue* queue, uint64_t index) {
  return &queue->slots[index & (queue->capacity - 1)];
}

/* Owner. False, and nothing is taken: the queue is full. */
static inline bool hm_steal_queue_push(hm_steal_queue* queue, hm_item item) {
  const uint64_t bottom = HM_READ(&queue->bottom_between_operations);
  if (bottom - HM_READ(&queue->top_seen_by_owner) >= queue->capacity) {
    HM_WRITE(&queue->top_seen_by_owner, HM_LOAD(&queue->top, "steal_queue.push.load_top", acquire));
    if (bottom - HM_READ(&queue->top_seen_by_owner) >= queue->capacity) return false;
  }
  HM_STORE(hm_steal_queue_slot(queue, bottom), item, "steal_queue.push.store_slot", relaxed);
  HM_STORE(&queue->bottom, bottom + 1, "steal_queue.push.store_bottom", release);
  HM_WRITE(&queue->bottom_between_operations, bottom + 1);
  return true;
}

/* Owner. True: *item is the item pushed last. False: none was left, or a thief won the last one. */
static inline bool hm_steal_queue_pop(hm_steal_queue* queue, hm_item* item) {
  const uint64_t bottom = HM_READ(&queue->bottom_between_operations) - 1;
  HM_STORE(&queue->bottom, bottom, "steal_queue.pop.store_bottom", seq_cst);
  uint64_t top = HM_LOAD(&queue->top, "steal_queue.pop.load_top", seq_cst);
  const int64_t left_above = (int64_t)(bottom - top);
  if (left_above < 0) {
    HM_STORE(&queue->bottom, bottom + 1, "steal_queue.pop.store_bottom_empty", relaxed);
    return false;
  }
  *item = HM_LOAD(hm_steal_queue_slot(queue, bottom), "steal_queue.pop.load_slot", relaxed);
  if (left_above > 0) {
    HM_WRITE(&queue->bottom_between_operations, bottom);
    return true;
  }
  const bool won =
      HM_CAS(&queue->top, &top, top + 1, "steal_queue.pop.cas_top", release, "steal_queue.pop.cas_fail_top", acquire);
  HM_STORE(&queue->bottom, bottom + 1, "steal_queue.pop.store_bottom_last", relaxed);
  return won;
}

/* Any thread but the owner. Success: *item is the item pushed first. Lost race: there was one, and another took it. */
static inline hm_steal_outcome hm_steal_queue_steal(hm_steal_queue* queue, hm_item* item) {
  uint64_t top = HM_LOAD(&queue->top, "steal_queue.steal.load_top", seq_cst);
  const uint64_t bottom = HM_LOAD(&queue->bottom, "steal_queue.steal.load_bottom", seq_cst);
  if ((int64_t)(bottom - top) <= 0) return HM_STEAL_EMPTY;
  const hm_item found = HM_LOAD(hm_steal_queue_slot(queue, top), "steal_queue.steal.load_slot", relaxed);
  if (!HM_CAS(&queue->top, &top, top + 1, "steal_queue.steal.cas_top", seq_cst, "steal_queue.steal.cas_fail_top",
              relaxed)) {
    return HM_STEAL_LOST_RACE;
  }
  *item = found;
  return HM_STEAL_SUCCESS;
}

/* Anyone. A hint, in [0, capacity]. */
static inline uint64_t hm_steal_queue_size(hm_steal_queue* queue) {
  const uint64_t top = HM_LOAD(&queue->top, "steal_queue.size.load_top", relaxed);
  const uint64_t bottom = HM_LOAD(&queue->bottom, "steal_queue.size.load_bottom", relaxed);
  const int64_t difference = (int64_t)(bottom - top);
  if (difference < 0) return 0;
  return (uint64_t)difference > queue->capacity ? queue->capacity : (uint64_t)difference;
}

#endif
