// TypeDescription: what is wrong with a description, in words; and SlotVisitor, which hands each slot on.
#include <hallmark/heap/type_description.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using hallmark::Slot;
using hallmark::SlotVisitor;
using hallmark::TypeDescription;

void trace_nothing(const std::byte*, std::size_t, const SlotVisitor&) {}

constexpr std::uint32_t kInside[] = {0, 8, 40};
constexpr std::uint32_t kUnaligned[] = {8, 12};
constexpr std::uint32_t kOutside[] = {0, 48};
constexpr std::uint32_t kHalfOutside[] = {40};
constexpr std::uint32_t kHuge[] = {0xFFFFFFF8U};

TEST(TypeDescription, HasNoProblemWhenItIsRight) {
  EXPECT_EQ(TypeDescription::with_members("Node", 48, kInside).problem(), "");
  EXPECT_EQ(TypeDescription::with_members("Leaf", 1, {}).problem(), "");
  EXPECT_EQ(TypeDescription::of_references("Array").problem(), "");
  EXPECT_EQ(TypeDescription::with_trace("Fixed", 48, trace_nothing).problem(), "");
  EXPECT_EQ(TypeDescription::with_trace("Sized", 0, trace_nothing).problem(), "");
}

TEST(TypeDescription, SaysWhatIsWrong) {
  EXPECT_EQ(TypeDescription::with_members("", 48, kInside).problem(), "a type has no name");
  EXPECT_EQ(TypeDescription::with_members(nullptr, 48, kInside).problem(), "a type has no name");
  EXPECT_EQ(TypeDescription::with_members("T", 0, kInside).problem(), "type \"T\": has members and no size");
  EXPECT_EQ(TypeDescription::with_members("T", 48, kUnaligned).problem(),
            "type \"T\": the slot at offset 12 is not aligned to 8");
  EXPECT_EQ(TypeDescription::with_members("T", 48, kOutside).problem(),
            "type \"T\": the slot at offset 48 lies outside of its 48 bytes");
  EXPECT_EQ(TypeDescription::with_members("T", 47, kHalfOutside).problem(),
            "type \"T\": the slot at offset 40 lies outside of its 47 bytes");
  EXPECT_EQ(TypeDescription::with_members("T", 4, kInside).problem(),
            "type \"T\": the slot at offset 0 lies outside of its 4 bytes");
  EXPECT_EQ(TypeDescription::with_members("T", 48, kHuge).problem(),
            "type \"T\": the slot at offset 4294967288 lies outside of its 48 bytes");
  EXPECT_EQ(TypeDescription::with_trace("T", 48, nullptr).problem(), "type \"T\": has no trace function");
}

TEST(SlotVisitor, HandsOnEachSlotInItsOrder) {
  std::array<Slot, 3> slots;
  std::vector<const Slot*> seen;
  auto see = [&](const Slot& slot) { seen.push_back(&slot); };
  const SlotVisitor visitor(see);
  for (const std::size_t i : {2U, 0U, 1U, 0U}) visitor(slots[i]);
  EXPECT_EQ(seen, (std::vector<const Slot*>{&slots[2], &slots[0], &slots[1], &slots[0]}));
}

TEST(Slot, HoldsNoReferenceUntilOneIsStored) {
  Slot slot;
  EXPECT_EQ(slot.load_stopped(), nullptr);
  std::byte target{};
  slot.store_stopped(&target);
  EXPECT_EQ(slot.load_stopped(), &target);
  slot.store_stopped(nullptr);
  EXPECT_EQ(slot.load_stopped(), nullptr);
  static_assert(sizeof(Slot) == sizeof(void*));
}

}  // namespace
