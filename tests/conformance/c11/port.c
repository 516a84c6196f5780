/* The C11 port as a program that speaks the protocol of tests/conformance/README.md. */
#include "port.h"

#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dirty_bits.h"
#include "dirty_pages.h"
#include "mark_bitmap.h"
#include "steal_queue.h"

enum { MOST_WORDS = 8, LONGEST_NUMBER = 20, LONGEST_LINE = 255, MOST_THREADS = 16, MOST_PLACES = 1 << 12 };

/* A request's words. None: it was not of the form that requests have. */
typedef struct request {
  unsigned count;
  const char* words[MOST_WORDS];
} request;

/* The next line, without its end; in the place of one that is too long, an empty one, which isn't understood either.
 * False: there is none. */
static bool read_line(FILE* in, char* line, size_t* length) {
  size_t read = 0;
  int c = 0;
  while ((c = getc(in)) != EOF && c != '\n') {
    if (read < LONGEST_LINE) line[read] = (char)c;
    ++read;
  }
  *length = read <= LONGEST_LINE ? read : 0;
  line[*length] = '\0';
  return c != EOF || read != 0;
}

/* Words of ASCII with single spaces between them. Ends each word in `line`. */
static request parse(char* line, size_t length) {
  const request malformed = {.count = 0};
  request r = malformed;
  bool inside = false;
  for (size_t i = 0; i < length; ++i) {
    const bool begins = !inside;
    inside = line[i] != ' ';
    if (begins && (!inside || r.count == MOST_WORDS)) return malformed;
    if (inside && (line[i] < '!' || line[i] > '~')) return malformed;
    if (begins) r.words[r.count++] = &line[i];
    if (!inside) line[i] = '\0';
  }
  return inside ? r : malformed;
}

static bool is_number(const char* word, uint64_t* value) {
  *value = 0;
  if (strlen(word) > LONGEST_NUMBER) return false;
  for (; *word != '\0'; ++word) {
    if (*word < '0' || *word > '9') return false;
    const uint64_t digit = (uint64_t)(*word - '0');
    if (*value > (UINT64_MAX - digit) / 10) return false;
    *value = *value * 10 + digit;
  }
  return true;
}

/* Word i, which is a number. */
static uint64_t number(const request* r, unsigned i) {
  uint64_t value = 0;
  is_number(r->words[i], &value);
  return value;
}
static size_t size_at(const request* r, unsigned i) { return (size_t)number(r, i); }

static bool is(const request* r, unsigned i, const char* word) {
  return i < r->count && strcmp(r->words[i], word) == 0;
}
/* All words from this one on are numbers. */
static bool has_numbers_from(const request* r, unsigned first) {
  uint64_t value = 0;
  for (unsigned i = first; i < r->count; ++i) {
    if (!is_number(r->words[i], &value)) return false;
  }
  return true;
}
/* Word i is `word`, and so many numbers follow, and nothing else. */
static bool asks(const request* r, unsigned i, const char* word, size_t numbers) {
  return is(r, i, word) && r->count == i + 1 + numbers && has_numbers_from(r, i + 1);
}
/* An operation on one of so many places. */
static bool asks_of(const request* r, const char* word, size_t places) {
  return asks(r, 0, word, 1) && number(r, 1) < places;
}

static FILE* output;

static void answer(const char* text) { fprintf(output, "%s\n", text); }
static void answer_bool(bool value) { answer(value ? "true" : "false"); }
static void answer_number(uint64_t value) { fprintf(output, "%" PRIu64 "\n", value); }
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
  fprintf(output, "%s=", key);
  for (size_t i = 0; i < count; ++i) putc('0' + (counts[i] < 9 ? counts[i] : 9), output);
}

/* The objects under test. `new` makes one; only one of a kind is there at a time. */
static hm_steal_queue* queue;
static hm_mark_bitmap bitmap;
static hm_dirty_bits bits;
static hm_dirty_pages* list;
static hm_page* pages;
static size_t places; /* cells, bits or pages that there are */
static hm_dirty_snapshot snapshot;

static void answer_to_queue(const request* r) {
  hm_item item = 0;
  if (asks(r, 0, "push", 1)) {
    answer_bool(hm_steal_queue_push(queue, number(r, 1)));
  } else if (asks(r, 0, "pop", 0)) {
    hm_steal_queue_pop(queue, &item) ? answer_number(item) : answer("none");
  } else if (asks(r, 0, "steal", 0)) {
    const hm_steal_outcome outcome = hm_steal_queue_steal(queue, &item);
    if (outcome == HM_STEAL_SUCCESS) {
      answer_number(item);
    } else {
      answer(outcome == HM_STEAL_EMPTY ? "empty" : "lost_race");
    }
  } else if (asks(r, 0, "size", 0)) {
    answer_number(hm_steal_queue_size(queue));
  } else if (asks(r, 0, "empty", 0)) {
    answer_bool(hm_steal_queue_size(queue) == 0);
  } else if (asks(r, 0, "full", 0)) {
    answer_bool(hm_steal_queue_size(queue) == queue->capacity);
  } else {
    answer_error();
  }
}

