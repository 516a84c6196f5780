// A list that is built, dropped and collected.
#include <hallmark/hallmark.hpp>

#include <cstdio>

struct Node {
  hallmark::Ref<Node> next;
  int value = 0;
  static constexpr auto kReferences = hallmark::references(&Node::next);
};

int main() {
  hallmark::Heap heap({.workers = 2});
  auto mutator = heap.attach();  // this thread may now allocate

  hallmark::Root<Node> list(mutator);
  for (int i = 0; i < 1000; ++i) {
    Node* const node = mutator.make<Node>();  // may collect: what is held is in `list`
    node->value = i;
    node->next.store(mutator, list.get());
    list = node;
  }
  heap.collect(hallmark::Minor);
  std::printf("kept %llu", static_cast<unsigned long long>(heap.statistics().last.marked));

  list = nullptr;
  heap.collect(hallmark::Major);
  std::printf(", freed %llu\n", static_cast<unsigned long long>(heap.statistics().last.freed_objects));
}
