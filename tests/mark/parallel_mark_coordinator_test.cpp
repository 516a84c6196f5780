// ParallelMarkCoordinator with its workers: the fixed graphs, misuse, refused memory, and that idle workers park.
#include <hallmark/mark/parallel_mark_coordinator.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "tests/mark/marking_graph.hpp"
#include "tests/mark/marking_team.hpp"

namespace {

using hallmark::Address;
using hallmark::CoordinatorState;
using hallmark::HeapError;
using hallmark::kPageBytes;
using hallmark::MarkBy;
using hallmark::MarkConfig;
using hallmark::MarkCounts;
using hallmark::Markers;
using hallmark::MarkLimits;
using hallmark::MarkPhase;
using hallmark::PushTransfer;
using hallmark::RootCounts;
using hallmark::WorkerState;
using hallmark::testing::CountingHeap;
using hallmark::testing::FlakyMemory;
using hallmark::testing::Graph;
using hallmark::testing::make_random_graph;
using hallmark::testing::mismatch;
using hallmark::testing::Team;
using hallmark::testing::TinyLimits;

using Kind = Graph::Kind;

template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const HeapError& error) {
    return error.what();
  }
  return "no error";
}

/// Waits until `condition` holds, a minute at most. Returns whether it holds.
template <class Condition>
bool wait_for(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

class Coordinator : public testing::Test {
 protected:
  Coordinator() : heap(std::size_t{256} << 20), graph(heap) { FlakyMemory::refuse(~std::uint64_t{0}, 0); }

  static MarkConfig workers(unsigned count) {
    MarkConfig config;
    config.max_workers = count;
    return config;
  }

  std::vector<Address> addresses(const std::vector<std::size_t>& objects) const {
    std::vector<Address> addresses;
    for (const std::size_t object : objects) addresses.push_back(graph.at(object));
    return addresses;
  }

  /// A marking with fresh marks; what is wrong with it.
  template <class AnyTeam>
  std::string mark(AnyTeam& team, const std::vector<std::size_t>& roots) {
    heap.clear_marks();
    team.mark(addresses(roots));
    return mismatch(team, graph, graph.search(roots));
  }

  /// A list from `first` on over objects that are added; returns the last.
  std::size_t add_list(std::size_t length) {
    std::size_t last = graph.add(Kind::pair);
    for (std::size_t i = 1; i < length; ++i) {
      const std::size_t next = graph.add(Kind::pair);
      graph.connect(last, 1, next);
      last = next;
    }
    return last;
  }

  /// A binary tree of 2^depth - 1 nodes; returns its root.
  std::size_t add_tree(unsigned depth) {
    const std::size_t root = graph.size();
    const std::size_t nodes = (std::size_t{1} << depth) - 1;
    for (std::size_t i = 0; i < nodes; ++i) graph.add(Kind::node);
    for (std::size_t i = 1; i < nodes; ++i) graph.connect(root + (i - 1) / 2, (i - 1) % 2, root + i);
    return root;
  }

  CountingHeap heap;
  Graph graph;
};

TEST_F(Coordinator, MarksNothingInAnEmptyHeapOrWithoutRoots) {
  for (const unsigned count : {1U, 2U, 16U}) {
    Team<> team(heap, workers(count));
    EXPECT_EQ(mark(team, {}), "");
  }
  add_list(100);
  for (const unsigned count : {1U, 2U, 16U}) {
    Team<> team(heap, workers(count));
    EXPECT_EQ(mark(team, {}), "");
    EXPECT_EQ(team.counts().marked, 0U);
  }
}

TEST_F(Coordinator, CountsAndSkipsRootsThatAreNoObjects) {
  const std::size_t object = graph.add(Kind::node);
  std::byte elsewhere{};
  const std::vector<Address> roots{
      nullptr,          graph.at(object), graph.at(object) + 1,  graph.at(object) + 16,
      graph.at(object), &elsewhere,       heap.begin_of(0) - 16, heap.begin_of(heap.page_count()),
      nullptr};
  for (const unsigned count : {1U, 3U}) {
    Team<> team(heap, workers(count));
    heap.clear_marks();
    const RootCounts counts = team.mark(roots);
    EXPECT_EQ(counts.marked, 1U);
    EXPECT_EQ(counts.marked_before, 1U);
    EXPECT_EQ(counts.null, 2U);
    EXPECT_EQ(counts.invalid, 5U);
    EXPECT_EQ(mismatch(team, graph, graph.search({object})), "");
  }
}

TEST_F(Coordinator, MarksASkewedHeapOnFourWorkers) {
  std::vector<std::size_t> roots;
  for (const std::size_t objects : {10'000U, 100U, 100U, 100U}) {
    roots.push_back(graph.size());
    const std::size_t root = graph.size();
    for (std::size_t i = 0; i < objects; ++i) graph.add(Kind::node);
    for (std::size_t i = 1; i < objects; ++i) graph.connect(root + (i - 1) / 3, (i - 1) % 3, root + i);
  }
  Team<> team(heap, workers(4));
  for (int i = 0; i < 20; ++i) ASSERT_EQ(mark(team, roots), "");
}

TEST_F(Coordinator, FollowsAChainAcrossTheHeapsOfThreeWorkers) {
  // Three threads, each with pages of its own; the chain goes from one to the next with each step.
  std::vector<std::size_t> chain;
  for (std::size_t i = 0; i < 3000; ++i) {
    const Kind kinds[] = {Kind::pair, Kind::node, Kind::counted};
    chain.push_back(graph.add(kinds[i % 3], 4));
  }
  for (std::size_t i = 1; i < chain.size(); ++i) graph.connect(chain[i - 1], 1, chain[i]);
  for (const PushTransfer transfer : {PushTransfer::never, PushTransfer::to_resting, PushTransfer::always}) {
    MarkConfig config = workers(3);
    config.push_transfer = transfer;
    Team<> team(heap, config);
    for (int i = 0; i < 5; ++i) {
      heap.clear_marks();
      team.coordinator.begin();
      for (std::size_t step = 0; step < chain.size(); ++step) {
        team.register_pages(static_cast<unsigned>(step % 3), heap.page_of(graph.at(chain[step])), 1);
      }
      const std::vector<Address> roots = addresses({chain[0]});
      team.distribute_roots(roots);
      team.coordinator.mark();
      ASSERT_EQ(mismatch(team, graph, graph.search({chain[0]})), "");
      if (transfer != PushTransfer::always) {
        EXPECT_EQ(team.counts().sent, 0U) << "whoever has an object and no other keeps it";
      }
      if (transfer == PushTransfer::always) {
        // Each step but those that met a full inbox.
        EXPECT_EQ(team.counts().sent + team.counts().inbox_full, chain.size() - 1);
        EXPECT_GT(team.counts().sent, 0U);
      }
    }
  }
}

// The C stack must not grow with the depth of the graph. Addresses of nodes are the test's own list.
TEST_F(Coordinator, MarksAVeryLongList) {
  CountingHeap large(std::size_t{HALLMARK_LIST_NODES} * 16 + (std::size_t{32} << 20));
  const hallmark::TypeNumber pair =
      large.register_type(hallmark::TypeDescription::with_members("Pair", 16, hallmark::testing::kPairSlots));
  hallmark::BasicAllocator<CountingHeap> allocator(large, 0);
  std::vector<Address> nodes;
  nodes.reserve(HALLMARK_LIST_NODES);
  for (std::size_t i = 0; i < HALLMARK_LIST_NODES; ++i) {
    nodes.push_back(allocator.allocate(pair));
    ASSERT_NE(nodes.back(), nullptr);
    if (i > 0) reinterpret_cast<hallmark::Slot*>(nodes[i - 1])->store_stopped(nodes[i]);
  }
  const Address outside = allocator.allocate(pair);
  for (const unsigned count : {1U, 2U}) {
    Team<> team(large, workers(count));
    large.clear_marks();
    large.forget_sum_of_traces();
    team.mark(std::vector<Address>{nodes[0]});
    std::size_t wrong = 0;
    for (const Address node : nodes) {
      wrong += large.is_marked(node) && large.traces(node) == 1 ? 0 : 1;
      large.forget_traces(node);
    }
    EXPECT_EQ(wrong, 0U);
    EXPECT_FALSE(large.is_marked(outside));
    EXPECT_EQ(large.all_traces(), nodes.size());
    EXPECT_EQ(team.counts().marked, nodes.size());
    EXPECT_EQ(team.counts().traced, nodes.size());
    EXPECT_EQ(team.left_over(), "");
  }
}

// A hook holds each worker that is far ahead until the other has traced a part, so both must have found some.
TEST_F(Coordinator, TwoWorkersShareTheArrayOfAMillionElements) {
  constexpr std::size_t kElements = 1'000'000;
  const std::size_t array = graph.add(Kind::array, kElements);
  for (std::size_t i = 0; i < kElements; ++i) graph.connect(array, i, graph.add(Kind::leaf));
  const Address begin = graph.at(array);
  const std::thread::id first = std::this_thread::get_id();
  for (const PushTransfer transfer : {PushTransfer::never, PushTransfer::to_resting}) {
    std::array<std::atomic<unsigned>, 2> parts{};
    std::atomic<bool> in_vain{false};
    heap.on_trace = [&](const std::byte* item) {
      if (item < begin || item >= begin + 8 * kElements) return;
      const std::size_t worker = std::this_thread::get_id() == first ? 0 : 1;
      if (parts[worker].fetch_add(1) + 1 != 3 * MarkLimits::kShareInterval) return;
      if (!wait_for([&] { return parts[1 - worker].load() > 0; })) in_vain = true;
    };
    MarkConfig config = workers(2);
    config.push_transfer = transfer;
    Team<> team(heap, config);
    EXPECT_EQ(mark(team, {array}), "");
    EXPECT_FALSE(in_vain.load());
    EXPECT_GT(parts[0].load(), 0U);
    EXPECT_GT(parts[1].load(), 0U);
    EXPECT_EQ(parts[0].load() + parts[1].load(),
              (8 * kElements + CountingHeap::kPartBytes - 1) / CountingHeap::kPartBytes);
    EXPECT_EQ(team.counts().marked, kElements + 1);
  }
}

TEST_F(Coordinator, MarksAgainAndAgainWithTheSameWorkers) {
  std::mt19937_64 random(1);
  make_random_graph(graph, random, 3000);
  Team<> team(heap, workers(4));
  for (std::size_t i = 0; i < 50; ++i) ASSERT_EQ(mark(team, {i, 2 * i, 2999 - i}), "");
}

TEST_F(Coordinator, TakesWhatIsMarkedAsDone) {
  add_list(100);
  Team<> team(heap, workers(2));
  EXPECT_EQ(mark(team, {0}), "");
  team.mark(addresses({0}));
  EXPECT_EQ(team.counts().marked, 0U);
  EXPECT_EQ(team.counts().traced, 0U);
}

TEST_F(Coordinator, MarksAloneWhenItIsTold) {
  add_tree(12);
  struct Case {
    bool parallel_major;
    bool parallel_minor;
    bool plain_marks;
    MarkPhase phase;
    MarkBy by;
    bool alone;
  };
  for (const Case& each : {Case{true, true, true, MarkPhase::major, MarkBy::all_workers, false},
                           Case{false, true, true, MarkPhase::major, MarkBy::all_workers, true},
                           Case{false, true, false, MarkPhase::major, MarkBy::all_workers, true},
                           Case{false, true, true, MarkPhase::minor, MarkBy::all_workers, false},
                           Case{true, false, true, MarkPhase::minor, MarkBy::all_workers, true},
                           Case{true, false, false, MarkPhase::minor, MarkBy::all_workers, true},
                           Case{true, false, true, MarkPhase::major, MarkBy::all_workers, false},
                           Case{true, true, true, MarkPhase::major, MarkBy::worker_0, true},
                           Case{true, true, false, MarkPhase::minor, MarkBy::worker_0, true}}) {
    MarkConfig config = workers(4);
    config.parallel_major = each.parallel_major;
    config.parallel_minor = each.parallel_minor;
    config.plain_marks = each.plain_marks;
    Team<> team(heap, config);
    std::atomic<unsigned> others{0};
    const std::thread::id first = std::this_thread::get_id();
    heap.on_trace = [&](const std::byte*) { others += std::this_thread::get_id() == first ? 0U : 1U; };
    heap.clear_marks();
    team.coordinator.begin(each.phase, each.by);
    team.register_pages(3, 0, heap.page_count());
    team.distribute_roots(addresses({0}));
    team.coordinator.mark();
    EXPECT_EQ(mismatch(team, graph, graph.search({0})), "");
    if (each.alone) {
      EXPECT_EQ(others.load(), 0U);
      EXPECT_EQ(team.counts(0).traced, graph.size());
    } else {
      EXPECT_EQ(team.counts(3).marked > 0, true) << "the root's owner";
    }
  }
}

// A marking by several leaves hints behind; the next is by one.
TEST_F(Coordinator, SendsNothingToWorkersThatTakeNoPart) {
  add_tree(12);
  for (const PushTransfer transfer : {PushTransfer::to_resting, PushTransfer::always}) {
    MarkConfig config = workers(4);
    config.plain_marks = false;
    config.push_transfer = transfer;
    Team<> team(heap, config);
    for (const MarkBy by : {MarkBy::all_workers, MarkBy::worker_0, MarkBy::all_workers}) {
      heap.clear_marks();
      team.coordinator.begin(MarkPhase::major, by);
      for (std::uint32_t page = 0; page < heap.page_count(); ++page) team.register_pages(page % 4, page, 1);
      team.distribute_roots(addresses({0}));
      team.coordinator.mark();
      ASSERT_EQ(mismatch(team, graph, graph.search({0})), "");
      if (by == MarkBy::worker_0) {
        EXPECT_EQ(team.counts().sent, 0U);
      }
    }
  }
}

TEST_F(Coordinator, LeavesRootsWithTheWorkerOfTheirPage) {
  std::vector<std::size_t> roots;
  for (int i = 0; i < 8; ++i) roots.push_back(graph.add(Kind::large));
  Team<> team(heap, workers(4));
  team.coordinator.begin();
  for (std::size_t i = 0; i < roots.size(); ++i) {
    team.register_pages(static_cast<unsigned>(i) / 2, heap.page_of(graph.at(roots[i])), 1);
  }
  team.distribute_roots(addresses(roots));
  for (unsigned worker = 0; worker < 4; ++worker) EXPECT_EQ(team.counts(worker).marked, 2U);
  team.coordinator.mark();
  EXPECT_EQ(mismatch(team, graph, graph.search(roots)), "");

  // Those of a worker that isn't there belong to worker 0.
  Team<> smaller(heap, workers(2));
  heap.clear_marks();
  smaller.coordinator.begin();
  smaller.distribute_roots(addresses(roots));
  EXPECT_EQ(smaller.counts(0).marked, 6U);
  EXPECT_EQ(smaller.counts(1).marked, 2U);
  smaller.coordinator.mark();
  EXPECT_EQ(mismatch(smaller, graph, graph.search(roots)), "");
}

// Of its own queue a worker knows no less than what was in it.
TEST_F(Coordinator, SharesNoMoreThanTheCapacityOfAQueue) {
  const std::size_t root = add_tree(14);
  const std::thread::id first = std::this_thread::get_id();
  for (const std::size_t capacity : {1U, 3U, 5U}) {
    MarkConfig config = workers(2);
    config.queue_capacity = capacity;
    Team<> team(heap, config);
    std::array<std::size_t, 2> most{};  // each worker its own
    heap.on_trace = [&](const std::byte*) {
      const unsigned worker = std::this_thread::get_id() == first ? 0 : 1;
      most[worker] = std::max(most[worker], team.coordinator.shared_by(worker));
    };
    ASSERT_EQ(mark(team, {root}), "");
    EXPECT_EQ(std::max(most[0], most[1]), capacity);
  }
}

TEST_F(Coordinator, SharesPagesEqually) {
  add_tree(16);
  heap.on_trace = nullptr;
  for (const unsigned count : {1U, 3U, 16U}) {
    Team<> team(heap, workers(count));
    team.coordinator.begin();
    team.share_pages();
    std::vector<unsigned> pages(count);
    unsigned before = 0;
    for (std::uint32_t page = 0; page < heap.page_count(); ++page) {
      const unsigned worker = heap.worker_of(heap.begin_of(page));
      EXPECT_GE(worker, before) << "neighbours";
      before = worker;
      ++pages.at(worker);
    }
    EXPECT_LE(*std::max_element(pages.begin(), pages.end()) - *std::min_element(pages.begin(), pages.end()), 1U);
    team.distribute_roots({});
    team.coordinator.mark();
  }
}

TEST_F(Coordinator, RefusesAConfigurationOutOfRange) {
  const auto make = [&](unsigned count, std::size_t capacity) {
    MarkConfig config = workers(count);
    config.queue_capacity = capacity;
    Team<> team(heap, config);
  };
  EXPECT_EQ(error_of([&] { make(17, 1024); }), "hallmark: max_workers is 17: set 1 to 16");
  EXPECT_EQ(error_of([&] { make(0, 1024); }), "hallmark: max_workers is 0: set 1 to 16");
  EXPECT_EQ(error_of([&] { make(1, 0); }), "hallmark: queue_capacity is 0: set 1 to 1024");
  EXPECT_EQ(error_of([&] { make(1, 1025); }), "hallmark: queue_capacity is 1025: set 1 to 1024");
  EXPECT_EQ(error_of([&] { make(16, 1); }), "no error");
}

TEST_F(Coordinator, RefusesCallsInTheWrongOrder) {
  add_list(10);
  const std::vector<Address> roots = addresses({0});
  Team<> team(heap, workers(2));
  const std::string order = ": call begin, distribute_roots and mark in this order";
  EXPECT_EQ(error_of([&] { team.coordinator.mark(); }), "hallmark: the marking goes from created to marking" + order);
  EXPECT_EQ(error_of([&] { team.distribute_roots(roots); }),
            "hallmark: the marking goes from created to distributing_roots" + order);
  EXPECT_EQ(error_of([&] { team.register_pages(0, 0, 1); }),
            "hallmark: register_pages in state created: call it in state registering_pages");
  team.coordinator.begin();
  EXPECT_EQ(error_of([&] { team.coordinator.begin(); }),
            "hallmark: the marking goes from registering_pages to registering_pages" + order);
  EXPECT_EQ(error_of([&] { team.coordinator.mark(); }),
            "hallmark: the marking goes from registering_pages to marking" + order);
  EXPECT_EQ(error_of([&] { team.register_pages(2, 0, 1); }),
            "hallmark: pages for worker 2, and the last one is 1: register them with one that there is");
  EXPECT_EQ(error_of([&] { team.register_pages(1, 60, 5); }),
            "hallmark: 5 pages from 60 on, and the heap has 64: register pages that there are");
  EXPECT_EQ(error_of([&] { team.register_pages(1, 2, ~std::uint32_t{0}); }),
            "hallmark: 4294967295 pages from 2 on, and the heap has 64: register pages that there are");
  team.distribute_roots(roots);
  EXPECT_EQ(error_of([&] { team.coordinator.begin(); }),
            "hallmark: the marking goes from distributing_roots to registering_pages" + order);
  EXPECT_EQ(error_of([&] { team.register_pages(0, 0, 1); }),
            "hallmark: register_pages in state distributing_roots: call it in state registering_pages");
  team.coordinator.mark();
  EXPECT_EQ(team.coordinator.state(), CoordinatorState::done);
  EXPECT_EQ(error_of([&] { team.coordinator.mark(); }), "hallmark: the marking goes from done to marking" + order);
  EXPECT_EQ(mismatch(team, graph, graph.search({0})), "") << "the errors have changed nothing";
  EXPECT_EQ(mark(team, {0}), "");
}

// CZ5: whatever memory is refused, each object is traced once.
TEST_F(Coordinator, CompletesWhenMemoryForSegmentsIsRefused) {
  std::mt19937_64 random(1);
  make_random_graph(graph, random, 2000);
  add_tree(10);
  const std::size_t array = graph.add(Kind::array, 4000);
  for (std::size_t i = 0; i < 4000; ++i) graph.connect(array, i, graph.add(Kind::leaf));
  const std::size_t parts = graph.add(Kind::array, 20'000);
  for (std::size_t i = 0; i < 20'000; i += 10) graph.connect(parts, i, random() % graph.size());
  add_list(1000);
  const std::vector<std::size_t> roots{0, 5, 2000, array, parts, parts + 1};
  struct Refusal {
    std::uint64_t after;
    std::uint64_t but_one_in;
  };
  for (const unsigned count : {1U, 2U, 4U, 16U}) {
    for (const Refusal refusal :
         {Refusal{0, 0}, Refusal{1, 0}, Refusal{5, 0}, Refusal{100, 0}, Refusal{0, 2}, Refusal{3, 5}}) {
      SCOPED_TRACE(testing::Message() << count << " workers, refused after " << refusal.after << " but one in "
                                      << refusal.but_one_in);
      for (const bool plain : {false, true}) {
        MarkConfig config = workers(count);
        config.queue_capacity = 2;
        config.plain_marks = plain;
        Team<TinyLimits, FlakyMemory> team(heap, config);
        FlakyMemory::refuse(refusal.after, refusal.but_one_in);
        for (int i = 0; i < 2; ++i) {
          const std::uint64_t refusals = FlakyMemory::refusals.load();
          ASSERT_EQ(mark(team, roots), "");
          const std::uint64_t refused = team.counts().refused;
          if (i == 0) {
            EXPECT_GT(refused, 0U);
          }
          EXPECT_EQ(refused, FlakyMemory::refusals.load() - refusals) << "each refusal is one item";
        }
        // And with memory again.
        FlakyMemory::refuse(~std::uint64_t{0}, 0);
        ASSERT_EQ(mark(team, roots), "");
        EXPECT_EQ(team.counts().refused, 0U);
      }
      EXPECT_EQ(FlakyMemory::out.load(), 0);
    }
  }
}

TEST_F(Coordinator, ReportsTheGrowthOfItsWorklists) {
  const std::size_t array = graph.add(Kind::array, 4000);
  for (std::size_t i = 0; i < 4000; ++i) graph.connect(array, i, graph.add(Kind::leaf));
  Team<> team(heap, workers(1));
  EXPECT_EQ(mark(team, {array}), "");
  const hallmark::WorklistStatistics statistics = team.coordinator.worklist_statistics(0);
  EXPECT_GE(statistics.most_segments, 4000 / MarkLimits::kSegmentItems);
  EXPECT_GE(statistics.growths, statistics.most_segments);
  EXPECT_EQ(statistics.refusals, 0U);
}

/// The state of a thread as the system sees it: 'S' sleeps, 'R' runs or wants to.
char state_of_thread(int id) {
  std::ifstream file("/proc/self/task/" + std::to_string(id) + "/stat");
  std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = line.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= line.size() ? '?' : line[name_end + 2];
}

// PM8: while one worker traces and there is nothing for others, they sleep.
TEST_F(Coordinator, ParksWorkersThatHaveNothingToDo) {
  constexpr unsigned kWorkers = 8;
  add_list(1000);
  std::array<std::atomic<int>, kWorkers> ids{};
  Team<> team(heap, workers(kWorkers), [&](unsigned worker) { ids[worker] = gettid(); });
  const auto all_others_sleep = [&] {
    const int self = gettid();
    for (unsigned worker = 0; worker < kWorkers; ++worker) {
      if (ids[worker].load() == self) continue;
      if (team.coordinator.state_of(worker) != WorkerState::idle || state_of_thread(ids[worker].load()) != 'S') {
        return false;
      }
    }
    return team.coordinator.resting() == kWorkers - 1;
  };
  unsigned traced = 0;  // of the one worker that finds anything: others sleep
  bool slept = true;
  heap.on_trace = [&](const std::byte*) {
    if (++traced == 500) slept = wait_for(all_others_sleep);
  };
  EXPECT_EQ(mark(team, {0}), "");
  EXPECT_TRUE(slept) << "others were awake";
  EXPECT_EQ(traced, 1000U);
  // And between markings, all but this thread.
  EXPECT_TRUE(wait_for([&] {
    for (unsigned worker = 1; worker < kWorkers; ++worker) {
      if (state_of_thread(ids[worker].load()) != 'S') return false;
    }
    return true;
  }));
}

// PM9: ends, whatever the number of workers.
TEST_F(Coordinator, MarksAHundredThousandObjectsWithAnyNumberOfWorkers) {
  std::mt19937_64 random(7);
  make_random_graph(graph, random, 2000);
  add_tree(16);
  add_list(32'000);
  const std::vector<std::size_t> roots{0, 1, 2, 2000, 2000 + 65'535};
  for (unsigned count = 1; count <= 16; ++count) {
    Team<> team(heap, workers(count));
    ASSERT_EQ(mark(team, roots), "") << count << " workers";
  }
}

TEST_F(Coordinator, TracesRememberedItemsThoughTheyAreMarked) {
  // old -> young -> old: what is old is traced if it is remembered, and only then.
  const std::size_t remembered = graph.add(Kind::pair);
  const std::size_t young = graph.add(Kind::pair);
  const std::size_t old = graph.add(Kind::pair);
  const std::size_t behind = graph.add(Kind::pair);
  graph.connect(remembered, 0, young);
  graph.connect(young, 0, old);
  graph.connect(old, 0, behind);
  for (const unsigned count : {1U, 4U}) {
    Team<> team(heap, workers(count));
    heap.clear_marks();
    for (const std::size_t object : {remembered, old}) heap.try_mark<Markers::one>(graph.at(object));
    team.coordinator.begin(MarkPhase::minor);
    team.distribute_remembered(graph.at(remembered));
    team.distribute_roots({});
    team.coordinator.mark();
    EXPECT_EQ(mismatch(team, graph, graph.search({}, {remembered, old}, {remembered}), 1), "");
    EXPECT_TRUE(heap.is_marked(graph.at(young)));
    EXPECT_FALSE(heap.is_marked(graph.at(behind)));
  }
}

TEST(LockRanks, DifferAndAscendInTheOrderOfTheKernel) {
  const std::array<unsigned, 4> ranks{hallmark::kHeapRank.value, hallmark::kWorkerGateRank.value,
                                      hallmark::kTerminatorRank.value, hallmark::kSegmentPoolRank.value};
  for (std::size_t i = 1; i < ranks.size(); ++i) EXPECT_LT(ranks[i - 1], ranks[i]);
}

}  // namespace
