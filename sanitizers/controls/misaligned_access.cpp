// A 64-bit word is read from an address that is not a multiple of its alignment; correct when aligned.
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "sanitizers/controls/control.hpp"

namespace {

void read(std::size_t offset) {
  alignas(std::uint64_t) unsigned char bytes[2 * sizeof(std::uint64_t)] = {};
  const void* const address = hallmark::control::opaque(&bytes[0] + offset);
  std::printf("%d\n", static_cast<int>(*static_cast<const std::uint64_t*>(address)));
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { read(4); }, [] { read(8); });
}
