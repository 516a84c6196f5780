// Marking against a sequential search: random graphs, 1 to 16 workers, every way to hand objects over, pages that
// belong to anyone, limits as small as they can be, and memory that is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/mark/marking_graph.hpp"
#include "tests/mark/marking_team.hpp"

namespace {

using hallmark::Address;
using hallmark::MarkBy;
using hallmark::MarkConfig;
using hallmark::MarkCounts;
using hallmark::Markers;
using hallmark::MarkLimits;
using hallmark::MarkPhase;
using hallmark::PushTransfer;
using hallmark::RootCounts;
using hallmark::testing::AnyTeam;
using hallmark::testing::CountingHeap;
using hallmark::testing::FlakyMemory;
using hallmark::testing::Graph;
using hallmark::testing::make_random_graph;
using hallmark::testing::mismatch;
using hallmark::testing::Team;
using hallmark::testing::TinyLimits;
using hallmark::testing::wait_for_thieves;

constexpr unsigned kMostWorkers = 16;
constexpr unsigned kTeamsOfSize = 8;

using Random = std::mt19937_64;

class MarkingProperty : public testing::Test {
 protected:
  MarkingProperty() : heap(std::size_t{64} << 20), graph(heap) {}

  std::unique_ptr<AnyTeam> make_team(unsigned workers, unsigned variant) {
    constexpr PushTransfer kTransfers[] = {PushTransfer::never, PushTransfer::to_resting, PushTransfer::always};
    config = MarkConfig();
    config.max_workers = workers;
    config.push_transfer = kTransfers[random() % 3];
    config.plain_marks = random() % 2 == 0;
    config.parallel_major = random() % 8 != 0;
    config.parallel_minor = random() % 8 != 0;
    config.queue_capacity = 1 + random() % 2;
    if (variant % 4 < 2) return std::make_unique<Team<TinyLimits, FlakyMemory>>(heap, config);
    if (variant % 4 == 2) return std::make_unique<Team<TinyLimits>>(heap, config);
    config.queue_capacity = 1 + random() % 1024;
    return std::make_unique<Team<MarkLimits>>(heap, config);
  }

  /// Distinct numbers of objects.
  std::vector<std::size_t> choose(std::size_t count) {
    std::set<std::size_t> chosen;
    for (std::size_t i = 0; i < count; ++i) chosen.insert(random() % graph.size());
    return {chosen.begin(), chosen.end()};
  }

  void own_pages(AnyTeam& team) {
    if (random() % 2 == 0) {
      team.share_pages();
    } else {
      for (std::uint32_t page = 0; page < heap.page_count(); page += 1) {
        if (random() % 8 != 0) team.register_pages(static_cast<unsigned>(random() % team.workers()), page, 1);
      }
    }
  }

