// In a file of its own: where the compiler sees malloc in it, it takes the pair with free for a mismatch.
#include "tests/mark/refusing_new.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

thread_local int hallmark::testing::allocations_granted = -1;

void* operator new(std::size_t bytes) {
  int& granted = hallmark::testing::allocations_granted;
  if (granted == 0) throw std::bad_alloc();
  if (granted > 0) --granted;
  void* const memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
