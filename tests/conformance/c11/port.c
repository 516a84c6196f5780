/* The C11 port as a program that speaks the protocol of tests/conformance/README.md. */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dirty_bits.h"
#include "dirty_pages.h"
#include "mark_bitmap.h"
#include "steal_queue.h"

enum { MOST_ARGUMENTS = 8, MOST_THREADS = 16 };

/* A request: its words, the numbers among them as numbers. */
typedef struct request {
  unsigned count;
  const char* words[MOST_ARGUMENTS];
} request;

static uint64_t number(const request* r, unsigned i) { return i < r->count ? strtoull(r->words[i], NULL, 10) : 0; }
static size_t place(const request* r, unsigned i) { return (size_t)number(r, i); }
static bool is(const request* r, unsigned i, const char* word) {
  return i < r->count && strcmp(r->words[i], word) == 0;
}

static void answer(const char* text) { puts(text); }
static void answer_bool(bool value) { answer(value ? "true" : "false"); }
static void answer_number(uint64_t value) { printf("%" PRIu64 "\n", value); }
static void answer_error(void) { answer("error: not understood"); }

static void* allocate(size_t size, size_t alignment) {
  void* const memory = aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == NULL) {
    fputs("port: no memory\n", stderr);
    exit(1);
  }
  return memory;
}
#define NEW(type, count) ((type*)allocate(sizeof(type) * (count), alignof(type)))

static pthread_t start(void* (*body)(void*), void* argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, body, argument) != 0) {
    fputs("port: no thread\n", stderr);
    exit(1);
  }
  return thread;
}

static void answer_digits(const char* key, const uint8_t* counts, size_t count) {
  printf("%s=", key);
  for (size_t i = 0; i < count; ++i) putchar('0' + (counts[i] < 9 ? counts[i] : 9));
}

/* The objects under test. `new` makes one; only one of a kind is there at a time. */
static hm_steal_queue* queue;
static hm_mark_bitmap bitmap;
static hm_dirty_bits bits;
static hm_dirty_pages* list;
static hm_page* pages;
static size_t page_count;
static hm_dirty_snapshot snapshot;

static void answer_to_queue(const request* r) {
  hm_item item = 0;
  if (is(r, 0, "push")) {
    answer_bool(hm_steal_queue_push(queue, number(r, 1)));
  } else if (is(r, 0, "pop")) {
    hm_steal_queue_pop(queue, &item) ? answer_number(item) : answer("none");
  } else if (is(r, 0, "steal")) {
    const hm_steal_outcome outcome = hm_steal_queue_steal(queue, &item);
    if (outcome == HM_STEAL_SUCCESS) {
      answer_number(item);
    } else {
      answer(outcome == HM_STEAL_EMPTY ? "empty" : "lost_race");
    }
  } else if (is(r, 0, "size")) {
    answer_number(hm_steal_queue_size(queue));
  } else if (is(r, 0, "empty")) {
    answer_bool(hm_steal_queue_size(queue) == 0);
  } else if (is(r, 0, "full")) {
    answer_bool(hm_steal_queue_size(queue) == queue->capacity);
  } else {
    answer_error();
  }
}

static void answer_to_bitmap(const request* r) {
  if (is(r, 0, "try_mark")) {
    answer_bool(hm_mark_bitmap_try_mark(&bitmap, place(r, 1)));
  } else if (is(r, 0, "try_mark_alone")) {
    answer_bool(hm_mark_bitmap_try_mark_alone(&bitmap, place(r, 1)));
  } else if (is(r, 0, "is_marked")) {
    answer_bool(hm_mark_bitmap_is_marked(&bitmap, place(r, 1)));
  } else if (is(r, 0, "is_fully_marked")) {
    const uint64_t allocated[] = {number(r, 1), number(r, 2)};
    answer_bool(hm_mark_bitmap_is_fully_marked(&bitmap, allocated));
  } else if (is(r, 0, "marks_of_word")) {
    answer_number(hm_mark_bitmap_marks_of_word(&bitmap, place(r, 1)));
  } else if (is(r, 0, "clear")) {
    hm_mark_bitmap_clear(&bitmap);
    answer("ok");
  } else {
    answer_error();
  }
}

