// PageFlags: each bit by itself, and none disturbs another.
#include <hallmark/heap/page_flags.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <new>

namespace {

using hallmark::acquire;
using hallmark::order;
using hallmark::PageFlags;
using hallmark::relaxed;

bool listed(const PageFlags& flags) {
  return flags.is_dirty_listed(order<"gallery_test_flags.listed.load_bits">(acquire));
}
bool may_be_listed(const PageFlags& flags) {
  return flags.may_be_listed(order<"gallery_test_flags.may_be_listed.load_bits">(acquire));
}
void list(PageFlags& flags) { flags.set_dirty_listed(order<"gallery_test_flags.list.rmw_bits">(relaxed)); }
void unlist(PageFlags& flags) { flags.clear_dirty_listed(order<"gallery_test_flags.unlist.rmw_bits">(relaxed)); }
void retire(PageFlags& flags) { flags.set_retired(order<"gallery_test_flags.retire.rmw_bits">(relaxed)); }
void reinstate(PageFlags& flags) { flags.clear_retired(order<"gallery_test_flags.reinstate.rmw_bits">(relaxed)); }

TEST(PageFlags, ZeroBytesAreAYoungPageThatMayBeListed) {
  alignas(PageFlags) unsigned char bytes[sizeof(PageFlags)];
  std::memset(bytes, 0, sizeof bytes);
  const PageFlags& flags = *std::launder(reinterpret_cast<PageFlags*>(bytes));
  EXPECT_FALSE(flags.is_old());
  EXPECT_FALSE(listed(flags));
  EXPECT_TRUE(may_be_listed(flags));
  EXPECT_EQ(sizeof(PageFlags), 1U);
}

TEST(PageFlags, ListedIsTheBitOfTheRequirements) { EXPECT_EQ(PageFlags::kDirtyListed, 0x10); }

TEST(PageFlags, BitsComeAndGoAlone) {
  for (const bool old : {false, true}) {
    PageFlags flags;
    if (old) flags.set_old();
    list(flags);
    EXPECT_TRUE(listed(flags));
    EXPECT_FALSE(may_be_listed(flags));
    EXPECT_EQ(flags.is_old(), old);
    unlist(flags);
    EXPECT_FALSE(listed(flags));
    EXPECT_TRUE(may_be_listed(flags));
    retire(flags);
    EXPECT_FALSE(listed(flags));
    EXPECT_FALSE(may_be_listed(flags));
    EXPECT_EQ(flags.is_old(), old);
    reinstate(flags);
    EXPECT_TRUE(may_be_listed(flags));
    EXPECT_EQ(flags.is_old(), old);
  }
}

TEST(PageFlags, GrowsOldAndYoungAgain) {
  PageFlags flags;
  list(flags);
  retire(flags);
  flags.set_old();
  EXPECT_TRUE(flags.is_old());
  flags.clear_old();
  EXPECT_FALSE(flags.is_old());
  EXPECT_TRUE(listed(flags));
  reinstate(flags);
  EXPECT_TRUE(listed(flags));
}

}  // namespace
