#include "tests/benchmarks/marking/graphs.hpp"

#include <array>
#include <bit>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace hallmark::bench {
namespace {

/// splitmix64: the same numbers with each standard library.
class Random {
 public:
  std::uint32_t below(std::uint32_t bound) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<std::uint32_t>(((z >> 32) * bound) >> 32);
  }

  std::vector<std::uint32_t> permutation(std::uint32_t size) {
    std::vector<std::uint32_t> numbers(size);
    std::iota(numbers.begin(), numbers.end(), 0U);
    for (std::uint32_t i = size; i > 1; --i) std::swap(numbers[i - 1], numbers[below(i)]);
    return numbers;
  }

 private:
  std::uint64_t state_ = 7;
};

Graph tree(std::uint32_t nodes) {
  Graph graph;
  // Subtrees whose nodes are still to come, by size; the next one's root comes next.
  std::vector<std::uint32_t> sizes{std::bit_floor(nodes + 1) - 1};
  while (!sizes.empty()) {
    const std::uint32_t half = (sizes.back() - 1) / 2;
    sizes.pop_back();
    const std::uint32_t id = graph.size();
    if (half == 0) {
      graph.add_node();
    } else {
      graph.add_node(id + 1, id + 1 + half);
      sizes.insert(sizes.end(), 2, half);
    }
  }
  return graph;
}

Graph random(std::uint32_t nodes) {
  Graph graph;
  Random random;
  for (std::uint32_t id = 0; id < nodes; ++id) {
    std::array<std::uint32_t, 4> targets{};
    for (std::uint32_t& target : targets) target = random.below(nodes);
    graph.add_node(targets[0], targets[1], targets[2], targets[3]);
  }
  return graph;
}

Graph list(std::uint32_t nodes) {
  Graph graph;
  for (std::uint32_t id = 1; id < nodes; ++id) graph.add_node(id);
  graph.add_node();
  return graph;
}

Graph array(std::uint32_t nodes) {
  Graph graph;
  std::vector<std::uint32_t> elements(nodes);
  std::iota(elements.begin(), elements.end(), 1U);
  graph.add_array(elements);
  for (std::uint32_t i = 0; i < nodes; ++i) graph.add_node();
  return graph;
}

Graph lru(std::uint32_t entries) {
  Random random;
  const auto entry = [](std::uint32_t i) { return 2 + 2 * i; };
  std::vector<std::uint32_t> heads(std::bit_ceil(entries), kNull);
  std::vector<std::uint32_t> chains(entries);
  for (std::uint32_t i = 0; i < entries; ++i) {
    std::uint32_t& head = heads[random.below(static_cast<std::uint32_t>(heads.size()))];
    chains[i] = std::exchange(head, entry(i));
  }
  const std::vector<std::uint32_t> by_use = random.permutation(entries);
  std::vector<std::uint32_t> older(entries, kNull);
  std::vector<std::uint32_t> newer(entries, kNull);
  for (std::uint32_t k = 1; k < entries; ++k) {
    older[by_use[k]] = entry(by_use[k - 1]);
    newer[by_use[k - 1]] = entry(by_use[k]);
  }
  Graph graph;
  graph.add_node(1, entry(by_use.front()), entry(by_use.back()));
  graph.add_array(heads);
  for (std::uint32_t i = 0; i < entries; ++i) {
    graph.add_node(chains[i], older[i], newer[i], entry(i) + 1);
    graph.add_node();
  }
  return graph;
}

constexpr std::array<std::pair<std::string_view, Graph (*)(std::uint32_t)>, 5> kShapes{
    {{"tree", tree}, {"random", random}, {"list", list}, {"array", array}, {"lru", lru}}};

constexpr std::string_view kShuffled = "-shuffled";

}  // namespace

void Graph::add_node(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  targets_.insert(targets_.end(), {a, b, c, d});
  first_.push_back(static_cast<std::uint32_t>(targets_.size()));
  is_array_.push_back(false);
}

void Graph::add_array(std::span<const std::uint32_t> references) {
  targets_.insert(targets_.end(), references.begin(), references.end());
  first_.push_back(static_cast<std::uint32_t>(targets_.size()));
  is_array_.push_back(true);
}

void Graph::allocate_in_order() {
  order_.resize(size());
  std::iota(order_.begin(), order_.end(), 0U);
}

void Graph::allocate_shuffled() { order_ = Random().permutation(size()); }

std::span<const std::string_view> graph_names() {
  static constexpr std::array<std::string_view, 9> kNames{
      "tree", "tree-shuffled", "random", "list", "list-shuffled", "array", "array-shuffled", "lru", "lru-shuffled"};
  return kNames;
}

Graph make_graph(std::string_view name, std::uint32_t nodes) {
  const bool shuffled = name.ends_with(kShuffled);
  const std::string_view shape = shuffled ? name.substr(0, name.size() - kShuffled.size()) : name;
  for (const auto& [known, make] : kShapes) {
    if (known != shape) continue;
    Graph graph = make(nodes);
    shuffled ? graph.allocate_shuffled() : graph.allocate_in_order();
    return graph;
  }
  throw std::invalid_argument("there is no graph \"" + std::string(name) + "\"");
}

std::vector<std::uint32_t> marking_order(const Graph& graph) {
  std::vector<std::uint32_t> order;
  std::vector<bool> seen(graph.size());
  std::vector<std::uint32_t> pending{0};
  while (!pending.empty()) {
    const std::uint32_t id = pending.back();
    pending.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    order.push_back(id);
    for (const std::uint32_t target : graph.references_of(id)) {
      if (target != kNull && !seen[target]) pending.push_back(target);
    }
  }
  return order;
}

}  // namespace hallmark::bench