static void answer_to_bits(const request* r) {
  if (is(r, 0, "set")) {
    hm_dirty_bits_set(&bits, place(r, 1));
    answer("ok");
  } else if (is(r, 0, "preset")) {
    hm_dirty_bits_preset(&bits, place(r, 1), number(r, 2));
    answer("ok");
  } else if (is(r, 0, "take_word")) {
    answer_number(hm_dirty_bits_take_word(&bits, place(r, 1)));
  } else if (is(r, 0, "take_word_stopped")) {
    answer_number(hm_dirty_bits_take_word_stopped(&bits, place(r, 1)));
  } else if (is(r, 0, "is_set")) {
    answer_bool(hm_dirty_bits_is_set(&bits, place(r, 1)));
  } else if (is(r, 0, "is_clean")) {
    answer_bool(hm_dirty_bits_is_clean(&bits));
  } else if (is(r, 0, "clear")) {
    hm_dirty_bits_clear(&bits);
    answer("ok");
  } else {
    answer_error();
  }
}

static void answer_statistics(void) {
  const hm_dirty_statistics s = hm_dirty_pages_statistics(list);
  printf("listed=%" PRIu64 " scanned=%" PRIu64 " snapshots=%" PRIu64 " high_water=%zu recent=%zu,%zu,%zu,%zu\n",
         s.listed, s.scanned, s.snapshots, s.high_water, s.recent[0], s.recent[1], s.recent[2], s.recent[3]);
}

static void answer_to_pages(const request* r) {
  hm_page* const page = &pages[place(r, 1) % page_count];
  if (is(r, 0, "add")) {
    hm_dirty_pages_add(list, page);
    answer("ok");
  } else if (is(r, 0, "snapshot")) {
    snapshot = hm_dirty_pages_take_snapshot(list);
    answer_number(snapshot.left);
  } else if (is(r, 0, "take")) {
    const hm_page* const taken = hm_dirty_snapshot_take(&snapshot);
    taken == NULL ? answer("none") : answer_number((uint64_t)(taken - pages));
  } else if (is(r, 0, "end")) {
    hm_dirty_pages_clear_snapshot(list, &snapshot);
    answer("ok");
  } else if (is(r, 0, "retire")) {
    answer_bool(hm_dirty_pages_retire(list, page));
  } else if (is(r, 0, "reinstate")) {
    hm_dirty_pages_reinstate(list, page);
    answer("ok");
  } else if (is(r, 0, "listed")) {
    answer_bool((atomic_load(&page->flags) & HM_PAGE_DIRTY_LISTED) != 0);
  } else if (is(r, 0, "size")) {
    answer_number(hm_dirty_pages_size(list));
  } else if (is(r, 0, "statistics")) {
    answer_statistics();
  } else {
    answer_error();
  }
}

static void make_pages(size_t count) {
  page_count = count;
  pages = NEW(hm_page, count);
  for (size_t i = 0; i < count; ++i) hm_page_init(&pages[i]);
  list = NEW(hm_dirty_pages, 1);
  hm_dirty_pages_init(list);
}

static void make_words(_Atomic(uint64_t)** words, size_t* count, size_t things) {
  *count = (things + 63) / 64;
  *words = NEW(_Atomic(uint64_t), *count);
}

/* Gives back what the last `new` or `stress` made. */
static void forget(void) {
  if (queue != NULL) free(queue->slots);
  free(queue);
  free(bitmap.words);
  free(bits.words);
  free(list);
  free(pages);
  queue = NULL;
  bitmap.words = NULL;
  bits.words = NULL;
  list = NULL;
  pages = NULL;
}

static void make_queue(size_t capacity, uint64_t first_index) {
  queue = NEW(hm_steal_queue, 1);
  hm_steal_queue_init(queue, NEW(_Atomic(hm_item), capacity), capacity, first_index);
}

static void (*answer_to)(const request* r);

static void make(const request* r) {
  forget();
  size_t words = 0;
  if (is(r, 1, "steal_queue")) {
    make_queue(place(r, 2), number(r, 3));
    answer_to = answer_to_queue;
  } else if (is(r, 1, "mark_bitmap")) {
    _Atomic(uint64_t)* memory = NULL;
    make_words(&memory, &words, place(r, 2));
    hm_mark_bitmap_init(&bitmap, memory, words);
    answer_to = answer_to_bitmap;
  } else if (is(r, 1, "dirty_bits")) {
    _Atomic(uint64_t)* memory = NULL;
    make_words(&memory, &words, place(r, 2));
    hm_dirty_bits_init(&bits, memory, words);
    answer_to = answer_to_bits;
  } else if (is(r, 1, "dirty_pages")) {
    make_pages(place(r, 2));
    answer_to = answer_to_pages;
  } else {
    answer("unsupported");
    return;
  }
  answer("ok");
}

