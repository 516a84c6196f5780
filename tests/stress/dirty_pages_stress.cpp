// DirtyPages, DirtyBits and WriteBarrier under real threads: mutators store references into old objects while a
// collector drains.
//
// Oracle: each object has a slot that one mutator writes, with ascending numbers, and a target with a plain field that
// is written before. A drain notes the greatest number that it has seen in each slot; after the last drain that is the
// last one stored. A lost edge is a slot whose last number no drain has seen; a page that is listed twice shows as a
// count; a field that is not visible, as a race or a wrong value.
#include <hallmark/remember/write_barrier.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::acquire;
using hallmark::DirtyBits;
using hallmark::DirtyPages;
using hallmark::DirtyPagesStatistics;
using hallmark::DirtyPlace;
using hallmark::Mutators;
using hallmark::order;
using hallmark::PageFlags;
using hallmark::WriteBarrier;
using hallmark::testing::Chaos;

constexpr std::size_t kPages = 3;
constexpr std::size_t kObjects = 128;  // of a page

struct Page {
  PageFlags flags;
  hallmark::sync::plain<Page*> next_dirty;
  DirtyBits<kObjects> dirty;
  std::size_t number = 0;

  bool is_listed() const { return flags.is_dirty_listed(order<"gallery_stress.is_listed.load_listed">(acquire)); }
};

/// Plain; published by the store of its address.
struct Target {
  std::uint64_t number = 0;
};

class Heap {
 public:
  explicit Heap(unsigned mutators, std::size_t stores) : mutators_(mutators), targets_(mutators) {
    for (auto& targets : targets_) targets.resize(stores);
    for (std::size_t p = 0; p < kPages; ++p) {
      pages_[p].number = p;
      pages_[p].flags.set_old();
    }
  }

  /// Mutator `mutator` stores its `n`th number into one of its objects: those whose number modulo the mutators is its
  /// own, so mutators share dirty words.
  void store(unsigned mutator, std::size_t n) {
    const std::uint64_t random = Chaos::next();
    const std::size_t page = random % kPages;
    const std::size_t object = (random >> 8) % (kObjects / mutators_) * mutators_ + mutator;
    Target& target = targets_[mutator][n];
    target.number = n + 1;
    last_[page][object] = n + 1;
    barrier_.store(slots_[page][object], &target,
                   DirtyPlace<Page, DirtyBits<kObjects>>{pages_[page], pages_[page].dirty, object},
                   [] { return false; });
  }

  template <Mutators Who>
  void drain() {
    auto snapshot = list_.take_snapshot();
    std::array<unsigned, kPages> times{};
    const std::size_t most = Who == Mutators::running ? 1 + Chaos::next() % kPages : kPages;  // sometimes not all
    for (std::size_t i = 0; i < most; ++i) {
      Page* const page = snapshot.take();
      if (page == nullptr) break;
      twice_ += ++times[page->number] > 1 ? 1 : 0;
      page->dirty.take_each<Who>([&](std::size_t object) {
        const Target* const target = WriteBarrier<DirtyPages<Page>>::load(slots_[page->number][object]);
        if (target == nullptr) {
          ++empty_;
        } else if (target->number > seen_[page->number][object]) {
          seen_[page->number][object] = target->number;
        }
      });
    }
  }

  /// After all threads have ended and the last drain.
  void check() const {
    EXPECT_EQ(twice_, 0U) << "a page was in a snapshot twice";
    EXPECT_EQ(empty_, 0U) << "an object was dirty before it was stored into";
    std::size_t lost = 0;
    for (std::size_t p = 0; p < kPages; ++p) {
      for (std::size_t o = 0; o < kObjects; ++o) lost += seen_[p][o] == last_[p][o] ? 0 : 1;
      EXPECT_FALSE(pages_[p].is_listed());
      EXPECT_TRUE(pages_[p].dirty.is_clean());
    }
    EXPECT_EQ(lost, 0U) << "slots whose last store no drain has seen";
    EXPECT_EQ(list_.size(), 0U);
    const DirtyPagesStatistics statistics = list_.statistics();
    EXPECT_EQ(statistics.listed, statistics.scanned);
    EXPECT_LE(statistics.high_water, kPages);
  }

 private:
  template <class T>
  using ForEachObject = std::array<std::array<T, kObjects>, kPages>;

  const unsigned mutators_;
  DirtyPages<Page> list_;
  WriteBarrier<DirtyPages<Page>> barrier_{list_};
  std::array<Page, kPages> pages_;
  ForEachObject<hallmark::sync::atomic<const Target*>> slots_;
  std::vector<std::vector<Target>> targets_;  // of each mutator
  ForEachObject<std::uint64_t> last_{};       // by the mutator whose object it is
  ForEachObject<std::uint64_t> seen_{};       // by the collector
  std::size_t twice_ = 0;                     // by the collector
  std::size_t empty_ = 0;                     // by the collector
};

class DirtyPagesStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }
};

TEST_P(DirtyPagesStress, EachStoreIsSeenByADrain) {
  const unsigned mutators = GetParam();
  const std::size_t stores = HALLMARK_STRESS_ITEMS / mutators;
  const auto heap = std::make_unique<Heap>(mutators, stores);
  std::atomic<unsigned> running{mutators};
  std::vector<std::thread> threads;
  for (unsigned mutator = 0; mutator < mutators; ++mutator) {
    threads.emplace_back([&, mutator] {
      Chaos::enter_thread(mutator);
      for (std::size_t n = 0; n < stores; ++n) heap->store(mutator, n);
      running.fetch_sub(1, std::memory_order_relaxed);
    });
  }
  threads.emplace_back([&] {
    Chaos::enter_thread(mutators);
    while (running.load(std::memory_order_relaxed) > 0) {
      heap->drain<Mutators::running>();
      std::this_thread::yield();  // who shares a core with mutators would drain nothing, for long
    }
  });
  for (std::thread& thread : threads) thread.join();
  heap->drain<Mutators::stopped>();
  heap->check();
}

/// Mutators stop now and then with a few stores behind them only, so that a lost one is not covered by the next.
TEST_P(DirtyPagesStress, EachStoreIsSeenInShortRounds) {
  const unsigned mutators = GetParam();
  const std::size_t rounds = HALLMARK_STRESS_ITEMS / 200;
  for (std::size_t round = 0; round < rounds; ++round) {
    constexpr std::size_t kStores = 4;
    Heap heap(mutators, kStores);
    std::atomic<unsigned> running{mutators + 1};
    const auto arrive = [&] {  // all begin together
      running.fetch_sub(1, std::memory_order_relaxed);
      while (running.load(std::memory_order_relaxed) > 0) std::this_thread::yield();
    };
    std::vector<std::thread> threads;
    for (unsigned mutator = 0; mutator < mutators; ++mutator) {
      threads.emplace_back([&, mutator] {
        Chaos::enter_thread(round * 64 + mutator);
        arrive();
        for (std::size_t n = 0; n < kStores; ++n) heap.store(mutator, n);
      });
    }
    Chaos::enter_thread(round * 64 + mutators);
    arrive();
    for (int i = 0; i < 3; ++i) heap.drain<Mutators::running>();
    for (std::thread& thread : threads) thread.join();
    heap.drain<Mutators::stopped>();
    heap.check();
    if (HasFailure()) break;
  }
}

INSTANTIATE_TEST_SUITE_P(Mutators, DirtyPagesStress, testing::Values(1U, 2U, 3U, 4U));

}  // namespace
