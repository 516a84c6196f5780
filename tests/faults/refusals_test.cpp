// Every occasion on which the collector asks the system for something is refused, one at a time: address space, memory,
// objects, threads.
//
// Oracle: what was asked for is done all the same, or the program is told that memory has run out, and the verifier
// accepts the heap; the graph is what it was. What was refused is then asked for again, and the program ends as it does
// when nothing is refused.
#include <hallmark/hallmark.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "tests/faults/injector.hpp"

namespace {

using namespace hallmark;
using hallmark::testing::Injector;

struct Node {
  Ref<Node> next;
  Ref<Node> other;
  std::uint64_t number = 0;
  static constexpr auto kReferences = references(&Node::next, &Node::other);
};

struct Row {
  std::uint64_t count = 0;
  Ref<Node>& at(std::size_t i) { return reinterpret_cast<Ref<Node>*>(this + 1)[i]; }
  static void trace(const std::byte* object, std::size_t, const SlotVisitor& visit) {
    const auto* row = reinterpret_cast<const Row*>(object);
    for (std::uint64_t i = 0; i < row->count; ++i) visit(reinterpret_cast<const Slot*>(row + 1)[i]);
  }
};

constexpr std::size_t kWide = 3000;  // references in one object: some segments of a worklist

/// What a run is like. `verify`: after each collection, within it, which asks for much memory.
struct Mood {
  unsigned workers = 1;
  bool automatic = false;
  bool verify = false;
  std::size_t wide = kWide;
};

/// A program with a heap. Each step may be refused, and is then done again.
class Program {
 public:
  Program(const Mood& mood, Injector::Plan plan) : mood_(mood) { Injector::begin(plan); }
  ~Program() { stop_injecting(); }

  void run() {
    attempt([&] { make_heap(); });
    attempt([&] { mutator_.reset(new Mutator(heap_->attach("program"))); });
    attempt([&] { source_ = heap_->add_roots([this](const RootVisitor& visit) { visit(kept_); }); });
    auto& mutator = *mutator_;
    {
      Root<RefArray<Node>> wide(mutator);
      Root<Row> row(mutator);
      Weak<Node> dead(mutator);
      attempt([&] { wide = mutator.make_array<Node>(mood_.wide); });
      for (std::size_t i = 0; i < mood_.wide; ++i) attempt([&] { (*wide.get())[i].store(mutator, make(i)); });
      attempt([&] { kept_ = make(mood_.wide); });
      attempt([&] { mutator.collect(Minor); });
      // The old keep the young.
      for (std::size_t i = 0; i < mood_.wide; i += 7) {
        attempt([&] { (*wide.get())[i]->next.store(mutator, make(100000 + i)); });
      }
      attempt([&] { row = mutator.make_sized<Row>(sizeof(Row) + 10000 * sizeof(Slot)); });
      row->count = 10000;
      row->at(9999).store(mutator, (*wide.get())[1].load());
      attempt([&] { dead = make(7); });
      attempt([&] { heap_->collect(Minor); });
      EXPECT_FALSE(dead);
      // More than a step of growth at once; garbage from the next collection on.
      for (int i = 0; i < 2; ++i) attempt([&] { mutator.make_array<Node>(700000); });
      attempt([&] { mutator.collect(Major); });
      attempt([&] { verify(); });
      check(*wide.get(), *row.get());
    }
    heap_->give_back_unused();
    mutator_.reset();
    // By a thread that isn't attached.
    attempt([&] { heap_->collect(Major); });
    attempt([&] { verify(); });
    HeapStatistics statistics;
    attempt([&] { statistics = heap_->statistics(); });
    EXPECT_EQ(statistics.last.marked, 1U);
    EXPECT_EQ(kept_->number, mood_.wide);
    heap_->remove_roots(source_);
    heap_.reset();
    stop_injecting();
  }

  const Injector::Seen& seen() const { return seen_; }

 private:
  void make_heap() {
    HeapOptions options;
    options.workers = mood_.workers;
    options.max_bytes = std::size_t{64} << 20;
    options.automatic = mood_.automatic;
    options.young_bytes = 1u << 20;
    options.verify = mood_.verify;
    options.marking.push_transfer = PushTransfer::always;
    heap_ = std::make_unique<Heap>(options);
  }

  Node* make(std::uint64_t number) {
    Node* const node = mutator_->make<Node>();
    node->number = number;
    return node;
  }