  /// A marking of the graph: from roots among which are null, wrong and repeated ones.
  std::string mark(AnyTeam& team) {
    const bool minor = random() % 4 == 0;
    const std::vector<std::size_t> before = minor ? choose(random() % graph.size()) : std::vector<std::size_t>();
    std::vector<std::size_t> remembered;
    for (const std::size_t object : before) {
      heap.try_mark<Markers::one>(graph.at(object));
      if (random() % 4 == 0) remembered.push_back(object);
    }
    std::vector<std::size_t> root_objects;
    std::vector<Address> roots;
    RootCounts expected_roots;
    std::set<std::size_t> seen(before.begin(), before.end());
    std::byte elsewhere{};
    const std::size_t count = random() % 8 == 0 ? 0 : 1 + random() % (1 + graph.size() / 4);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t object = random() % graph.size();
      switch (random() % 16) {
        case 0:
          roots.push_back(nullptr);
          ++expected_roots.null;
          break;
        case 1: {
          const Address wrong[] = {graph.at(object) + 8, graph.at(object) + 1, &elsewhere,
                                   heap.begin_of(heap.page_count()), heap.begin_of(0) - 16};
          roots.push_back(wrong[random() % 5]);
          ++expected_roots.invalid;
          break;
        }
        default:
          roots.push_back(graph.at(object));
          root_objects.push_back(object);
          ++(seen.insert(object).second ? expected_roots.marked : expected_roots.marked_before);
          break;
      }
    }
    const MarkBy by = random() % 8 == 0 ? MarkBy::worker_0 : MarkBy::all_workers;
    const bool parallel = minor ? config.parallel_minor : config.parallel_major;
    team.begin(minor ? MarkPhase::minor : MarkPhase::major, by);
    own_pages(team);
    const bool early = random() % 2 == 0;
    const auto remember = [&] {
      for (const std::size_t object : remembered) team.distribute_remembered(graph.at(object));
    };
    if (early) remember();
    RootCounts got;
    const std::size_t half = random() % (roots.size() + 1);
    for (const auto& some :
         {std::span<const Address>(roots).first(half), std::span<const Address>(roots).subspan(half)}) {
      const RootCounts more = team.distribute_roots(some);
      got.marked += more.marked;
      got.marked_before += more.marked_before;
      got.null += more.null;
      got.invalid += more.invalid;
    }
    if (!early) remember();
    if (random() % 16 == 0 && parallel && by == MarkBy::all_workers && team.workers() > 1) wait_for_thieves(heap, team);
    team.mark();
    heap.on_trace = nullptr;
    std::string wrong = mismatch(team, graph, graph.search(root_objects, before, remembered), remembered.size());
    if (got.marked != expected_roots.marked || got.marked_before != expected_roots.marked_before ||
        got.null != expected_roots.null || got.invalid != expected_roots.invalid) {
      wrong += "the counts of roots are wrong\n";
    }
    return wrong;
  }

  CountingHeap heap;
  Graph graph;
  MarkConfig config;  // of the team
  Random random{1};
};

TEST_F(MarkingProperty, MarksAndTracesTheReachableOnceAndNothingElse) {
  constexpr unsigned kTeams = kMostWorkers * kTeamsOfSize;
  constexpr unsigned kGraphsOfTeam = (HALLMARK_PROPERTY_GRAPHS + kTeams - 1) / kTeams;
  MarkCounts sum;
  std::uint64_t number = 0;
  for (unsigned workers = 1; workers <= kMostWorkers; ++workers) {
    for (unsigned variant = 0; variant < kTeamsOfSize; ++variant) {
      random.seed(workers * 100 + variant);
      FlakyMemory::refuse(0, 0);
      const std::unique_ptr<AnyTeam> team = make_team(workers, variant);
      for (unsigned i = 0; i < kGraphsOfTeam; ++i, ++number) {
        SCOPED_TRACE(testing::Message() << "workers " << workers << " variant " << variant << " graph " << i);
        random.seed(number);
        graph.clear(random() % 2 == 0);
        make_random_graph(graph, random, 1 + random() % 300);
        team->trim();
        FlakyMemory::refuse(variant % 4 == 0 ? 0 : random() % 64, variant % 4 == 0 ? 0 : random() % 4);
        for (int marking = 0; marking < (i % 4 == 0 ? 2 : 1); ++marking) {
          heap.clear_marks();
          ASSERT_EQ(mark(*team), "");
          sum += team->counts();
        }
      }
    }
  }
  EXPECT_EQ(FlakyMemory::out.load(), 0);
  // That all of it was met.
  EXPECT_GE(number, std::uint64_t{HALLMARK_PROPERTY_GRAPHS});
  EXPECT_GT(sum.parts, 0U);
  EXPECT_GT(sum.spilled, 0U);
  EXPECT_GT(sum.steals_won, 0U);
  EXPECT_GT(sum.sent, 0U);
  EXPECT_GT(sum.inbox_full, 0U);
  EXPECT_GT(sum.refused, 0U);
  EXPECT_GT(sum.remembered, 0U);
}

}  // namespace
