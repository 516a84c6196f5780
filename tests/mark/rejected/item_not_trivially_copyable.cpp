// rejected: StealQueue<T, N>: T must be trivially copyable
#include <hallmark/mark/steal_queue.hpp>

struct Item {
#if MISTAKE
  Item(const Item& other) : value(other.value) {}
  Item() = default;
#endif
  int value = 0;
};

template class hallmark::StealQueue<Item, 4>;
