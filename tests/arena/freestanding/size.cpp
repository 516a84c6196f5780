// What a small interpreter uses of an arena, as functions that the linker keeps: for `size`.
#include <hallmark/arena/arena.hpp>

#include "tests/arena/example/interpreter.hpp"

using Heap = hallmark::example::Interpreter<hallmark::ArenaOptions>::Heap;

alignas(8) static unsigned char memory[10'000];

Heap& arena_heap() {
  static Heap heap(memory, sizeof memory);
  return heap;
}
hallmark::HeapIndex arena_allocate_number() { return arena_heap().allocate<hallmark::example::Number>().index; }
hallmark::HeapIndex arena_allocate_list(unsigned bytes) {
  return arena_heap().allocate<hallmark::example::List>(bytes).index;
}
hallmark::ArenaStatus arena_free_last(hallmark::HeapIndex index) { return arena_heap().free_last(index); }
hallmark::ArenaStatus arena_shrink(hallmark::HeapIndex index, unsigned bytes) {
  return arena_heap().shrink(index, bytes);
}
void arena_collect() { arena_heap().collect(); }
void arena_compact(bool table) {
  arena_heap().compact(table ? hallmark::Forwarding::table : hallmark::Forwarding::in_place);
}
