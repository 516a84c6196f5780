// The coordinator under real threads that stop in the middle of operations: the heap, the queues, the grey set, the
// gate and the terminator, all together, again and again.
//
// Oracle: a sequential search over the test's own lists of edges; each item is traced once, nothing is left over. A
// hang is a time-out of the test.
#include <hallmark/mark/parallel_mark_coordinator.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <random>
#include <vector>

#include "tests/mark/marking_graph.hpp"
#include "tests/mark/marking_team.hpp"
#include "tests/stress/chaos.hpp"

namespace {

using hallmark::Address;
using hallmark::MarkBy;
using hallmark::MarkConfig;
using hallmark::MarkCounts;
using hallmark::MarkPhase;
using hallmark::PushTransfer;
using hallmark::testing::AnyTeam;
using hallmark::testing::Chaos;
using hallmark::testing::CountingHeap;
using hallmark::testing::FlakyMemory;
using hallmark::testing::Graph;
using hallmark::testing::make_random_graph;
using hallmark::testing::mismatch;
using hallmark::testing::Team;
using hallmark::testing::TinyLimits;
using hallmark::testing::wait_for_thieves;

class ParallelMarkerStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }
};

// Teams with each way to hand objects over; half of them with the smallest limits and memory that is refused.
TEST_P(ParallelMarkerStress, EachMarkingTracesEachReachableItemOnce) {
  constexpr std::size_t kObjects = 400;
  const unsigned workers = GetParam();
  const std::size_t rounds = HALLMARK_STRESS_ITEMS / kObjects / 12 + 1;
  std::mt19937_64 random(Chaos::seed());
  CountingHeap heap(std::size_t{64} << 20);
  Graph graph(heap);
  MarkCounts sum;
  for (const PushTransfer transfer : {PushTransfer::never, PushTransfer::to_resting, PushTransfer::always}) {
    for (const bool tiny : {true, false}) {
      // Of those with the smallest limits one gets no memory at all.
      FlakyMemory::refuse(!tiny ? ~std::uint64_t{0} : transfer == PushTransfer::never ? 0 : 8, 0);
      MarkConfig config;
      config.max_workers = workers;
      config.queue_capacity = 2;
      config.plain_marks = false;
      config.push_transfer = transfer;
      std::unique_ptr<AnyTeam> team;
      if (tiny) {
        team = std::make_unique<Team<TinyLimits, FlakyMemory>>(heap, config, Chaos::enter_thread);
      } else {
        team = std::make_unique<Team<>>(heap, config, Chaos::enter_thread);
      }
      for (std::size_t round = 0; round < rounds; ++round) {
        SCOPED_TRACE(testing::Message() << "transfer " << static_cast<int>(transfer) << (tiny ? " tiny" : "")
                                        << " round " << round);
        if (round % 2 == 0) {
          graph.clear(true);
          make_random_graph(graph, random, kObjects);
        }
        heap.clear_marks();
        const std::size_t root = random() % graph.size();
        const std::vector<Address> roots{graph.at(root), graph.at(0)};
        team->begin(MarkPhase::major, MarkBy::all_workers);
        for (std::uint32_t page = 0; page < heap.page_count(); ++page) team->register_pages(page % workers, page, 1);
        team->distribute_roots(roots);
        if (round % 8 == 0 && workers > 1) wait_for_thieves(heap, *team);
        team->mark();
        heap.on_trace = nullptr;
        ASSERT_EQ(mismatch(*team, graph, graph.search({root, 0})), "");
        sum += team->counts();
      }
    }
  }
  EXPECT_EQ(FlakyMemory::out.load(), 0);
  EXPECT_GT(sum.refused, 0U);
  if (workers == 1) return;
  EXPECT_GT(sum.steals_won, 0U);
  EXPECT_GT(sum.sent, 0U);
}

INSTANTIATE_TEST_SUITE_P(Workers, ParallelMarkerStress, testing::Values(1U, 2U, 3U, 4U, 8U, 16U));

}  // namespace
