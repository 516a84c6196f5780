// Long random sequences against the model, in heaps of different sizes and moods, with everything poisoned that no
// block holds; and the same sequence in two arenas that compact differently, byte for byte.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <vector>

#include "tests/arena/driver.hpp"

namespace hallmark::testing {
namespace {

using Plain = Poisoning<ArenaOptions>;
using Checked = Poisoning<CheckedArenaOptions>;
using Stressed = Poisoning<StressedArenaOptions>;

struct UncheckedStress : ArenaOptions {
  static constexpr bool kStress = true;
};

template <class Options>
class ArenaProperty : public ::testing::Test {};

using Moods = ::testing::Types<Plain, WithSlots<Plain, 0>, WithSlots<Plain, 1>, WithSlots<Plain, 2>, Checked, Stressed,
                               WithSlots<Stressed, 1>, Poisoning<UncheckedStress>>;
TYPED_TEST_SUITE(ArenaProperty, Moods, );

struct Numbers {
  explicit Numbers(unsigned seed) : random(seed) {}
  unsigned operator()() { return static_cast<unsigned>(random() >> 33); }
  std::mt19937_64 random;
};

TYPED_TEST(ArenaProperty, RandomSequencesAgreeWithTheModel) {
  std::size_t most_live = 0;
  std::uint32_t movements = 0;
  for (unsigned seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    const std::size_t bytes = seed % 3 == 0 ? 10'000 : seed % 3 == 1 ? 2'000 : 400;
    std::vector<std::uint64_t> memory(bytes / 8);
    Observed<TypeParam> arena(memory.data(), bytes);
    Driver<Observed<TypeParam>> driver(arena, seed % 2 == 0);
    Numbers number(seed);
    for (int i = 0; i < 1500; ++i) {
      const unsigned operation = number();
      // Collections are rarer than allocations, so that the heap fills up.
      const bool rare = operation % 16 >= 10 && operation % 16 <= 13 && number() % 4 != 0;
      driver.step(rare ? operation % 3 : operation, number(), number());
      ASSERT_EQ(driver.mismatch(), "") << "after operation " << i;
      most_live = std::max(most_live, driver.live());
    }
    movements += arena.statistics().movements;
  }
  EXPECT_GT(most_live, 50U);
  EXPECT_GT(movements, 100U);
}

// AR6: with a table or without one, the heap is the same.
TEST(AR6Compaction, TableAndInPlaceGiveIdenticalHeaps) {
  std::uint32_t moved = 0;
  std::uint32_t fallbacks = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    const std::size_t bytes = seed % 2 == 0 ? 10'000 : 600;
    std::vector<std::uint64_t> memory[2] = {std::vector<std::uint64_t>(bytes / 8),
                                            std::vector<std::uint64_t>(bytes / 8)};
    Observed<ArenaOptions> in_place(memory[0].data(), bytes);
    Observed<ArenaOptions> table(memory[1].data(), bytes);
    const std::uint32_t finalized = Leaf::finalized;
    Driver<Observed<ArenaOptions>> first(in_place, true);
    Driver<Observed<ArenaOptions>> second(table, true);
    Numbers number(seed);
    for (int i = 0; i < 600; ++i) {
      const unsigned choice = number() % 64;
      const unsigned operation = choice >= 10 && choice < 14 ? 12 : choice % 10;
      const unsigned x = number();
      const unsigned y = number();
      first.step(operation, x, y);
      second.step(operation == 12 ? 13 : operation, x, y);
      ASSERT_EQ(in_place.top_bytes(), table.top_bytes());
      ASSERT_EQ(in_place.statistics().last_moved, table.statistics().last_moved);
      ASSERT_EQ(std::memcmp(in_place.memory(), table.memory(), in_place.top_bytes()), 0)
          << "seed " << seed << ", " << i;
    }
    moved += table.statistics().movements;
    fallbacks += table.statistics().table_fallbacks;
    Leaf::finalized = finalized;
  }
  EXPECT_GT(moved, 500U);
  EXPECT_GT(fallbacks, 10U);
}

}  // namespace
}  // namespace hallmark::testing