/* Owner against thieves. Item i names objects[i - 1], a plain number that is written just before the push. */
typedef struct queue_stress {
  size_t items;
  uint64_t* objects;
  uint8_t* taken; /* each by its one taker; a second taker is a race that the counts show */
  _Atomic(uint64_t) stale;
  _Atomic(bool) finished; /* nothing is pushed any more, and the owner has found the queue empty */
} queue_stress;

static uint64_t object_of(hm_item item) { return item * 3 + 1; }

static void note_taken(queue_stress* run, hm_item item) {
  if (run->objects[item - 1] != object_of(item)) atomic_fetch_add(&run->stale, 1);
  ++run->taken[item - 1];
}

static void* thief(void* argument) {
  queue_stress* const run = argument;
  while (!atomic_load(&run->finished)) {
    hm_item item = 0;
    if (hm_steal_queue_steal(queue, &item) == HM_STEAL_SUCCESS) note_taken(run, item);
  }
  return NULL;
}

static void stress_queue(const request* r) {
  queue_stress run = {.items = place(r, 4)};
  const unsigned thieves = (unsigned)number(r, 3) % MOST_THREADS;
  make_queue(place(r, 2), 0);
  run.objects = NEW(uint64_t, run.items);
  run.taken = NEW(uint8_t, run.items);
  memset(run.objects, 0, sizeof(uint64_t) * run.items);
  memset(run.taken, 0, run.items);
  pthread_t threads[MOST_THREADS];
  for (unsigned i = 0; i < thieves; ++i) threads[i] = start(thief, &run);
  hm_item item = 0;
  for (hm_item next = 1; next <= run.items; ++next) {
    run.objects[next - 1] = object_of(next);
    while (!hm_steal_queue_push(queue, next)) {
      if (hm_steal_queue_pop(queue, &item)) note_taken(&run, item);
    }
    if (next % 3 == 0 && hm_steal_queue_pop(queue, &item)) note_taken(&run, item);
  }
  while (hm_steal_queue_pop(queue, &item)) note_taken(&run, item);
  atomic_store(&run.finished, true);
  for (unsigned i = 0; i < thieves; ++i) pthread_join(threads[i], NULL);
  answer_digits("taken", run.taken, run.items);
  printf(" stale=%" PRIu64 "\n", atomic_load(&run.stale));
  free(run.objects);
  free(run.taken);
}

/* Markers, each over all cells of all bitmaps. */
typedef struct mark_stress {
  size_t cells, rounds;
  hm_mark_bitmap* bitmaps;
  uint8_t* won; /* each by the winner; a second winner is a race that the counts show */
} mark_stress;

static void* marker(void* argument) {
  const mark_stress* const run = argument;
  for (size_t round = 0; round < run->rounds; ++round) {
    for (size_t cell = 0; cell < run->cells; ++cell) {
      if (hm_mark_bitmap_try_mark(&run->bitmaps[round], cell)) ++run->won[round * run->cells + cell];
    }
  }
  return NULL;
}

static void stress_bitmap(const request* r) {
  mark_stress run = {.cells = place(r, 2), .rounds = place(r, 4)};
  const unsigned markers = (unsigned)number(r, 3) % MOST_THREADS;
  const size_t words = (run.cells + 63) / 64;
  _Atomic(uint64_t)* const memory = NEW(_Atomic(uint64_t), words * run.rounds);
  run.bitmaps = NEW(hm_mark_bitmap, run.rounds);
  for (size_t i = 0; i < run.rounds; ++i) hm_mark_bitmap_init(&run.bitmaps[i], &memory[i * words], words);
  run.won = NEW(uint8_t, run.rounds * run.cells);
  memset(run.won, 0, run.rounds * run.cells);
  pthread_t threads[MOST_THREADS];
  for (unsigned i = 0; i < markers; ++i) threads[i] = start(marker, &run);
  for (unsigned i = 0; i < markers; ++i) pthread_join(threads[i], NULL);
  answer_digits("won", run.won, run.rounds * run.cells);
  putchar('\n');
  free(memory);
  free(run.bitmaps);
  free(run.won);
}

/* Mutator m stores 1, 2, ... into slot m of each page, as the write barrier does; the collector drains meanwhile and
 * once more at the end, and notes the last value that it has seen of each slot. */
