/* The C interface, from C: a list that is built, dropped and collected; each error that a caller can make. */
#include <hallmark/hallmark.h>

#include <stdio.h>
#include <string.h>

typedef struct node {
  struct node* next;
  struct node* other;
  uint64_t value;
} node;

static int failures = 0;

static void expect(int holds, const char* what, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: %s\n", __FILE__, line, what);
  ++failures;
}
#define EXPECT(condition) expect((condition), #condition, __LINE__)
#define EXPECT_REFUSED(call, text)                         \
  do {                                                     \
    EXPECT((call) == HALLMARK_WRONG_USE);                  \
    EXPECT(strstr(hallmark_last_error(), (text)) != NULL); \
  } while (0)

/* A row: a count and as many references. */
static void trace_row(const void* object, size_t bytes, hallmark_visit visit, void* context) {
  const uint64_t* row = object;
  void* const* slots = (void* const*)(row + 1);
  (void)bytes;
  for (uint64_t i = 0; i < row[0]; ++i) visit(context, &slots[i]);
}

static hallmark_statistics all(hallmark_heap* heap) {
  hallmark_statistics statistics;
  EXPECT(hallmark_heap_statistics(heap, &statistics) == HALLMARK_OK);
  return statistics;
}

static uint64_t marked(hallmark_heap* heap) { return all(heap).last_marked; }

