// A signed sum that doesn't fit; correct when it does.
#include <cstdio>
#include <limits>

#include "sanitizers/controls/control.hpp"

namespace {

void add(int summand) { std::printf("%d\n", hallmark::control::opaque(std::numeric_limits<int>::max() - 1) + summand); }

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { add(2); }, [] { add(1); });
}