typedef struct pages_stress {
  size_t mutators, stores;
  hm_dirty_bits* bits;      /* of each page */
  _Atomic(uint64_t)* slots; /* slot of page p and mutator m at p * mutators + m */
  uint64_t* seen;           /* by the collector */
  _Atomic(size_t) running;
} pages_stress;

typedef struct mutator_of {
  pages_stress* run;
  size_t number;
} mutator_of;

static void* mutator(void* argument) {
  const mutator_of* const self = argument;
  pages_stress* const run = self->run;
  for (uint64_t value = 1; value <= run->stores; ++value) {
    for (size_t p = 0; p < page_count; ++p) {
      atomic_store_explicit(&run->slots[p * run->mutators + self->number], value, memory_order_release);
      hm_dirty_bits_set(&run->bits[p], self->number);
      hm_dirty_pages_add(list, &pages[p]);
    }
  }
  atomic_fetch_sub(&run->running, 1);
  return NULL;
}

static void drain(pages_stress* run) {
  hm_dirty_snapshot taken = hm_dirty_pages_take_snapshot(list);
  for (hm_page* page = hm_dirty_snapshot_take(&taken); page != NULL; page = hm_dirty_snapshot_take(&taken)) {
    const size_t p = (size_t)(page - pages);
    const uint64_t word = hm_dirty_bits_take_word(&run->bits[p], 0);
    for (size_t m = 0; m < run->mutators; ++m) {
      if ((word >> m & 1) == 0) continue;
      const size_t slot = p * run->mutators + m;
      run->seen[slot] = atomic_load_explicit(&run->slots[slot], memory_order_acquire);
    }
  }
  hm_dirty_pages_clear_snapshot(list, &taken);
}

static void stress_pages(const request* r) {
  pages_stress run = {.mutators = place(r, 2) % MOST_THREADS, .stores = place(r, 4)};
  make_pages(place(r, 3));
  const size_t slots = page_count * run.mutators;
  _Atomic(uint64_t)* const words = NEW(_Atomic(uint64_t), page_count);
  run.bits = NEW(hm_dirty_bits, page_count);
  for (size_t p = 0; p < page_count; ++p) hm_dirty_bits_init(&run.bits[p], &words[p], 1);
  run.slots = NEW(_Atomic(uint64_t), slots);
  run.seen = NEW(uint64_t, slots);
  for (size_t i = 0; i < slots; ++i) atomic_init(&run.slots[i], 0);
  memset(run.seen, 0, sizeof(uint64_t) * slots);
  atomic_init(&run.running, run.mutators);
  pthread_t threads[MOST_THREADS];
  mutator_of mutators[MOST_THREADS];
  for (size_t i = 0; i < run.mutators; ++i) {
    mutators[i] = (mutator_of){&run, i};
    threads[i] = start(mutator, &mutators[i]);
  }
  while (atomic_load(&run.running) != 0) drain(&run);
  for (size_t i = 0; i < run.mutators; ++i) pthread_join(threads[i], NULL);
  drain(&run);
  printf("seen=");
  for (size_t i = 0; i < slots; ++i) printf("%s%" PRIu64, i == 0 ? "" : ",", run.seen[i]);
  putchar('\n');
  free(words);
  free(run.bits);
  free(run.slots);
  free(run.seen);
}

static void stress(const request* r) {
  forget();
  if (is(r, 1, "steal_queue")) {
    stress_queue(r);
  } else if (is(r, 1, "mark_bitmap")) {
    stress_bitmap(r);
  } else if (is(r, 1, "dirty_pages")) {
    stress_pages(r);
  } else {
    answer("unsupported");
  }
}

static request parse(char* line) {
  request r = {.count = 0};
  for (char* word = strtok(line, " \n"); word != NULL && r.count < MOST_ARGUMENTS; word = strtok(NULL, " \n")) {
    r.words[r.count++] = word;
  }
  return r;
}

int main(void) {
  char line[256];
  while (fgets(line, sizeof(line), stdin) != NULL) {
    const request r = parse(line);
    if (is(&r, 0, "quit")) break;
    if (is(&r, 0, "hello")) {
      answer("port 1 steal_queue mark_bitmap dirty_bits dirty_pages");
    } else if (is(&r, 0, "new")) {
      make(&r);
    } else if (is(&r, 0, "stress")) {
      stress(&r);
    } else if (answer_to != NULL) {
      answer_to(&r);
    } else {
      answer_error();
    }
    fflush(stdout);
  }
  forget();
  return 0;
}
