// The graphs of the benchmarks are what they are said to be: sizes and shapes are counted by other means than the
// builders'.
#include "tests/benchmarks/marking/graphs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace hallmark::bench {
namespace {

std::size_t references(const Graph& graph) {
  std::size_t count = 0;
  for (std::uint32_t id = 0; id < graph.size(); ++id) {
    for (const std::uint32_t target : graph.references_of(id)) count += target != kNull ? 1 : 0;
  }
  return count;
}

/// Objects of the list that begins at `id` and goes on through `slot`. A ring ends the count.
std::size_t length(const Graph& graph, std::uint32_t id, std::size_t slot) {
  std::size_t objects = 0;
  for (; id != kNull && objects <= graph.size(); id = graph.references_of(id)[slot]) ++objects;
  return objects;
}

TEST(MarkGraphs, EveryAllocationOrderHoldsEachObjectOnce) {
  for (const std::string_view name : graph_names()) {
    const Graph graph = make_graph(name, 1000);
    std::vector<std::uint32_t> order(graph.allocation_order().begin(), graph.allocation_order().end());
    EXPECT_EQ(std::ranges::is_sorted(order), !name.ends_with("-shuffled")) << name;
    std::ranges::sort(order);
    ASSERT_EQ(order.size(), graph.size()) << name;
    for (std::uint32_t id = 0; id < graph.size(); ++id) ASSERT_EQ(order[id], id) << name;
  }
}

TEST(MarkGraphs, InShuffledOrderNeighboursAreAThirdOfAllObjectsApart) {
  const Graph graph = make_graph("list-shuffled", 100'000);
  double distance = 0;
  for (std::uint32_t i = 1; i < graph.size(); ++i) {
    const auto [low, high] = std::minmax(graph.allocation_order()[i - 1], graph.allocation_order()[i]);
    distance += high - low;
  }
  EXPECT_NEAR(distance / graph.size(), graph.size() / 3.0, graph.size() / 100.0);
}

TEST(MarkGraphs, ATreeIsCompleteAndEachNodeHasOneParent) {
  const Graph graph = make_graph("tree", 1023);
  EXPECT_EQ(graph.size(), 1023U);
  EXPECT_EQ(references(graph), 1022U);
  EXPECT_EQ(marking_order(graph).size(), 1023U);  // so no node has two parents
  EXPECT_EQ(length(graph, 0, 0), 10U);
  EXPECT_EQ(make_graph("tree", 1024).size(), 1023U);
}

TEST(MarkGraphs, AListIsOneRow) {
  const Graph graph = make_graph("list-shuffled", 1000);
  EXPECT_EQ(length(graph, 0, 0), 1000U);
  EXPECT_EQ(references(graph), 999U);
}

TEST(MarkGraphs, AnArrayHoldsAllNodes) {
  const Graph graph = make_graph("array", 1000);
  EXPECT_FALSE(graph.is_node(0));
  EXPECT_EQ(graph.references_of(0).size(), 1000U);
  EXPECT_EQ(references(graph), 1000U);
  EXPECT_EQ(marking_order(graph).size(), 1001U);
}

TEST(MarkGraphs, OfARandomGraphOneInFiftyCannotBeReached) {
  const Graph graph = make_graph("random", 100'000);
  EXPECT_EQ(references(graph), 400'000U);
  // The share x that is reached satisfies x = 1 - exp(-4 x).
  EXPECT_NEAR(static_cast<double>(marking_order(graph).size()), 98'017, 300);
}

TEST(MarkGraphs, EachEntryOfACacheIsInTheTableAndInBothDirectionsOfTheListOfUse) {
  constexpr std::uint32_t kEntries = 1000;
  const Graph graph = make_graph("lru", kEntries);
  EXPECT_EQ(graph.size(), 2 + 2 * kEntries);
  EXPECT_EQ(marking_order(graph).size(), graph.size());
  EXPECT_EQ(graph.references_of(1).size(), 1024U);
  std::size_t in_chains = 0;
  for (const std::uint32_t head : graph.references_of(1)) in_chains += length(graph, head, 0);
  EXPECT_EQ(in_chains, kEntries);
  EXPECT_EQ(length(graph, graph.references_of(0)[1], 2), kEntries);
  EXPECT_EQ(length(graph, graph.references_of(0)[2], 1), kEntries);
  for (std::uint32_t id = 2; id < graph.size(); id += 2) EXPECT_EQ(graph.references_of(id)[3], id + 1);
}

TEST(MarkGraphs, TheSameNameIsTheSameGraph) {
  const Graph one = make_graph("random", 1000);
  const Graph other = make_graph("random", 1000);
  for (std::uint32_t id = 0; id < one.size(); ++id) {
    EXPECT_TRUE(std::ranges::equal(one.references_of(id), other.references_of(id)));
  }
  EXPECT_THROW(make_graph("ring", 1000), std::invalid_argument);
}

}  // namespace
}  // namespace hallmark::bench