static void answer_to_bitmap(const request* r) {
  if (asks_of(r, "try_mark", places)) {
    answer_bool(hm_mark_bitmap_try_mark(&bitmap, size_at(r, 1)));
  } else if (asks_of(r, "try_mark_alone", places)) {
    answer_bool(hm_mark_bitmap_try_mark_alone(&bitmap, size_at(r, 1)));
  } else if (asks_of(r, "is_marked", places)) {
    answer_bool(hm_mark_bitmap_is_marked(&bitmap, size_at(r, 1)));
  } else if (asks(r, 0, "is_fully_marked", bitmap.word_count)) {
    uint64_t allocated[MOST_WORDS];
    for (unsigned i = 1; i < r->count; ++i) allocated[i - 1] = number(r, i);
    answer_bool(hm_mark_bitmap_is_fully_marked(&bitmap, allocated));
  } else if (asks_of(r, "marks_of_word", bitmap.word_count)) {
    answer_number(hm_mark_bitmap_marks_of_word(&bitmap, size_at(r, 1)));
  } else if (asks(r, 0, "clear", 0)) {
    hm_mark_bitmap_clear(&bitmap);
    answer("ok");
  } else {
    answer_error();
  }
}

static void answer_to_bits(const request* r) {
  if (asks_of(r, "set", places)) {
    hm_dirty_bits_set(&bits, size_at(r, 1));
    answer("ok");
  } else if (asks(r, 0, "preset", 2) && number(r, 1) < bits.word_count) {
    hm_dirty_bits_preset(&bits, size_at(r, 1), number(r, 2));
    answer("ok");
  } else if (asks_of(r, "take_word", bits.word_count)) {
    answer_number(hm_dirty_bits_take_word(&bits, size_at(r, 1)));
  } else if (asks_of(r, "take_word_stopped", bits.word_count)) {
    answer_number(hm_dirty_bits_take_word_stopped(&bits, size_at(r, 1)));
  } else if (asks_of(r, "is_set", places)) {
    answer_bool(hm_dirty_bits_is_set(&bits, size_at(r, 1)));
  } else if (asks(r, 0, "is_clean", 0)) {
    answer_bool(hm_dirty_bits_is_clean(&bits));
  } else if (asks(r, 0, "clear", 0)) {
    hm_dirty_bits_clear(&bits);
    answer("ok");
  } else {
    answer_error();
  }
}

static void answer_statistics(void) {
  const hm_dirty_statistics s = hm_dirty_pages_statistics(list);
  fprintf(output,
          "listed=%" PRIu64 " scanned=%" PRIu64 " snapshots=%" PRIu64 " high_water=%zu recent=%zu,%zu,%zu,%zu\n",
          s.listed, s.scanned, s.snapshots, s.high_water, s.recent[0], s.recent[1], s.recent[2], s.recent[3]);
}

/* The page that the request is about, if it is about one. */
static hm_page* page_of(const request* r) { return &pages[number(r, 1)]; }

/* What a snapshot that was not ended leaves is listed. */
static hm_dirty_snapshot snapshot_in_place_of(hm_dirty_snapshot* before) {
  const hm_dirty_snapshot taken = hm_dirty_pages_take_snapshot(list);
  hm_dirty_pages_clear_snapshot(list, before);
  return taken;
}

static void answer_to_pages(const request* r) {
  if (asks_of(r, "add", places)) {
    hm_dirty_pages_add(list, page_of(r));
    answer("ok");
  } else if (asks(r, 0, "snapshot", 0)) {
    snapshot = snapshot_in_place_of(&snapshot);
    answer_number(snapshot.left);
  } else if (asks(r, 0, "take", 0)) {
    const hm_page* const taken = hm_dirty_snapshot_take(&snapshot);
    taken == NULL ? answer("none") : answer_number((uint64_t)(taken - pages));
  } else if (asks(r, 0, "end", 0)) {
    hm_dirty_pages_clear_snapshot(list, &snapshot);
    answer("ok");
  } else if (asks_of(r, "retire", places)) {
    answer_bool(hm_dirty_pages_retire(list, page_of(r)));
  } else if (asks_of(r, "reinstate", places)) {
    hm_dirty_pages_reinstate(list, page_of(r));
    answer("ok");
  } else if (asks_of(r, "listed", places)) {
    answer_bool((atomic_load(&page_of(r)->flags) & HM_PAGE_DIRTY_LISTED) != 0);
  } else if (asks(r, 0, "size", 0)) {
    answer_number(hm_dirty_pages_size(list));
  } else if (asks(r, 0, "statistics", 0)) {
    answer_statistics();
  } else {
    answer_error();
  }
}

