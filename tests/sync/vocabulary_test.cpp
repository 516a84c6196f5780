// The grammar of labels, the legality of orders, and what the production atomics do with them.
#include <hallmark/sync/sync.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace {

using namespace hallmark::vocabulary;
using hallmark::order;
namespace sync = hallmark::sync;

TEST(Label, IsWellFormedOnlyWithThreePartsOfLowerCaseDigitsAndUnderscores) {
  for (const std::string_view label : {"a.b.load_c", "steal_queue.push.store_bottom", "q2.pop_3.cas_fail_top"}) {
    EXPECT_TRUE(is_well_formed(label)) << label;
  }
  for (const std::string_view label : {"", ".", "..", "a.b", "a.b.c.d", ".a.b", "a..b", "a.b.", "A.b.load_c",
                                       "a.b.load c", "a.b.load-c", "a.b.load_\n", " a.b.load_c"}) {
    EXPECT_FALSE(is_well_formed(label)) << label;
  }
}

TEST(Label, NamesTheOperationItsLastPartBeginsWith) {
  EXPECT_EQ(operation_of("a.b.load_c"), Operation::load);
  EXPECT_EQ(operation_of("a.b.store_c"), Operation::store);
  EXPECT_EQ(operation_of("a.b.rmw_c"), Operation::rmw);
  EXPECT_EQ(operation_of("a.b.cas_c"), Operation::cas);
  EXPECT_EQ(operation_of("a.b.cas_fail_c"), Operation::cas_fail);
  EXPECT_EQ(operation_of("a.b.cas_failure"), Operation::cas) << "only cas_fail_ declares a failure order";
  for (const std::string_view label : {"a.b.load", "a.b.load_", "a.b.loads_c", "a.b.c_load", "a.load_b.c"}) {
    EXPECT_FALSE(names_an_operation(label)) << label;
  }
}

TEST(Label, BeginsWithItsPrimitive) { EXPECT_EQ(primitive_of("steal_queue.push.store_bottom"), "steal_queue"); }

TEST(Order, IsLegalWhereTheLanguageSaysSo) {
  // Rows: load, store, rmw, cas, cas_fail. Columns: relaxed, acquire, release, acq_rel, seq_cst.
  constexpr bool kLegal[5][5] = {
      {true, true, false, false, true}, {true, false, true, false, true}, {true, true, true, true, true},
      {true, true, true, true, true},   {true, true, false, false, true},
  };
  for (unsigned char operation = 0; operation < 5; ++operation) {
    for (unsigned char memory_order = 0; memory_order < 5; ++memory_order) {
      EXPECT_EQ(is_legal(Operation{operation}, MemoryOrder{memory_order}), kLegal[operation][memory_order])
          << name_of(Operation{operation}) << " with " << name_of(MemoryOrder{memory_order});
    }
  }
}

TEST(Order, HasTheStandardsName) {
  EXPECT_EQ(name_of(MemoryOrder::relaxed), "relaxed");
  EXPECT_EQ(name_of(MemoryOrder::acquire), "acquire");
  EXPECT_EQ(name_of(MemoryOrder::release), "release");
  EXPECT_EQ(name_of(MemoryOrder::acq_rel), "acq_rel");
  EXPECT_EQ(name_of(MemoryOrder::seq_cst), "seq_cst");
}

TEST(Order, IsTheStandardsOrderOfTheSameName) {
  static_assert(order<"test.order.rmw_word">(relaxed).value() == std::memory_order_relaxed);
  static_assert(order<"test.order.rmw_word">(acquire).value() == std::memory_order_acquire);
  static_assert(order<"test.order.rmw_word">(release).value() == std::memory_order_release);
  static_assert(order<"test.order.rmw_word">(acq_rel).value() == std::memory_order_acq_rel);
  static_assert(order<"test.order.rmw_word">(seq_cst).value() == std::memory_order_seq_cst);
}

TEST(Atomic, CostsNothingOverTheStandardOne) {
  static_assert(sizeof(sync::atomic<std::uint8_t>) == sizeof(std::atomic<std::uint8_t>));
  static_assert(sizeof(sync::atomic<std::uint64_t>) == sizeof(std::atomic<std::uint64_t>));
  static_assert(alignof(sync::atomic<std::uint64_t>) == alignof(std::atomic<std::uint64_t>));
  static_assert(sizeof(sync::plain<std::uint32_t>) == sizeof(std::uint32_t));
  static_assert(!std::is_copy_constructible_v<sync::atomic<int>> && !std::is_copy_assignable_v<sync::atomic<int>>);
  static_assert(!std::is_copy_constructible_v<sync::plain<int>> && !std::is_copy_assignable_v<sync::plain<int>>);
}

TEST(Atomic, OperationsReturnTheOldValueAndStoreTheNew) {
  sync::atomic<std::uint32_t> word(0b1100);
  const auto value = [&] { return word.load(order<"test.value.load_word">(seq_cst)); };
  EXPECT_EQ(sync::atomic<std::uint32_t>().load(order<"test.initial.load_word">(relaxed)), 0U);
  EXPECT_EQ(value(), 0b1100U);
  EXPECT_EQ(word.fetch_or(0b0110, order<"test.or.rmw_word">(acq_rel)), 0b1100U);
  EXPECT_EQ(value(), 0b1110U);
  EXPECT_EQ(word.fetch_and(0b0111, order<"test.and.rmw_word">(acq_rel)), 0b1110U);
  EXPECT_EQ(value(), 0b0110U);
  EXPECT_EQ(word.fetch_add(3, order<"test.add.rmw_word">(relaxed)), 6U);
  EXPECT_EQ(value(), 9U);
  EXPECT_EQ(word.fetch_sub(10, order<"test.sub.rmw_word">(relaxed)), 9U);
  EXPECT_EQ(value(), 0xFFFFFFFFU);
  EXPECT_EQ(word.exchange(5, order<"test.exchange.rmw_word">(seq_cst)), 0xFFFFFFFFU);
  word.store(7, order<"test.store.store_word">(release));
  EXPECT_EQ(value(), 7U);
}

TEST(Atomic, CompareExchangeStoresOnAMatchAndLoadsOtherwise) {
  sync::atomic<int> word(1);
  const auto swap = [&](int& expected, int desired) {
    return word.compare_exchange_strong(expected, desired, order<"test.swap.cas_word">(acq_rel),
                                        order<"test.swap.cas_fail_word">(acquire));
  };
  int expected = 1;
  EXPECT_TRUE(swap(expected, 2));
  EXPECT_EQ(expected, 1);
  EXPECT_FALSE(swap(expected, 3));
  EXPECT_EQ(expected, 2);

  expected = 9;
  EXPECT_FALSE(word.compare_exchange_weak(expected, 4, order<"test.weak.cas_word">(seq_cst),
                                          order<"test.weak.cas_fail_word">(relaxed)));
  EXPECT_EQ(expected, 2);
  while (!word.compare_exchange_weak(expected, 4, order<"test.weak_again.cas_word">(seq_cst),
                                     order<"test.weak_again.cas_fail_word">(relaxed))) {
    ASSERT_EQ(expected, 2) << "a spurious failure reports the value that is there";
  }
  EXPECT_EQ(word.load(order<"test.result.load_word">(relaxed)), 4);
}

TEST(Plain, ReadsWhatWasWritten) {
  sync::plain<int> value;
  EXPECT_EQ(value.read(), 0);
  value.write(5);
  EXPECT_EQ(value.read(), 5);
  EXPECT_EQ(sync::plain<int>(3).read(), 3);
}

}  // namespace
