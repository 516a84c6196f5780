// The C interface when it is refused memory at each occasion in turn, and when it is used wrongly: a status and a text,
// no exception, and a heap that goes on.
#include <hallmark/hallmark_c.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>

#include "tests/faults/injector.hpp"

namespace {

using hallmark::testing::Injector;

struct Node {
  void* next;
  std::uint64_t number;
};
constexpr std::uint32_t kOffsets[] = {0};

void trace_first(const void* object, std::size_t, hallmark_visit visit, void* context) {
  visit(context, static_cast<void* const*>(object));
}

/// Asks until it isn't refused; what a refusal says is that memory, or a thread, can't be had.
class Asking {
 public:
  template <class Ask>
  auto operator()(Ask ask) {
    auto result = ask();
    if (is_given(result)) return result;
    seen = Injector::end();
    const std::string text = hallmark_last_error();
    EXPECT_TRUE(text.find("out of memory") != std::string::npos || text.find("no address space") != std::string::npos ||
                text.find("no thread for worker") != std::string::npos)
        << text;
    result = ask();
    EXPECT_TRUE(is_given(result)) << hallmark_last_error();
    return result;
  }

  Injector::Seen seen;

 private:
  static bool is_given(hallmark_status status) { return status == HALLMARK_OK; }
  template <class T>
  static bool is_given(T* pointer) {
    return pointer != nullptr;
  }
};

Injector::Seen run(Injector::Plan plan) {
  Asking asking;
  Injector::begin(plan);
  hallmark_options options;
  hallmark_options_default(&options);
  options.workers = 2;
  options.max_bytes = std::size_t{64} << 20;
  options.automatic = 0;
  options.verify = 1;
  hallmark_heap* const heap = asking([&] { return hallmark_heap_create(&options); });
  hallmark_type node_type = 0, array_type = 0, traced_type = 0;
  asking([&] { return hallmark_register_members(heap, "a node of the list", sizeof(Node), kOffsets, 1, &node_type); });
  asking([&] { return hallmark_register_references(heap, "an array of references to nodes", &array_type); });
  asking([&] { return hallmark_register_traced(heap, "an object with a trace function", trace_first, &traced_type); });
  hallmark_mutator* const mutator = asking([&] { return hallmark_attach(heap, "the only mutator that there is"); });
  hallmark_root* const root = asking([&] { return hallmark_root_create(mutator, nullptr); });
  for (std::uint64_t i = 0; i < 20; ++i) {
    auto* const node = static_cast<Node*>(asking([&] { return hallmark_allocate(mutator, node_type, sizeof(Node)); }));
    node->number = i;
    EXPECT_EQ(hallmark_store(mutator, &node->next, hallmark_root_get(root)), HALLMARK_OK);
    EXPECT_EQ(hallmark_root_set(root, node), HALLMARK_OK);
  }
  hallmark_weak* const weak = asking([&] { return hallmark_weak_create(mutator, hallmark_root_get(root)); });
  asking([&] { return hallmark_collect(heap, HALLMARK_MINOR); });
  asking([&] { return hallmark_allocate(mutator, array_type, 5000000); });
  asking([&] { return hallmark_allocate(mutator, traced_type, 64); });
  asking([&] { return hallmark_collect(heap, HALLMARK_MAJOR); });
  hallmark_statistics statistics{};
  asking([&] { return hallmark_heap_statistics(heap, &statistics); });
  EXPECT_EQ(statistics.last_marked, 20U);
  std::uint64_t expected = 20;
  for (auto* node = static_cast<Node*>(hallmark_weak_get(weak)); node != nullptr;
       node = static_cast<Node*>(hallmark_load(&node->next))) {
    EXPECT_EQ(node->number, --expected);
  }
  EXPECT_EQ(expected, 0U);
  EXPECT_EQ(hallmark_root_destroy(root), HALLMARK_OK);
  EXPECT_EQ(hallmark_weak_destroy(weak), HALLMARK_OK);
  EXPECT_EQ(hallmark_detach(mutator), HALLMARK_OK);
  EXPECT_EQ(hallmark_heap_destroy(heap), HALLMARK_OK);
  return asking.seen.all() == 0 ? Injector::end() : asking.seen;
}

TEST(CRefusals, EachIsAStatusAndAText) {
  const Injector::Seen all = run({});
  std::uint64_t refused = 0;
  for (const bool all_after : {false, true}) {
    for (std::uint64_t k = 0; k < all.all(); ++k) {
      SCOPED_TRACE(::testing::Message() << "occasion " << k << (all_after ? " and all after it" : ""));
      refused += run({k, all_after}).all_refused();
      if (::testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GE(refused, all.all());
  std::printf("%s %llu refused\n", to_string(all).c_str(), static_cast<unsigned long long>(refused));
}

#define EXPECT_REFUSED(call, text)                                                                        \
  do {                                                                                                    \
    EXPECT_EQ((call), HALLMARK_WRONG_USE);                                                                \
    EXPECT_NE(std::string(hallmark_last_error()).find(text), std::string::npos) << hallmark_last_error(); \
  } while (0)
#define EXPECT_NULL(call, text)                                                                           \
  do {                                                                                                    \
    EXPECT_EQ((call), nullptr);                                                                           \
    EXPECT_NE(std::string(hallmark_last_error()).find(text), std::string::npos) << hallmark_last_error(); \
  } while (0)

TEST(CWrongUse, HandlesAfterTheirEndAreRefused) {
  hallmark_heap* const heap = hallmark_heap_create(nullptr);
  hallmark_mutator* const mutator = hallmark_attach(heap, "main");
  hallmark_root* const root = hallmark_root_create(mutator, nullptr);
  hallmark_weak* const weak = hallmark_weak_create(mutator, nullptr);
  EXPECT_EQ(hallmark_root_destroy(root), HALLMARK_OK);
  EXPECT_EQ(hallmark_weak_destroy(weak), HALLMARK_OK);
  EXPECT_REFUSED(hallmark_root_set(root, nullptr), "destroyed");
  EXPECT_NULL(hallmark_root_get(root), "destroyed");
  EXPECT_REFUSED(hallmark_root_destroy(root), "destroyed");
  EXPECT_NULL(hallmark_weak_get(weak), "destroyed");
  EXPECT_REFUSED(hallmark_weak_destroy(weak), "destroyed");
  EXPECT_EQ(hallmark_detach(mutator), HALLMARK_OK);
  EXPECT_REFUSED(hallmark_detach(mutator), "detached");
  EXPECT_NULL(hallmark_allocate(mutator, 0, 16), "detached");
  EXPECT_NULL(hallmark_root_create(mutator, nullptr), "detached");
  EXPECT_NULL(hallmark_weak_create(mutator, nullptr), "detached");
  EXPECT_REFUSED(hallmark_store(mutator, nullptr, nullptr), "detached");
  EXPECT_REFUSED(hallmark_poll(mutator), "detached");
  EXPECT_REFUSED(hallmark_enter_foreign(mutator), "detached");
  EXPECT_REFUSED(hallmark_leave_foreign(mutator), "detached");
  EXPECT_EQ(hallmark_heap_destroy(heap), HALLMARK_OK);
  EXPECT_REFUSED(hallmark_heap_destroy(heap), "destroyed");
  EXPECT_REFUSED(hallmark_collect(heap, HALLMARK_MAJOR), "destroyed");
  EXPECT_NULL(hallmark_attach(heap, nullptr), "destroyed");
  hallmark_type type = 0;
  EXPECT_REFUSED(hallmark_register_references(heap, "x", &type), "destroyed");
  hallmark_statistics statistics;
  EXPECT_REFUSED(hallmark_heap_statistics(heap, &statistics), "destroyed");
}

TEST(CWrongUse, NullIsRefused) {
  EXPECT_REFUSED(hallmark_collect(nullptr, HALLMARK_MINOR), "NULL");
  // Not known at compile time: gcc would warn of a poll that never comes to be.
  hallmark_mutator* volatile no_mutator = nullptr;
  EXPECT_REFUSED(hallmark_poll(no_mutator), "NULL");
  EXPECT_REFUSED(hallmark_root_set(nullptr, nullptr), "NULL");
  EXPECT_NULL(hallmark_root_get(nullptr), "NULL");
  EXPECT_NULL(hallmark_weak_get(nullptr), "NULL");
  EXPECT_EQ(hallmark_root_destroy(nullptr), HALLMARK_OK);
  EXPECT_EQ(hallmark_detach(nullptr), HALLMARK_OK);
  EXPECT_EQ(hallmark_heap_destroy(nullptr), HALLMARK_OK);
}

TEST(CWrongUse, WhatIsNotAsItMustBeIsRefused) {
  hallmark_heap* const heap = hallmark_heap_create(nullptr);
  hallmark_heap* const other = hallmark_heap_create(nullptr);
  hallmark_mutator* const mutator = hallmark_attach(heap, "main");
  hallmark_mutator* const of_other = hallmark_attach(other, "main");
  hallmark_type type = 0;
  EXPECT_REFUSED(hallmark_register_members(heap, "x", 16, kOffsets, SIZE_MAX, &type), "more offsets");
  EXPECT_EQ(hallmark_register_members(heap, "x", sizeof(Node), kOffsets, 1, &type), HALLMARK_OK);
  auto* const node = static_cast<Node*>(hallmark_allocate(mutator, type, sizeof(Node)));
  auto* const bytes = reinterpret_cast<char*>(node);
  hallmark_root* const root = hallmark_root_create(mutator, node);
  // Of another heap, within an object, behind the last page, in a page that isn't in use.
  EXPECT_NULL(hallmark_root_create(of_other, node), "no object of this heap");
  EXPECT_NULL(hallmark_root_create(mutator, bytes + 8), "no object of this heap");
  EXPECT_NULL(hallmark_root_create(mutator, bytes + (std::size_t{1} << 30)), "no object of this heap");
  EXPECT_NULL(hallmark_root_create(mutator, bytes + 65536), "no object of this heap");
  EXPECT_REFUSED(hallmark_root_set(root, bytes + 4), "no object of this heap");
  EXPECT_REFUSED(hallmark_store(mutator, &node->next, bytes + 8), "no object of this heap");
  EXPECT_REFUSED(hallmark_store(of_other, &node->next, nullptr), "slot");
  EXPECT_REFUSED(hallmark_store(mutator, reinterpret_cast<void**>(bytes + 4), nullptr), "slot");
  EXPECT_REFUSED(hallmark_store(mutator, reinterpret_cast<void**>(bytes + (std::size_t{1} << 30)), nullptr), "slot");
  EXPECT_REFUSED(hallmark_store(mutator, reinterpret_cast<void**>(bytes + 65536), nullptr), "slot");
  EXPECT_NULL(hallmark_allocate(of_other, type, sizeof(Node)), "not registered");
  // In a large object: its first slot, its last, which lies in another page, and what follows.
  EXPECT_EQ(hallmark_register_references(heap, "array", &type), HALLMARK_OK);
  constexpr std::size_t kSlots = 20'000;
  auto* const array = static_cast<void**>(hallmark_allocate(mutator, type, kSlots * sizeof(void*)));
  EXPECT_EQ(hallmark_store(mutator, array, nullptr), HALLMARK_OK);
  EXPECT_EQ(hallmark_store(mutator, array + kSlots - 1, nullptr), HALLMARK_OK);
  EXPECT_REFUSED(hallmark_store(mutator, array + kSlots, nullptr), "slot");
  // In foreign code, and out of it.
  EXPECT_REFUSED(hallmark_leave_foreign(mutator), "call hallmark_enter_foreign first");
  EXPECT_EQ(hallmark_enter_foreign(mutator), HALLMARK_OK);
  EXPECT_REFUSED(hallmark_enter_foreign(mutator), "call hallmark_leave_foreign first");
  EXPECT_REFUSED(hallmark_collect(heap, HALLMARK_MINOR), "call hallmark_leave_foreign first");
  EXPECT_NULL(hallmark_root_get(root), "call hallmark_leave_foreign first");
  EXPECT_EQ(hallmark_leave_foreign(mutator), HALLMARK_OK);
  std::thread([&] {
    EXPECT_REFUSED(hallmark_poll(mutator), "another thread's");
    EXPECT_NULL(hallmark_root_get(root), "another thread's");
    EXPECT_REFUSED(hallmark_detach(mutator), "another thread's");
  }).join();
  EXPECT_EQ(hallmark_root_get(root), node);
  EXPECT_EQ(hallmark_collect(heap, HALLMARK_MAJOR), HALLMARK_OK);
  hallmark_root_destroy(root);
  hallmark_detach(mutator);
  hallmark_detach(of_other);
  EXPECT_EQ(hallmark_heap_destroy(heap), HALLMARK_OK);
  EXPECT_EQ(hallmark_heap_destroy(other), HALLMARK_OK);
}

}  // namespace
