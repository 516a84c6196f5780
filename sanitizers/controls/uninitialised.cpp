// A branch on memory that was never written; correct when it was.
#include <cstdio>
#include <memory>

#include "sanitizers/controls/control.hpp"

namespace {

void branch(bool write) {
  const std::unique_ptr<int[]> array(new int[8]);
  int* const first = hallmark::control::opaque(array.get());
  if (write) first[3] = 1;
  std::puts(hallmark::control::opaque(first)[3] == 1 ? "one" : "another");
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { branch(false); }, [] { branch(true); });
}