int main(void) {
  hallmark_options options;
  hallmark_options_default(&options);
  options.workers = 2;
  options.max_bytes = (size_t)64 << 20;
  options.verify = 1;
  hallmark_heap* heap = hallmark_heap_create(&options);
  EXPECT(heap != NULL);

  const uint32_t offsets[] = {offsetof(node, next), offsetof(node, other)};
  hallmark_type node_type, array_type, row_type;
  EXPECT(hallmark_register_members(heap, "node", sizeof(node), offsets, 2, &node_type) == HALLMARK_OK);
  EXPECT(hallmark_register_references(heap, "array", &array_type) == HALLMARK_OK);
  EXPECT(hallmark_register_traced(heap, "row", trace_row, &row_type) == HALLMARK_OK);

  hallmark_mutator* mutator = hallmark_attach(heap, "main");
  EXPECT(mutator != NULL);
  hallmark_root* list = hallmark_root_create(mutator, NULL);
  for (uint64_t i = 0; i < 1000; ++i) {
    node* made = hallmark_allocate(mutator, node_type, sizeof(node));
    EXPECT(made != NULL && made->value == 0 && made->next == NULL);
    made->value = i;
    EXPECT(hallmark_store(mutator, (void**)&made->next, hallmark_root_get(list)) == HALLMARK_OK);
    hallmark_root_set(list, made);
    EXPECT(hallmark_allocate(mutator, node_type, sizeof(node)) != NULL); /* garbage */
  }
  hallmark_collect(heap, HALLMARK_MINOR);
  EXPECT(marked(heap) == 1000);
  uint64_t expected = 1000;
  for (node* at = hallmark_root_get(list); at != NULL; at = hallmark_load((void* const*)&at->next)) {
    EXPECT(at->value == --expected);
  }
  EXPECT(expected == 0);

  /* An old object keeps a young one; a traced type; a large array; a weak reference. */
  node* head = hallmark_root_get(list);
  EXPECT(hallmark_store(mutator, (void**)&head->other, hallmark_allocate(mutator, node_type, sizeof(node))) ==
         HALLMARK_OK);
  uint64_t* row = hallmark_allocate(mutator, row_type, 8 + 3 * 8);
  row[0] = 3;
  EXPECT(hallmark_store(mutator, (void**)&head->other->next, row) == HALLMARK_OK);
  EXPECT(hallmark_store(mutator, (void**)(row + 3), hallmark_allocate(mutator, array_type, 800000)) == HALLMARK_OK);
  hallmark_weak* dead = hallmark_weak_create(mutator, hallmark_allocate(mutator, node_type, sizeof(node)));
  hallmark_weak* alive = hallmark_weak_create(mutator, head);
  hallmark_collect(heap, HALLMARK_MINOR);
  EXPECT(marked(heap) == 3);
  EXPECT(hallmark_weak_get(dead) == NULL && hallmark_weak_get(alive) == head);

  hallmark_enter_foreign(mutator);
  hallmark_leave_foreign(mutator);
  hallmark_poll(mutator);

  /* Errors. */
  node on_the_stack = {0};
  hallmark_type unused;
  EXPECT_REFUSED(hallmark_store(mutator, (void**)&on_the_stack.next, NULL), "slot");
  EXPECT_REFUSED(hallmark_store(mutator, (void**)&head->next, &on_the_stack), "target");
  EXPECT_REFUSED(hallmark_store(NULL, (void**)&head->next, NULL), "mutator is NULL");
  EXPECT_REFUSED(hallmark_detach(mutator), "destroy them first");
  EXPECT_REFUSED(hallmark_heap_destroy(heap), "detach");
  const uint32_t outside[] = {sizeof(node)};
  EXPECT_REFUSED(hallmark_register_members(heap, "bad", sizeof(node), outside, 1, &unused), "outside");
  EXPECT_REFUSED(hallmark_register_members(heap, NULL, 8, NULL, 0, &unused), "NULL");
  EXPECT_REFUSED(hallmark_register_references(NULL, "x", &unused), "NULL");
  EXPECT_REFUSED(hallmark_register_traced(heap, "x", NULL, &unused), "NULL");
  EXPECT_REFUSED(hallmark_register_references(heap, "x", NULL), "NULL");
  EXPECT(hallmark_attach(heap, "again") == NULL && strstr(hallmark_last_error(), "\"main\"") != NULL);
  EXPECT(hallmark_attach(NULL, "x") == NULL);
  EXPECT(hallmark_allocate(mutator, 999, 16) == NULL && strstr(hallmark_last_error(), "not registered") != NULL);
  EXPECT(hallmark_allocate(mutator, node_type, 8) == NULL && strstr(hallmark_last_error(), "description") != NULL);
  EXPECT(hallmark_allocate(mutator, array_type, (size_t)1 << 30) == NULL);
  EXPECT(strstr(hallmark_last_error(), "out of memory") != NULL);
  EXPECT(hallmark_allocate(mutator, row_type, SIZE_MAX) == NULL);
  EXPECT(strstr(hallmark_last_error(), "out of memory") != NULL);
  EXPECT(hallmark_root_create(mutator, &on_the_stack) == NULL);
  options.workers = 17;
  EXPECT(hallmark_heap_create(&options) == NULL && strstr(hallmark_last_error(), "17") != NULL);

  /* 3000 objects that are found at once: three segments of a mark stack, of 1024 objects each. */
  void** wide = hallmark_allocate(mutator, array_type, 3000 * sizeof(void*));
  hallmark_root* wide_root = hallmark_root_create(mutator, wide);
  for (size_t i = 0; i < 3000; ++i) {
    hallmark_store(mutator, &wide[i], hallmark_allocate(mutator, node_type, sizeof(node)));
  }
  hallmark_collect(heap, HALLMARK_MAJOR);
  EXPECT(all(heap).last_stack_segments >= 3);
  EXPECT(all(heap).most_stack_segments >= all(heap).last_stack_segments);
  EXPECT(all(heap).stack_growths >= 3 && all(heap).stack_refusals == 0);
  EXPECT(all(heap).stack_segments >= 1 && all(heap).stack_segments <= all(heap).most_stack_segments);
  EXPECT(all(heap).last_inbox_full == 0);
  hallmark_root_destroy(wide_root);

  hallmark_root_destroy(list);
  hallmark_weak_destroy(dead);
  hallmark_weak_destroy(alive);
  hallmark_collect(heap, HALLMARK_MAJOR);
  EXPECT(marked(heap) == 0);
  EXPECT(hallmark_detach(mutator) == HALLMARK_OK);
  EXPECT(hallmark_heap_destroy(heap) == HALLMARK_OK);
  if (failures == 0) puts("all as expected");
  return failures != 0;
}