  template <class Step>
  void attempt(Step step) {
    try {
      step();
      return;
    } catch (const std::bad_alloc&) {
    } catch (const HeapError& error) {
      const std::string what = error.what();
      EXPECT_TRUE(what.find("no address space") != std::string::npos || what.find("no thread") != std::string::npos)
          << what;
    }
    stop_injecting();
    EXPECT_GT(seen_.all_refused(), 0U) << "refused, and nothing was";
    if (heap_ != nullptr) {
      EXPECT_EQ(heap_->verify(), std::vector<std::string>());
    }
    step();
  }

  /// It asks for memory for each object: only a small program is refused that.
  void verify() {
    const Injector::Pause pause(!mood_.verify);
    EXPECT_EQ(heap_->verify(), std::vector<std::string>());
  }

  void check(RefArray<Node>& wide, Row& row) const {
    for (std::size_t i = 0; i < mood_.wide; ++i) {
      ASSERT_EQ(wide[i]->number, i);
      if (i % 7 == 0) {
        ASSERT_EQ(wide[i]->next->number, 100000 + i);
      }
    }
    EXPECT_EQ(row.at(9999).load(), wide[1].load());
  }

  void stop_injecting() {
    if (is_injecting_) seen_ = Injector::end();
    is_injecting_ = false;
  }

  const Mood mood_;
  bool is_injecting_ = true;
  Injector::Seen seen_;
  std::unique_ptr<Heap> heap_;
  std::unique_ptr<Mutator> mutator_;
  std::size_t source_ = 0;
  Node* kept_ = nullptr;
};

/// The program with each occasion refused in turn, alone or with all after it.
void refuse_each(const Mood& mood, std::uint64_t stride) {
  Program counting(mood, {});
  counting.run();
  const Injector::Seen all = counting.seen();
  ASSERT_GT(all.all(), 20U);
  std::uint64_t refused = 0;
  for (const bool all_after : {false, true}) {
    for (std::uint64_t k = 0; k < all.all(); k += stride) {
      SCOPED_TRACE(::testing::Message() << "occasion " << k << (all_after ? " and all after it" : ""));
      Program program(mood, {k, all_after});
      program.run();
      if (::testing::Test::HasFailure()) return;
      refused += program.seen().all_refused();
      // With several workers the number of occasions differs from run to run.
      if (mood.workers == 1 && stride == 1) {
        ASSERT_GE(program.seen().all_refused(), 1U);
      }
    }
  }
  EXPECT_GE(refused, all.all() / stride);
  std::printf("%s %llu refused\n", to_string(all).c_str(), static_cast<unsigned long long>(refused));
}

// Each occasion, or where a sanitizer makes a heap a matter of milliseconds, one in so many.
constexpr std::uint64_t kStride = HALLMARK_REFUSALS_STRIDE;

// CZ5: objects for which a mark stack found no memory are marked, and counted.
TEST(Refusals, AreInTheStatisticsOfMarkStacks) {
  Heap heap({.automatic = false});
  auto mutator = heap.attach();
  const Root<RefArray<Node>> wide(mutator, mutator.make_array<Node>(kWide));
  for (std::size_t i = 0; i < kWide; ++i) (*wide.get())[i].store(mutator, mutator.make<Node>());
  Injector::begin({0, true});
  mutator.collect(Major);
  Injector::end();
  HeapStatistics statistics = heap.statistics();
  EXPECT_EQ(statistics.last.marked, 1 + kWide);
  EXPECT_EQ(statistics.last.stack_refused, 1 + kWide);
  EXPECT_EQ(statistics.last.stack_segments, 0U);
  EXPECT_EQ(statistics.mark_stacks.refusals, 1 + kWide);
  EXPECT_EQ(statistics.mark_stacks.most_segments, 0U);
  mutator.collect(Major);
  statistics = heap.statistics();
  EXPECT_EQ(statistics.last.stack_refused, 0U);
  EXPECT_EQ(statistics.last.stack_segments, 3U);
  EXPECT_EQ(statistics.mark_stacks.refusals, 1 + kWide) << "since the heap was made";
}

TEST(Refusals, OneWorkerByHand) { refuse_each({}, kStride); }
TEST(Refusals, OneWorkerByThresholds) { refuse_each({.automatic = true}, kStride); }
// The verifier asks for memory for each object.
TEST(Refusals, WithinACollectionThatIsVerified) { refuse_each({.verify = true, .wide = 60}, kStride * kStride); }
TEST(Refusals, FourWorkers) { refuse_each({.workers = 4}, kStride); }
TEST(Refusals, SixteenWorkersByThresholds) { refuse_each({.workers = 16, .automatic = true}, 3 * kStride); }

}  // namespace
