// More is copied into an array than it holds; correct when it fits.
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "sanitizers/controls/control.hpp"

namespace {

void copy(std::size_t size) {
  const char source[24] = {};
  char* const target = static_cast<char*>(std::malloc(hallmark::control::opaque(std::size_t{16})));
  std::memcpy(target, source, hallmark::control::opaque(size));
  hallmark::control::opaque(target);
  std::free(target);
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { copy(24); }, [] { copy(16); });
}
