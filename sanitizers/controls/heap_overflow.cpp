// One element past the end of an array on the heap is written; correct within.
#include <memory>

#include "sanitizers/controls/control.hpp"

namespace {

void write(std::size_t index) {
  const auto array = std::make_unique<int[]>(8);
  array[hallmark::control::opaque(index)] = 1;
  hallmark::control::opaque(array.get());
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { write(8); }, [] { write(7); });
}
