// The worked example in 10 kB: plain, with everything poisoned that no block holds, checked, and in stress mode.
#include <gtest/gtest.h>

#include <iostream>
#include <vector>

#include "tests/arena/example/bank.hpp"
#include "tests/arena/types.hpp"

namespace hallmark::testing {
namespace {

using example::Bank;
using example::Interpreter;

constexpr std::size_t kBytes = 10'000;

struct UncheckedStress : ArenaOptions {
  static constexpr bool kStress = true;
  [[noreturn]] static void fatal(const ArenaReport& report) { report_and_abort(report); }
};

template <class Options>
class ArenaExample : public ::testing::Test {};

using Moods = ::testing::Types<ArenaOptions, Poisoning<ArenaOptions>, Poisoning<CheckedArenaOptions>,
                               Poisoning<StressedArenaOptions>, WithSlots<StressedArenaOptions, 0>, UncheckedStress>;
TYPED_TEST_SUITE(ArenaExample, Moods, );

TYPED_TEST(ArenaExample, RunsInTenKilobytes) {
  std::vector<unsigned char> memory(kBytes);
  Interpreter<TypeParam> machine(memory.data(), kBytes);
  EXPECT_EQ(Bank<TypeParam>(machine).run(), example::expected_result());
  EXPECT_FALSE(machine.ran_out_of_memory());
  const ArenaStatistics& statistics = machine.heap().statistics();
  EXPECT_GT(machine.rehashes(), 3U) << "tables were hashed anew after movement";
  if (TypeParam::kStress) {
    EXPECT_GT(statistics.movements, 1000U) << "one for each allocation";
  } else {
    EXPECT_GT(statistics.movements, 3U) << "the garbage is more than the heap";
  }
  std::cout << "  " << statistics.movements << " movements, " << machine.rehashes() << " tables hashed anew, "
            << machine.heap().top_bytes() << " of " << kBytes << " bytes in use at the end\n";
}

TYPED_TEST(ArenaExample, SaysSoWhenMemoryIsOutAndKeepsWhatThereWas) {
  std::vector<unsigned char> memory(kBytes);
  std::size_t refused = 0;
  std::size_t sufficed = 0;
  // A checked stressed run costs a walk for each index at each collection: fewer sizes then.
  const std::size_t stride = TypeParam::kStress && TypeParam::kChecked ? 1'200 : 400;
  for (std::size_t bytes = 0; bytes < 6'000; bytes += stride) {
    Interpreter<TypeParam> machine(memory.data(), bytes);
    const double result = Bank<TypeParam>(machine).run();
    if (machine.ran_out_of_memory()) {
      EXPECT_EQ(result, -1) << bytes;
      ++refused;
      machine.heap().compact();
      std::uint32_t units = 0;
      machine.heap().for_each_block(
          [&](HeapIndex index, std::uint32_t) { units += 8 + machine.heap().payload_bytes(index); });
      EXPECT_EQ(units, machine.heap().top_bytes()) << bytes;
    } else {
      EXPECT_EQ(result, example::expected_result()) << bytes;
      ++sufficed;
    }
  }
  EXPECT_GE(refused, 3U);
  EXPECT_GE(sufficed, 1U);
}

}  // namespace
}  // namespace hallmark::testing