static void make_pages(size_t count) {
  places = count;
  pages = NEW(hm_page, count);
  for (size_t i = 0; i < count; ++i) hm_page_init(&pages[i]);
  list = NEW(hm_dirty_pages, 1);
  hm_dirty_pages_init(list);
}

static size_t words_of(size_t bits_or_cells) { return (bits_or_cells + 63) / 64; }
static _Atomic(uint64_t)* make_words(size_t count) { return NEW(_Atomic(uint64_t), count); }

static void (*answer_to)(const request* r);

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
  snapshot = (hm_dirty_snapshot){.next = NULL};
  answer_to = NULL;
}

static void make_queue(size_t capacity, uint64_t first_index) {
  queue = NEW(hm_steal_queue, 1);
  hm_steal_queue_init(queue, NEW(_Atomic(hm_item), capacity), capacity, first_index);
}

static bool is_size(uint64_t size) { return size >= 1 && size <= MOST_PLACES; }
static bool is_capacity(uint64_t size) { return is_size(size) && (size & (size - 1)) == 0; }

static void make(const request* r) {
  forget();
  if (asks(r, 1, "steal_queue", 2) && is_capacity(number(r, 2))) {
    make_queue(size_at(r, 2), number(r, 3));
    answer_to = answer_to_queue;
  } else if (asks(r, 1, "mark_bitmap", 1) && is_size(number(r, 2))) {
    places = size_at(r, 2);
    hm_mark_bitmap_init(&bitmap, make_words(words_of(places)), words_of(places));
    answer_to = answer_to_bitmap;
  } else if (asks(r, 1, "dirty_bits", 1) && is_size(number(r, 2))) {
    places = size_at(r, 2);
    hm_dirty_bits_init(&bits, make_words(words_of(places)), words_of(places));
    answer_to = answer_to_bits;
  } else if (asks(r, 1, "dirty_pages", 1) && is_size(number(r, 2))) {
    make_pages(size_at(r, 2));
    answer_to = answer_to_pages;
  }
  answer(answer_to != NULL ? "ok" : "unsupported");
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

static void make_items(queue_stress* run, size_t count) {
  run->items = count;
  run->objects = NEW(uint64_t, count);
  run->taken = NEW(uint8_t, count);
  memset(run->objects, 0, sizeof(uint64_t) * count);
  memset(run->taken, 0, count);
}

static void free_items(queue_stress* run) {
  free(run->objects);
  free(run->taken);
}

static void stress_queue(const request* r) {
  queue_stress run = {.stale = 0};
  make_items(&run, size_at(r, 4));
  const unsigned thieves = (unsigned)number(r, 3);
  make_queue(size_at(r, 2), 0);
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
  fprintf(output, " stale=%" PRIu64 "\n", atomic_load(&run.stale));
  free_items(&run);
}

/* The owner fills the queue; then thieves alone empty it, each until it is told so. */
typedef struct race_stress {
  queue_stress items;
  uint64_t rounds;
  _Atomic(uint64_t) filled; /* rounds */
  _Atomic(uint64_t) ended;  /* rounds, by each thief */
  _Atomic(uint64_t) early;
} race_stress;

static void* racing_thief(void* argument) {
  race_stress* const run = argument;
  for (uint64_t round = 1; round <= run->rounds; ++round) {
    while (atomic_load(&run->filled) < round) sched_yield();
    hm_item item = 0;
    hm_steal_outcome outcome;
    while ((outcome = hm_steal_queue_steal(queue, &item)) != HM_STEAL_EMPTY) {
      if (outcome == HM_STEAL_SUCCESS) note_taken(&run->items, item);
    }
    if (hm_steal_queue_size(queue) != 0) atomic_fetch_add(&run->early, 1);
    atomic_fetch_add(&run->ended, 1);
  }
  return NULL;
}

static void stress_race(const request* r) {
  race_stress run = {.rounds = number(r, 4)};
  const size_t capacity = size_at(r, 2);
  const unsigned thieves = (unsigned)number(r, 3);
  make_items(&run.items, capacity * (size_t)run.rounds);
  make_queue(capacity, 0);
  pthread_t threads[MOST_THREADS];
  for (unsigned i = 0; i < thieves; ++i) threads[i] = start(racing_thief, &run);
  hm_item item = 0;
  hm_item next = 1;
  for (uint64_t round = 1; round <= run.rounds; ++round) {
    while (hm_steal_queue_pop(queue, &item)) note_taken(&run.items, item);
    for (const hm_item first = next; next < first + capacity; ++next) {
      run.items.objects[next - 1] = object_of(next);
      hm_steal_queue_push(queue, next);
    }
    atomic_store(&run.filled, round);
    while (atomic_load(&run.ended) < round * thieves) sched_yield();
  }
  while (hm_steal_queue_pop(queue, &item)) note_taken(&run.items, item);
  for (unsigned i = 0; i < thieves; ++i) pthread_join(threads[i], NULL);
  answer_digits("taken", run.items.taken, run.items.items);
  fprintf(output, " stale=%" PRIu64 " early=%" PRIu64 "\n", atomic_load(&run.items.stale), atomic_load(&run.early));
  free_items(&run.items);
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
  mark_stress run = {.cells = size_at(r, 2), .rounds = size_at(r, 4)};
  const unsigned markers = (unsigned)number(r, 3);
  const size_t words = words_of(run.cells);
  _Atomic(uint64_t)* const memory = make_words(words * run.rounds);
  run.bitmaps = NEW(hm_mark_bitmap, run.rounds);
  for (size_t i = 0; i < run.rounds; ++i) hm_mark_bitmap_init(&run.bitmaps[i], &memory[i * words], words);
  run.won = NEW(uint8_t, run.rounds * run.cells);
  memset(run.won, 0, run.rounds * run.cells);
  pthread_t threads[MOST_THREADS];
  for (unsigned i = 0; i < markers; ++i) threads[i] = start(marker, &run);
  for (unsigned i = 0; i < markers; ++i) pthread_join(threads[i], NULL);
  answer_digits("won", run.won, run.rounds * run.cells);
  putc('\n', output);
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
    for (size_t p = 0; p < places; ++p) {
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
  pages_stress run = {.mutators = size_at(r, 2), .stores = size_at(r, 4)};
  make_pages(size_at(r, 3));
  const size_t slots = places * run.mutators;
  _Atomic(uint64_t)* const words = make_words(places);
  run.bits = NEW(hm_dirty_bits, places);
  for (size_t p = 0; p < places; ++p) hm_dirty_bits_init(&run.bits[p], &words[p], 1);
  run.slots = make_words(slots);
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
  fprintf(output, "seen=");
  for (size_t i = 0; i < slots; ++i) fprintf(output, "%s%" PRIu64, i == 0 ? "" : ",", run.seen[i]);
  putc('\n', output);
  free(words);
  free(run.bits);
  free(run.slots);
  free(run.seen);
}

/* There are that many threads, and something for them to do, but not more of it than `most`. */
static bool is_work(uint64_t threads, uint64_t things, uint64_t rounds, uint64_t most) {
  return threads >= 1 && threads <= MOST_THREADS && things >= 1 && rounds >= 1 && things <= most / threads &&
         rounds <= most / threads / things;
}

static void stress(const request* r, uint64_t most_work) {
  forget();
  const uint64_t first = r->count == 5 ? number(r, 2) : 0;
  const uint64_t second = r->count == 5 ? number(r, 3) : 0;
  const uint64_t third = r->count == 5 ? number(r, 4) : 0;
  if (is(r, 1, "steal_queue") && is_capacity(first) && is_work(second, third, 1, most_work)) {
    stress_queue(r);
  } else if (is(r, 1, "steal_race") && is_capacity(first) && is_work(second, first, third, most_work)) {
    stress_race(r);
  } else if (is(r, 1, "mark_bitmap") && is_work(second, first, third, most_work)) {
    stress_bitmap(r);
  } else if (is(r, 1, "dirty_pages") && is_work(first, second, third, most_work)) {
    stress_pages(r);
  } else {
    answer("unsupported");
  }
  forget();
}

void hm_port_serve(FILE* in, FILE* out, uint64_t most_work) {
  char line[LONGEST_LINE + 1];
  size_t length = 0;
  output = out;
  while (read_line(in, line, &length)) {
    const request r = parse(line, length);
    if (asks(&r, 0, "quit", 0)) break;
    if (asks(&r, 0, "hello", 1) && number(&r, 1) == 1) {
      answer("port 1 steal_queue mark_bitmap dirty_bits dirty_pages");
    } else if (is(&r, 0, "new") && r.count > 1 && has_numbers_from(&r, 2)) {
      make(&r);
    } else if (is(&r, 0, "stress") && r.count > 1 && has_numbers_from(&r, 2)) {
      stress(&r, most_work);
    } else if (answer_to != NULL) {
      answer_to(&r);
    } else {
      answer_error();
    }
    fflush(out);
  }
  forget();
}
