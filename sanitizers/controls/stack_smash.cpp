// A loop writes past an array on the stack, over what the function returns to; correct within.
#include <cstddef>

#include "sanitizers/controls/control.hpp"

namespace {

[[gnu::noinline]] void fill(std::size_t count) {
  char array[16];
  char* const first = hallmark::control::opaque(&array[0]);
  for (std::size_t i = 0; i < count; ++i) first[i] = 'a';
  hallmark::control::opaque(first);
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { fill(hallmark::control::opaque(std::size_t{64})); },
      [] { fill(hallmark::control::opaque(std::size_t{16})); });
}
