// A checked arena ends the program, with a report, where an unchecked one would go astray.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/arena/example/bank.hpp"
#include "tests/arena/types.hpp"

namespace hallmark::testing {
namespace {

using Checked = Observed<CheckedArenaOptions>;

class ArenaCheckedDeathTest : public ::testing::Test {
 protected:
  ArenaCheckedDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  std::vector<std::uint64_t> memory_ = std::vector<std::uint64_t>(200);
  Checked arena_{memory_.data(), 1'600};
};

TEST_F(ArenaCheckedDeathTest, AR8AStaleIndexIsReported) {
  (void)arena_.try_allocate<Leaf>();
  const Checked::ScopedRoot<Leaf> root(arena_, arena_.try_allocate<Leaf>().index);
  const HeapIndex cached = root.index();
  arena_.collect();
  EXPECT_NE(arena_.get<Leaf>(cached), nullptr) << "nothing has moved yet";
  arena_.compact();
  EXPECT_NE(arena_.get<Leaf>(root.index()), nullptr);
  EXPECT_DEATH(arena_.get<Leaf>(cached),
               "arena: a stale index: its block has moved.*\n.*at offset +16 .*\n.*to do: hold it in a root");
}

TEST_F(ArenaCheckedDeathTest, AR8AStaleIndexInAnObjectIsReportedByTheNextCollection) {
  (void)arena_.try_allocate<Leaf>();
  const Checked::ScopedRoot<Pair> root(arena_, arena_.try_allocate<Pair>().index);
  const HeapIndex cached = root.index();
  arena_.compact();
  root->first = cached;
  EXPECT_DEATH(arena_.collect(), "a stale index");
}

TEST_F(ArenaCheckedDeathTest, AR3AForeignIndexIsReported) {
  const HeapIndex block = arena_.try_allocate<Array>(64).index;
  const HeapIndex inside = HeapIndex::of_offset(block.offset() + 16);
  EXPECT_EQ(arena_.find(inside), ArenaStatus::foreign_index) << "asking is allowed";
  EXPECT_DEATH(arena_.get<Array>(inside), "a foreign index: no block starts there.*\n.*offset +16 ");
  EXPECT_DEATH(arena_.free_last(inside), "a foreign index");
  EXPECT_DEATH(arena_.get<Array>(HeapIndex::of_offset(80'000)), "a foreign index");
}

// What targets without an operating system get.
struct SilentlyChecked : ArenaOptions {
  static constexpr bool kChecked = true;
};

TEST_F(ArenaCheckedDeathTest, AR3WithoutAReportOfItsOwnTheArenaTraps) {
  Observed<SilentlyChecked> arena(memory_.data(), 1'600);
  EXPECT_DEATH(arena.get<Array>(HeapIndex::of_offset(80'000)), "");
}

TEST_F(ArenaCheckedDeathTest, AR1ACorruptedHeaderIsReported) {
  const Checked::ScopedRoot<Leaf> first(arena_, arena_.try_allocate<Leaf>().index);
  const Checked::ScopedRoot<Pair> second(arena_, arena_.try_allocate<Pair>().index);
  (void)arena_.try_allocate<Leaf>();
  auto* const header = reinterpret_cast<std::uint32_t*>(&arena_.header_at(2));
  const std::uint32_t data = header[0];
  const auto expect_report = [&](std::uint32_t new_data, std::uint32_t new_size, const char* report) {
    header[0] = new_data;
    header[1] = new_size;
    EXPECT_DEATH(arena_.collect(), report);
  };
  expect_report(data, 0, "a corrupted header: its size is no size.*\n.*offset +16 .*\n.*to do: look for a write past");
  expect_report(data, 12, "its size is no size");
  expect_report(data, 1'600, "the block ends above the heap's top");
  expect_report(data, 8, "too small for its type");
  expect_report(7, 24, "no type has its tag");
  expect_report(data | BlockHeader::kMarkBit, 24, "the collector's bits are set");
  expect_report(data | (5U << BlockHeader::kReservedShift), 24, "the collector's bits are set");
  header[0] = data;
  header[1] = 24;
  arena_.collect();
}

TEST_F(ArenaCheckedDeathTest, AR8ScopesOutOfOrderAreReported) {
  std::optional<Checked::ScopedRoot<Leaf>> first(std::in_place, arena_);
  std::optional<Checked::ScopedRoot<Leaf>> second(std::in_place, arena_);
  EXPECT_DEATH(first.reset(), "a scoped root was destroyed before one that was made after it");
}

/// An interpreter that keeps a value in a C++ variable while it allocates another.
template <class Options>
double add_with_a_cached_value(example::Interpreter<Options>& machine) {
  const HeapIndex left = machine.number(40);
  const HeapIndex right = machine.number(2);
  return machine.value(left) + machine.value(right);
}

TEST_F(ArenaCheckedDeathTest, AR9StressModeShowsARootCachedAcrossMovement) {
  std::vector<std::uint64_t> memory(1'250);
  {
    example::Interpreter<CheckedArenaOptions> machine(memory.data(), 10'000);
    EXPECT_EQ(add_with_a_cached_value(machine), 42) << "without stress nothing moves, and the mistake hides";
  }
  example::Interpreter<StressedArenaOptions> machine(memory.data(), 10'000);
  EXPECT_DEATH(add_with_a_cached_value(machine), "a stale index");
}

}  // namespace
}  // namespace hallmark::testing
