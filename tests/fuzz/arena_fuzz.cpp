// The arena's operations, chosen by a fuzzer's bytes, in lockstep with the model. With libFuzzer the inputs are found;
// with HALLMARK_FUZZ_REPLAY the program runs the files that it is given, in any build.
//
// An input is a mood (one byte: heap size, collection on demand), then three bytes an operation.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/arena/driver.hpp"

namespace {

using namespace hallmark;
using namespace hallmark::testing;

template <class Options>
std::string mismatch_in(const std::uint8_t* data, std::size_t size, std::size_t bytes, bool may_collect) {
  std::vector<std::uint64_t> memory(bytes / 8);
  Observed<Options> arena(memory.data(), bytes);
  Driver<Observed<Options>> driver(arena, may_collect);
  for (std::size_t i = 0; i + 2 < size && i < 3'000; i += 3) {
    driver.step(data[i], data[i + 1], data[i + 2]);
    if (!driver.mismatch().empty()) return driver.mismatch();
  }
  return "";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::size_t kBytes[] = {64, 200, 1'000, 10'000};
  const std::uint8_t mood = data[0];
  const std::size_t bytes = kBytes[mood % 4];
  const bool may_collect = mood / 4 % 2 == 1;
  std::string mismatch;
  switch (mood / 8 % 4) {
    case 0: mismatch = mismatch_in<Poisoning<ArenaOptions>>(data + 1, size - 1, bytes, may_collect); break;
    case 1:
      mismatch = mismatch_in<WithSlots<Poisoning<ArenaOptions>, 1>>(data + 1, size - 1, bytes, may_collect);
      break;
    case 2: mismatch = mismatch_in<Poisoning<CheckedArenaOptions>>(data + 1, size - 1, bytes, may_collect); break;
    default: mismatch = mismatch_in<Poisoning<StressedArenaOptions>>(data + 1, size - 1, bytes, may_collect);
  }
  if (!mismatch.empty()) {
    std::fprintf(stderr, "the arena and its model differ: %s\n", mismatch.c_str());
    std::abort();
  }
  return 0;
}

#ifdef HALLMARK_FUZZ_REPLAY
#include "tests/fuzz/replay.hpp"
#endif
