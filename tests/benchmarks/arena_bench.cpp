// The arena's four phases by size, and beside the Boehm collector on the same graphs.
//
// Part 1: time per block of allocation, marking and sweep over 10^3 to 10^6 blocks, as a ratio to the smallest size,
// with the counters. Flat means linear; beyond the caches the machine's memory latency is in it, so that a loop over
// the same blocks, in the same order, that marking visits stands beside it.
// Part 2: compaction, with and without a table, of references to neighbours and to anywhere. The table's entries read
// for each reference are counted, and beside it stands the machine's own growth: three bare passes over the live
// blocks, as compaction makes, that write to each, look at the header of each reference's block, and copy each
// elsewhere. Part 3: marking without a single slot of the gap: every block overflows, none is traced twice. Part 4: the
// same lists and trees in libgc (if it is there): allocation, and a full collection. Each figure is the least of some
// repetitions.
#include <hallmark/arena/arena.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iterator>
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

/// Parents of each node but the first: a list, a breadth-first tree, or a tree in which places and addresses have
/// nothing to do with each other.
enum class Shape { list, tree, shuffled };
constexpr const char* kShapeNames[] = {"list", "tree", "shuffled"};

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

struct Times {
  double allocate = 1e300, mark = 1e300, visit = 1e300, sweep = 1e300, passes = 1e300, in_place = 1e300, table = 1e300;
  double reads = 0;  // entries of the table for each reference
  std::uint32_t overflows = 0, traced = 0, fallbacks = 0;
};

/// Binary trees of the live blocks, each followed by a dead block, so that there are as many runs as live blocks.
template <class Options>
HeapIndex build(Phases<Options>& arena, std::uint32_t blocks, Shape shape, std::vector<HeapIndex>& live) {
  live.clear();
  for (std::uint32_t i = 0; i < blocks; ++i) {
    const HeapIndex index = arena.template try_allocate<Node>().index;
    if (i % 2 == 0) live.push_back(index);
  }
  const std::vector<std::uint32_t> order = order_of(shape, static_cast<std::uint32_t>(live.size()));
  for (std::size_t i = 0; i < live.size(); ++i) arena.template get<Node>(live[i])->value = i;
  link_nodes(shape, order, [&](std::uint32_t from, std::uint32_t to, bool left) {
    Node& node = *arena.template get<Node>(live[from]);
    (left ? node.left : node.right) = live[to];
  });
  return live[order[0]];
}

template <class Options>
Times measure(std::uint32_t blocks, Shape shape) {
  Times times;
  const int repetitions = blocks <= 10'000 ? 50 : blocks <= 100'000 ? 10 : 4;
  const auto keep_least = [](double& least, double value) { least = std::min(least, value); };
  const std::size_t bytes = std::size_t{blocks} * (sizeof(Node) + 8) + std::size_t{blocks} * 8 + 4096;
  const auto memory = std::make_unique<std::uint64_t[]>(bytes / 8);
  std::vector<Node> copies(blocks);
  std::vector<HeapIndex> live;
  for (int round = 0; round < repetitions; ++round) {
    for (const Forwarding forwarding : {Forwarding::in_place, Forwarding::table}) {
      Phases<Options> arena(memory.get(), bytes);
      const double allocate = nanoseconds([&] {
        for (std::uint32_t i = 0; i < blocks; ++i) (void)arena.template try_allocate<Node>();
      });
      Phases<Options> filled(memory.get(), bytes);
      const typename Arena<Options, Node>::template ScopedRoot<Node> root(filled, build(filled, blocks, shape, live));
      const double live_blocks = static_cast<double>(live.size());
      keep_least(times.allocate, allocate / blocks);
      // The same blocks in the order of marking, and nothing but a look at each.
      std::vector<HeapIndex> pending{root.index()};
      std::uint64_t sum = 0;
      const double visit = nanoseconds([&] {
        while (!pending.empty()) {
          const Node& node = *filled.template get<Node>(pending.back());
          pending.pop_back();
          sum += node.value;
          if (node.left) pending.push_back(node.left);
          if (node.right) pending.push_back(node.right);
        }
      });
      keep_least(times.visit, visit / live_blocks);
      if (sum != live.size() * (live.size() - 1) / 2) std::abort();
      std::uint64_t seen = 0;
      const double passes = nanoseconds([&] {
        for (const HeapIndex index : live) ++filled.template get<Node>(index)->value;
        for (const HeapIndex index : live) {
          Node& node = *filled.template get<Node>(index);
          if (node.left) seen += filled.payload_bytes(node.left);
          if (node.right) seen += filled.payload_bytes(node.right);
          --node.value;
        }
        for (std::size_t i = 0; i < live.size(); ++i) copies[i] = *filled.template get<Node>(live[i]);
      });
      keep_least(times.passes, passes / live_blocks);
      if (seen != (live.size() - 1) * sizeof(Node)) std::abort();
      keep_least(times.mark, nanoseconds([&] { filled.mark(); }) / live_blocks);
      times.overflows = filled.statistics().last_overflows;
      times.traced = filled.statistics().last_traced;
      keep_least(times.sweep, nanoseconds([&] { filled.sweep(); }) / blocks);
      const double compact = nanoseconds([&] { filled.slide(0, forwarding); }) / live_blocks;
      keep_least(forwarding == Forwarding::in_place ? times.in_place : times.table, compact);
      // A reference to each live block: one from the root, the others from their parents.
      if (forwarding == Forwarding::table) times.reads = filled.statistics().last_table_reads / live_blocks;
      times.fallbacks = filled.statistics().table_fallbacks;
      if (filled.statistics().last_marked != live.size()) std::abort();
      if (filled.top_bytes() != live.size() * (sizeof(Node) + 8)) std::abort();
    }
  }
  return times;
}

