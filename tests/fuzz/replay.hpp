// A fuzzer's program without the fuzzer: runs the files that it is given, in any build. Included at the end of one.
#pragma once

#include <cstdint>
#include <cstdio>
#include <vector>

int main(int count, char** names) {
  for (int i = 1; i < count; ++i) {
    std::FILE* const file = std::fopen(names[i], "rb");
    if (file == nullptr) {
      std::fprintf(stderr, "cannot open %s\n", names[i]);
      return 2;
    }
    std::vector<std::uint8_t> input(1 << 16);
    input.resize(std::fread(input.data(), 1, input.size(), file));
    std::fclose(file);
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%d inputs replayed\n", count - 1);
  return count > 1 ? 0 : 2;
}
