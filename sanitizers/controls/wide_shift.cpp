// A shift by the width of the type: what a bitmap's mask is when the index isn't reduced; correct when it is.
#include <cstdint>
#include <cstdio>

#include "sanitizers/controls/control.hpp"

namespace {

void mask(unsigned index) {
  std::printf("%llx\n", static_cast<unsigned long long>(std::uint64_t{1} << hallmark::control::opaque(index)));
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { mask(64); }, [] { mask(64 % 64); });
}
