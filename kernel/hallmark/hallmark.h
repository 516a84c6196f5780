/** @file
 * The collector, for C and for languages that call C. The names and rules are those of hallmark.hpp.
 *
 * One C++ file of the program includes hallmark_c.hpp, which defines all of it.
 *
 * Errors: functions that can fail return NULL, or a status other than HALLMARK_OK; hallmark_last_error() says what is
 * wrong and what to do. A handle that is NULL, was destroyed or belongs to another thread is refused, and so is an
 * address where no object can be. What can't go on ends the program with a report on stderr. No exception leaves a
 * function.
 *
 * Thread roles: a mutator, its roots and its weak references belong to the thread that attached it.
 *
 * After fork, a heap stays in the parent: using it in the child ends the child with a report. */
#ifndef HALLMARK_H
#define HALLMARK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct hallmark_heap hallmark_heap;       /**< a heap, for any thread */
typedef struct hallmark_mutator hallmark_mutator; /**< a thread's part of a heap */
typedef struct hallmark_root hallmark_root;       /**< a reference of a thread that keeps its object */
typedef struct hallmark_weak hallmark_weak;       /**< a reference of a thread that doesn't */
typedef uint16_t hallmark_type;                   /**< the number of a type in one heap */

/** What came of a call. */
typedef enum hallmark_status { HALLMARK_OK = 0, HALLMARK_OUT_OF_MEMORY = 1, HALLMARK_WRONG_USE = 2 } hallmark_status;

/** Minor: frees what was made since the last collection and can't be reached. Major: all that can't. */
typedef enum hallmark_collection { HALLMARK_MINOR = 0, HALLMARK_MAJOR = 1 } hallmark_collection;

/** Fill with hallmark_options_default, then change. Sizes are in bytes. */
typedef struct hallmark_options {
  unsigned workers;   /**< threads that mark, 1 to 16 */
  size_t max_bytes;   /**< of pages; more is out of memory */
  size_t young_bytes; /**< collect when pages of so much were taken for new objects */
  int automatic;      /**< collect by thresholds, and when memory has run out */
  int generations;    /**< 0: every collection is major */
  int verify;         /**< verify after each collection, and end the program on a finding */
} hallmark_options;

/** Counts since the heap was made, and its size now. */
typedef struct hallmark_statistics {
  uint64_t minor_collections; /**< that were done */
  uint64_t major_collections; /**< likewise */
  uint64_t freed_objects;     /**< by all of them */
  uint64_t pages;             /**< of 64 KiB, in use or not */
  uint64_t unused_pages;      /**< of these */
  uint64_t last_pause_ns;     /**< from the request until mutators could go on */
  uint64_t last_marked;       /**< objects, by the last collection */

  /* The mark stacks of all workers, added up. A segment is of 1024 objects. */
  uint64_t stack_segments;      /**< held now */
  uint64_t most_stack_segments; /**< the most that each held, added up */
  uint64_t stack_growths;       /**< segments that the system gave, or that another worker had given back */
  uint64_t stack_refusals;      /**< objects for which it refused one: they are marked and traced all the same */
  uint64_t last_stack_segments; /**< in use at once in the last collection: the most of each worker, added up */
  uint64_t last_inbox_full;     /**< objects that a worker kept in it, as another's inbox had no room */
} hallmark_statistics;

/** What is wrong with the last call of this thread that failed. Valid until the next one. */
const char* hallmark_last_error(void);

/** Each option gets its default. */
void hallmark_options_default(hallmark_options* options);

/** NULL options: the defaults. NULL: see hallmark_last_error. */
hallmark_heap* hallmark_heap_create(const hallmark_options* options);
/** No mutator is attached any more. NULL is destroyed already, as are other handles that are NULL. */
hallmark_status hallmark_heap_destroy(hallmark_heap* heap);

/** Types. Offsets are in bytes, multiples of 8. They are copied, as is the name. */
hallmark_status hallmark_register_members(hallmark_heap* heap, const char* name, uint32_t bytes,
                                          const uint32_t* offsets, size_t count, hallmark_type* type);
/** Arrays of references, of any length. */
hallmark_status hallmark_register_references(hallmark_heap* heap, const char* name, hallmark_type* type);
/** What a trace function is given, to call it for each slot of an object. */
typedef void (*hallmark_visit)(void* context, void* const* slot);
/** Calls visit(context, slot) for each slot of the object, which has `bytes` bytes. It calls nothing else of the heap:
 * a call that would wait for the collection ends the program with a report. */
typedef void (*hallmark_trace)(const void* object, size_t bytes, hallmark_visit visit, void* context);
/** Objects of any size, in which `trace` finds the references. The name is copied. */
hallmark_status hallmark_register_traced(hallmark_heap* heap, const char* name, hallmark_trace trace,
                                         hallmark_type* type);

/** NULL: this thread is attached already. `name` may be NULL. */
hallmark_mutator* hallmark_attach(hallmark_heap* heap, const char* name);
/** Its roots and weak references are gone. */
hallmark_status hallmark_detach(hallmark_mutator* mutator);

/** An object of `bytes` bytes, all zero. May collect. NULL: out of memory, or wrong use. */
void* hallmark_allocate(hallmark_mutator* mutator, hallmark_type type, size_t bytes);

/** References in objects: a slot is eight bytes of an object, at an offset that its type names. */
hallmark_status hallmark_store(hallmark_mutator* mutator, void** slot, void* target);
/** What the slot of an object refers to, or NULL. */
void* hallmark_load(void* const* slot);

/** A root for `target`, which may be NULL. NULL: see hallmark_last_error. */
hallmark_root* hallmark_root_create(hallmark_mutator* mutator, void* target);
/** From now on it keeps `target`, or nothing. */
hallmark_status hallmark_root_set(hallmark_root* root, void* target);
/** The object, or NULL. */
void* hallmark_root_get(const hallmark_root* root);
/** It keeps nothing any more. */
hallmark_status hallmark_root_destroy(hallmark_root* root);

/** A weak reference to `target`, which may be NULL. NULL: see hallmark_last_error. */
hallmark_weak* hallmark_weak_create(hallmark_mutator* mutator, void* target);
/** The object, or NULL if it is gone, or if a collection has found that the target was no object. */
void* hallmark_weak_get(const hallmark_weak* weak);
/** Its object is as it was. */
hallmark_status hallmark_weak_destroy(hallmark_weak* weak);

/** Stops here if a collection has been asked for. */
hallmark_status hallmark_poll(hallmark_mutator* mutator);
/** Between the two, the thread counts as stopped and uses nothing of the heap. The second waits for a collection. */
hallmark_status hallmark_enter_foreign(hallmark_mutator* mutator);
/** Waits while the world is stopped. */
hallmark_status hallmark_leave_foreign(hallmark_mutator* mutator);

/** Any thread. */
hallmark_status hallmark_collect(hallmark_heap* heap, hallmark_collection kind);
/** As of now. Any thread. */
hallmark_status hallmark_heap_statistics(hallmark_heap* heap, hallmark_statistics* statistics);

#ifdef __cplusplus
}
#endif
#endif
