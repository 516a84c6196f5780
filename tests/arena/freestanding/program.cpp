// The worked example without exceptions, RTTI or a hosted library. Zero if its result was right.
#include "tests/arena/example/bank.hpp"

using namespace hallmark;
using namespace hallmark::example;

struct StressWithoutReports : ArenaOptions {
  static constexpr bool kChecked = true;
  static constexpr bool kStress = true;
};

template <class Options>
bool runs() {
  alignas(8) static unsigned char memory[10'000];
  Interpreter<Options> machine(memory, sizeof memory);
  return Bank<Options>(machine).run() == expected_result();
}

extern "C" int arena_example() { return runs<ArenaOptions>() && runs<StressWithoutReports>() ? 0 : 1; }
