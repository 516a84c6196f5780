// rejected: StealQueue<T, N>: N must be a power of two
#include <hallmark/mark/steal_queue.hpp>

#if MISTAKE
constexpr std::size_t kCapacity = 0;
#else
constexpr std::size_t kCapacity = 4;
#endif

template class hallmark::StealQueue<int, kCapacity>;
