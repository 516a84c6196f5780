// Functions of a program that misbehave while the world is stopped: what they throw ends the program with a report. In
// checked builds a stray reference and a stray slot do, too, and the report names type and field.
#include <hallmark/hallmark.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace {

using namespace hallmark;

struct Node {
  std::uint64_t number = 0;
  Ref<Node> next;
  static constexpr auto kReferences = references(&Node::next);
};

/// What the next object's trace function does.
enum class Act { nothing, throws, throws_a_number, visits_beyond, visits_before, visits_askew };
Act act = Act::nothing;

struct Odd {
  std::uint64_t number = 0;
  Ref<Node> to;
  static void trace(const std::byte* object, std::size_t bytes, const SlotVisitor& visit) {
    const auto slot = [&](std::ptrdiff_t offset) -> const Slot& {
      return *reinterpret_cast<const Slot*>(object + offset);
    };
    switch (act) {
      case Act::nothing: visit(slot(8)); break;
      case Act::throws: throw std::runtime_error("no such field");
      case Act::throws_a_number: throw 7;
      case Act::visits_beyond: visit(slot(static_cast<std::ptrdiff_t>(bytes))); break;
      case Act::visits_before: visit(slot(-8)); break;
      case Act::visits_askew: visit(slot(4)); break;
    }
  }
};

/// A heap with a Node and an Odd that refer to a Node each, kept alive, in a program of its own.
void in_program(unsigned workers, const std::function<void(Heap&, Mutator&, Node&, Odd&)>& what) {
  Heap heap({.workers = workers, .automatic = false});
  auto mutator = heap.attach();
  Root<Node> node(mutator, mutator.make<Node>());
  node->next.store(mutator, mutator.make<Node>());
  Root<Odd> odd(mutator, mutator.make<Odd>());
  odd->to.store(mutator, node.get());
  heap.collect(Major);
  what(heap, mutator, *node.get(), *odd.get());
}

void collect_with(Act next, unsigned workers = 1) {
  in_program(workers, [&](Heap& heap, Mutator&, Node&, Odd&) {
    act = next;
    heap.collect(Major);
  });
}

TEST(TraceDeathTest, WhatATraceFunctionThrowsIsReportedWithItsType) {
  EXPECT_DEATH(collect_with(Act::throws), "a trace function has thrown[^@]*Odd[^@]*: no such field[^@]*to do");
  EXPECT_DEATH(collect_with(Act::throws_a_number), "a trace function has thrown[^@]*Odd[^@]*no std::exception");
  EXPECT_DEATH(collect_with(Act::throws, 4), "a trace function has thrown[^@]*Odd[^@]*: no such field[^@]*to do");
}

TEST(TraceDeathTest, WhatASourceOfRootsThrowsIsReported) {
  const auto with_source = [](const RootSource& source) {
    Heap heap;
    heap.add_roots(source);
    heap.collect(Major);
  };
  EXPECT_DEATH(with_source([](const RootVisitor&) { throw std::runtime_error("no stack"); }),
               "a source of roots has thrown: no stack");
  EXPECT_DEATH(with_source([](const RootVisitor&) { throw 7; }), "a source of roots has thrown what is no");
}

#if HALLMARK_CHECKED
/// Stores past the barrier, as a program with a wild pointer does.
void scribble(Ref<Node>& reference, std::uintptr_t value) { *reinterpret_cast<std::uintptr_t*>(&reference) = value; }

TEST(TraceDeathTest, AStrayReferenceIsReportedWithItsTypeAndField) {
  const auto with = [](const std::function<std::uintptr_t(Node&)>& value) {
    in_program(1, [&](Heap& heap, Mutator&, Node& node, Odd&) {
      scribble(node.next, value(node));
      heap.collect(Major);
    });
  };
  EXPECT_DEATH(with([](Node&) { return std::uintptr_t{0xdeadbeef}; }),
               "refers to what is no object[^@]*NodeE: the reference at offset 8 is 0xdeadbeef, which lies outside");
  EXPECT_DEATH(with([](Node& node) { return reinterpret_cast<std::uintptr_t>(&node) + 8; }),
               "NodeE: the reference at offset 8 is 0x[0-9a-f]+, where no object begins");
  // Of the heap's address space, and not in use.
  EXPECT_DEATH(with([](Node& node) { return reinterpret_cast<std::uintptr_t>(&node) + (1u << 30); }),
               "NodeE: the reference at offset 8 is 0x[0-9a-f]+, where no object begins");
}

TEST(TraceDeathTest, AStrayReferenceInALargeArrayIsReportedWithItsPlace) {
  const auto with = [](std::size_t at) {
    Heap heap({.automatic = false});
    auto mutator = heap.attach();
    Root<RefArray<Node>> array(mutator, mutator.make_array<Node>(50000));
    scribble((*array.get())[at], 16);
    heap.collect(Major);
  };
  EXPECT_DEATH(with(0), "array of references: the reference at offset 0 is 0x10, which");
  EXPECT_DEATH(with(49999), "array of references: the reference at offset 399992 is 0x10, which");
}

TEST(TraceDeathTest, AStraySlotIsReportedWithItsType) {
  EXPECT_DEATH(collect_with(Act::visits_beyond), "visits a slot that isn't in its object[^@]*Odd[^@]*offset 16 in an");
  EXPECT_DEATH(collect_with(Act::visits_before), "visits a slot that isn't in its object[^@]*Odd[^@]*offset -8 in an");
#ifdef HALLMARK_SLOTS_MAY_LIE_ASKEW
  EXPECT_DEATH(collect_with(Act::visits_askew), "visits a slot that isn't in its object[^@]*Odd[^@]*offset 4 in an");
#endif
  EXPECT_DEATH(collect_with(Act::visits_beyond, 4), "visits a slot that isn't in its object[^@]*Odd");
}
#endif

}  // namespace
