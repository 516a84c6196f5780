/* The list again, in C. */
#include <hallmark/hallmark.h>

#include <stdio.h>

typedef struct node {
  struct node* next;
  int64_t value;
} node;

int main(void) {
  hallmark_heap* heap = hallmark_heap_create(NULL);
  if (heap == NULL) {
    fprintf(stderr, "%s\n", hallmark_last_error());
    return 1;
  }
  const uint32_t offsets[] = {offsetof(node, next)};
  hallmark_type type;
  if (hallmark_register_members(heap, "node", sizeof(node), offsets, 1, &type) != HALLMARK_OK) return 1;
  hallmark_mutator* mutator = hallmark_attach(heap, "main");

  hallmark_root* list = hallmark_root_create(mutator, NULL);
  for (int i = 0; i < 1000; ++i) {
    node* made = hallmark_allocate(mutator, type, sizeof(node));
    if (made == NULL) return 1;
    made->value = i;
    hallmark_store(mutator, (void**)&made->next, hallmark_root_get(list));
    hallmark_root_set(list, made);
  }
  hallmark_statistics statistics;
  hallmark_collect(heap, HALLMARK_MINOR);
  hallmark_heap_statistics(heap, &statistics);
  printf("kept %llu", (unsigned long long)statistics.last_marked);
  hallmark_root_destroy(list);
  hallmark_collect(heap, HALLMARK_MAJOR);
  hallmark_heap_statistics(heap, &statistics);
  printf(", freed %llu\n", (unsigned long long)statistics.freed_objects);

  hallmark_detach(mutator);
  hallmark_heap_destroy(heap);
  return 0;
}
