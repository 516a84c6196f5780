// The arena's four phases by size, and beside the Boehm collector on the same graphs.
//
// Part 1: time per block of allocation, marking, sweep and compaction (with and without a table) over 10^3 to 10^6
// blocks, as a ratio to the smallest size, with the counters. Flat means linear; beyond the caches the machine's memory
// latency is in it, so that a loop over the same blocks, in the same order, that marking visits stands beside it.
// Part 2: marking without a single slot of the gap: every block overflows, none is traced twice.
// Part 3: the same lists and trees in libgc (if it is there): allocation, and a full collection.
// Each figure is the least of some repetitions.
#include <hallmark/arena/arena.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#ifdef HALLMARK_BENCH_BOEHM
#include <gc/gc.h>
#endif

namespace {

using namespace hallmark;

struct Node {
  HeapIndex left;
  HeapIndex right;
  std::uint64_t value = 0;
  static constexpr References<&Node::left, &Node::right> kReferences{};
};

struct NoGap : ArenaOptions {
  static constexpr std::uint32_t kMarkStackSlots = 0;
};

/// The arena with its phases apart.
template <class Options>
class Phases : public Arena<Options, Node> {
 public:
  using Arena<Options, Node>::Arena;
  using Arena<Options, Node>::mark;
  using Arena<Options, Node>::sweep;
  using Arena<Options, Node>::slide;
};

double nanoseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

struct Times {
  double allocate = 1e300, mark = 1e300, visit = 1e300, sweep = 1e300, in_place = 1e300, table = 1e300;
  std::uint32_t overflows = 0, traced = 0, fallbacks = 0;
};

/// A binary tree of the live blocks, allocated in breadth-first order, each followed by a dead block (so that there are
/// as many runs as live blocks: the worst for the table).
template <class Options>
HeapIndex build(Phases<Options>& arena, std::uint32_t blocks, std::vector<HeapIndex>& live) {
  live.clear();
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const HeapIndex index = arena.template try_allocate<Node>().index;
    if (i % 2 == 0) live.push_back(index);
  }
  for (std::size_t i = 0; i < live.size(); ++i) {
    Node& node = *arena.template get<Node>(live[i]);
    node.value = i;
    if (2 * i + 1 < live.size()) node.left = live[2 * i + 1];
    if (2 * i + 2 < live.size()) node.right = live[2 * i + 2];
  }
  return live[0];
}

template <class Options>
Times measure(std::uint32_t blocks, int repetitions) {
  Times times;
  const std::size_t bytes = std::size_t{blocks} * (sizeof(Node) + 8) + std::size_t{blocks} * 8 + 4096;
  const auto memory = std::make_unique<std::uint64_t[]>(bytes / 8);
  std::vector<HeapIndex> live;
  for (int round = 0; round < repetitions; ++round) {
    for (const Forwarding forwarding : {Forwarding::in_place, Forwarding::table}) {
      Phases<Options> arena(memory.get(), bytes);
      const double allocate = nanoseconds([&] {
        for (std::uint32_t i = 0; i < blocks; ++i) (void)arena.template try_allocate<Node>();
      });
      Phases<Options> filled(memory.get(), bytes);
      const typename Arena<Options, Node>::template ScopedRoot<Node> root(filled, build(filled, blocks, live));
      const double live_blocks = static_cast<double>(live.size());
      times.allocate = std::min(times.allocate, allocate / blocks);
      // The same blocks in the order of marking, and nothing but a look at each.
      std::vector<HeapIndex> pending{root.index()};
      std::uint64_t sum = 0;
      times.visit = std::min(times.visit, nanoseconds([&] {
                                            while (!pending.empty()) {
                                              const Node& node = *filled.template get<Node>(pending.back());
                                              pending.pop_back();
                                              sum += node.value;
                                              if (node.left) pending.push_back(node.left);
                                              if (node.right) pending.push_back(node.right);
                                            }
                                          }) / live_blocks);
      if (sum != live.size() * (live.size() - 1) / 2) std::abort();
      times.mark = std::min(times.mark, nanoseconds([&] { filled.mark(); }) / live_blocks);
      times.overflows = filled.statistics().last_overflows;
      times.traced = filled.statistics().last_traced;
      times.sweep = std::min(times.sweep, nanoseconds([&] { filled.sweep(); }) / blocks);
      double& compact = forwarding == Forwarding::in_place ? times.in_place : times.table;
      compact = std::min(compact, nanoseconds([&] { filled.slide(0, forwarding); }) / live_blocks);
      times.fallbacks = filled.statistics().table_fallbacks;
      if (filled.statistics().last_marked != live.size()) std::abort();
      if (filled.top_bytes() != live.size() * (sizeof(Node) + 8)) std::abort();
    }
  }
  return times;
}

