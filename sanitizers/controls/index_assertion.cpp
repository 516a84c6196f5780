// The element after the last of a vector is read, inside the memory that the vector has; correct within.
#include <cstddef>
#include <cstdio>
#include <vector>

#include "sanitizers/controls/control.hpp"

namespace {

void read(std::size_t index) {
  std::vector<int> values(7, 3);
  values.reserve(8);
  std::printf("%d\n", values[hallmark::control::opaque(index)]);
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { read(7); }, [] { read(6); });
}
