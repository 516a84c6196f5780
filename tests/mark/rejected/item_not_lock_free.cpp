// rejected: T must be trivially copyable and lock-free on this target
#include <hallmark/mark/steal_queue.hpp>

struct Item {
#if MISTAKE
  char bytes[64];
#else
  char bytes[4];
#endif
};

template class hallmark::StealQueue<Item, 4>;
