// The kernel's entities as one backend makes them; symbols_test.cmake compiles it once for each.
#include <hallmark/mark/steal_queue.hpp>

template class hallmark::StealQueue<int, 4>;
