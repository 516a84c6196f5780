// One element past the end of an array on the stack is written; correct within.
#include <cstddef>

#include "sanitizers/controls/control.hpp"

namespace {

void write(std::size_t index) {
  int array[8] = {};
  int* const first = hallmark::control::opaque(&array[0]);
  first[hallmark::control::opaque(index)] = 1;
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { write(8); }, [] { write(7); });
}