constexpr std::uint32_t kSizes[] = {1'000, 10'000, 100'000, 1'000'000};

void print_cell(double value, double base) { std::printf(" %7.2f (%5.2f)", value, value / base); }

void print_sizes() {
  std::printf("ns per block (ratio to 1000 blocks); half of the blocks live, every other one\n");
  std::printf("%9s %15s %15s %15s %15s %9s\n", "blocks", "allocate", "bare visit", "mark", "sweep", "overflows");
  Times first;
  Times tree[std::size(kSizes)];
  for (std::size_t i = 0; i < std::size(kSizes); ++i) {
    tree[i] = measure<ArenaOptions>(kSizes[i], Shape::tree);
    std::printf("%9u", kSizes[i]);
    print_cell(tree[i].allocate, tree[0].allocate);
    print_cell(tree[i].visit, tree[0].visit);
    print_cell(tree[i].mark, tree[0].mark);
    print_cell(tree[i].sweep, tree[0].sweep);
    std::printf(" %9u\n", tree[i].overflows);
  }
  std::printf("\ncompaction, ns per live block\n%9s %-9s %15s %15s %15s %16s\n", "blocks", "links", "bare passes",
              "in place", "with table", "reads/reference");
  for (const Shape shape : {Shape::tree, Shape::shuffled}) {
    for (std::size_t i = 0; i < std::size(kSizes); ++i) {
      const Times times = shape == Shape::tree ? tree[i] : measure<ArenaOptions>(kSizes[i], shape);
      if (i == 0) first = times;
      std::printf("%9u %-9s", kSizes[i], kShapeNames[static_cast<int>(shape)]);
      print_cell(times.passes, first.passes);
      print_cell(times.in_place, first.in_place);
      print_cell(times.table, first.table);
      std::printf(" %16.2f%s\n", times.reads, times.fallbacks == 0 ? "" : " (table did not fit)");
    }
  }
  std::printf("\nmarking without one slot of the gap\n%9s %15s %12s %12s %9s\n", "blocks", "mark", "marked once",
              "overflows", "rescans");
  for (const std::uint32_t blocks : kSizes) {
    const Times times = measure<NoGap>(blocks, Shape::tree);
    if (blocks == kSizes[0]) first = times;
    std::printf("%9u", blocks);
    print_cell(times.mark, first.mark);
    std::printf(" %12u %12u %9u\n", times.traced, times.overflows, times.traced - (blocks + 1) / 2);
  }
}

#ifdef HALLMARK_BENCH_BOEHM
struct BoehmNode {
  BoehmNode* left;
  BoehmNode* right;
  std::uint64_t value;
};

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
      std::printf("%9u %-9s allocate %7.2f, libgc %7.2f (%4.2f)   collect %7.2f, libgc %7.2f (%4.2f)\n", nodes,
                  kShapeNames[static_cast<int>(shape)], arena_allocate, boehm_allocate, arena_allocate / boehm_allocate,
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