void print_sizes() {
  std::printf("ns per block (ratio to 1000 blocks); half of the blocks live, every other one\n");
  std::printf("%9s %15s %15s %15s %15s %15s %15s %9s\n", "blocks", "allocate", "bare visit", "mark", "sweep", "compact",
              "with table", "overflows");
  Times first;
  for (const std::uint32_t blocks : {1'000U, 10'000U, 100'000U, 1'000'000U}) {
    const Times times = measure<ArenaOptions>(blocks, blocks <= 10'000 ? 50 : blocks <= 100'000 ? 10 : 4);
    if (blocks == 1'000) first = times;
    const auto cell = [](double value, double base) { std::printf(" %7.2f (%5.2f)", value, value / base); };
    std::printf("%9u", blocks);
    cell(times.allocate, first.allocate);
    cell(times.visit, first.visit);
    cell(times.mark, first.mark);
    cell(times.sweep, first.sweep);
    cell(times.in_place, first.in_place);
    cell(times.table, first.table);
    std::printf(" %9u%s\n", times.overflows, times.fallbacks == 0 ? "" : " (table did not fit)");
  }
  std::printf("\nmarking without one slot of the gap\n%9s %15s %12s %12s %9s\n", "blocks", "mark", "marked once",
              "overflows", "rescans");
  for (const std::uint32_t blocks : {1'000U, 10'000U, 100'000U, 1'000'000U}) {
    const Times times = measure<NoGap>(blocks, blocks <= 10'000 ? 50 : 4);
    if (blocks == 1'000) first = times;
    std::printf("%9u %7.2f (%5.2f) %12u %12u %9u\n", blocks, times.mark, times.mark / first.mark, times.traced,
                times.overflows, times.traced - (blocks + 1) / 2);
  }
}

#ifdef HALLMARK_BENCH_BOEHM
struct BoehmNode {
  BoehmNode* left;
  BoehmNode* right;
  std::uint64_t value;
};

/// Parents of each node but the first: a list, a breadth-first tree, or a tree in which places and addresses have
/// nothing to do with each other.
enum class Shape { list, tree, shuffled };

std::vector<std::uint32_t> order_of(Shape shape, std::uint32_t nodes) {
  std::vector<std::uint32_t> order(nodes);
  std::iota(order.begin(), order.end(), 0U);
  if (shape == Shape::shuffled) std::shuffle(order.begin(), order.end(), std::mt19937(7));
  return order;
}

template <class Link>
void link_nodes(Shape shape, const std::vector<std::uint32_t>& order, Link&& link) {
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    if (shape == Shape::list) {
      if (i + 1 < order.size()) link(order[i], order[i + 1], true);
    } else {
      if (2 * i + 1 < order.size()) link(order[i], order[2 * i + 1], true);
      if (2 * i + 2 < order.size()) link(order[i], order[2 * i + 2], false);
    }
  }
}

void compare_with_boehm() {
  GC_set_all_interior_pointers(0);
  GC_INIT();
  GC_disable();
  std::printf(
      "\nthe same graphs, all live, and libgc %d.%d; ns per node (arena / libgc); libgc sweeps\n"
      "lazily, so that its collection is marking, the arena's is marking and sweep\n",
      GC_VERSION_MAJOR, GC_VERSION_MINOR);
  for (const std::uint32_t nodes : {10'000U, 100'000U, 1'000'000U}) {
    for (const Shape shape : {Shape::list, Shape::tree, Shape::shuffled}) {
      const std::vector<std::uint32_t> order = order_of(shape, nodes);
      double arena_allocate = 1e300, arena_collect = 1e300, boehm_allocate = 1e300, boehm_collect = 1e300;
      const std::size_t bytes = std::size_t{nodes} * 40 + 4096;
      const auto memory = std::make_unique<std::uint64_t[]>(bytes / 8);
      for (int round = 0; round < 5; ++round) {
        Phases<ArenaOptions> arena(memory.get(), bytes);
        std::vector<HeapIndex> made(nodes);
        arena_allocate = std::min(arena_allocate, nanoseconds([&] {
                                                    for (auto& node : made) node = arena.try_allocate<Node>().index;
                                                  }) / nodes);
        link_nodes(shape, order, [&](std::uint32_t from, std::uint32_t to, bool left) {
          Node& node = *arena.get<Node>(made[from]);
          (left ? node.left : node.right) = made[to];
        });
        const Arena<ArenaOptions, Node>::ScopedRoot<Node> root(arena, made[order[0]]);
        arena_collect = std::min(arena_collect, nanoseconds([&] { arena.collect(); }) / nodes);
        if (arena.statistics().last_marked != nodes) std::abort();

        // Collected with one root, an uncollectable cell: `table` lies in memory that libgc does not scan.
        auto** const root_cell = static_cast<BoehmNode**>(GC_malloc_uncollectable(sizeof(BoehmNode*)));
        const auto table = std::make_unique<BoehmNode*[]>(nodes);
        boehm_allocate = std::min(boehm_allocate, nanoseconds([&] {
                                                    for (std::uint32_t i = 0; i < nodes; ++i) {
                                                      table[i] = static_cast<BoehmNode*>(GC_malloc(sizeof(BoehmNode)));
                                                    }
                                                  }) / nodes);
        link_nodes(shape, order, [&](std::uint32_t from, std::uint32_t to, bool left) {
          (left ? table[from]->left : table[from]->right) = table[to];
        });
        *root_cell = table[order[0]];
        GC_enable();
        boehm_collect = std::min(boehm_collect, nanoseconds([] { GC_gcollect(); }) / nodes);
        GC_disable();
        GC_free(root_cell);
        GC_enable();
        GC_gcollect();
        GC_disable();
      }
      static constexpr const char* kNames[] = {"list", "tree", "shuffled"};
      std::printf("%9u %-9s allocate %7.2f, libgc %7.2f (%4.2f)   collect %7.2f, libgc %7.2f (%4.2f)\n", nodes,
                  kNames[static_cast<int>(shape)], arena_allocate, boehm_allocate, arena_allocate / boehm_allocate,
                  arena_collect, boehm_collect, arena_collect / boehm_collect);
    }
  }
}
#else
void compare_with_boehm() { std::printf("\nlibgc is not here: not compared\n"); }
#endif

}  // namespace

int main() {
  print_sizes();
  compare_with_boehm();
  return 0;
}
