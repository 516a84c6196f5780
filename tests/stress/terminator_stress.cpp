// Terminator under real threads: workers with steal queues and inboxes mark small trees, again and again, since it is
// the end of a marking that is tested.
//
// Oracle: when the workers have returned, each node was traced once. A hang is a time-out of the test.
#include <hallmark/mark/inbox.hpp>
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/terminator.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using hallmark::Inbox;
using hallmark::StealOutcome;
using hallmark::StealQueue;
using hallmark::Terminator;
using hallmark::testing::Chaos;

/// A node of a binary tree in an array; plain fields, published with the pointer.
struct Node {
  std::uint64_t traced = 0;
  std::size_t index = 0;
};

constexpr std::size_t kNodes = 63;

/// One marking.
class Marking {
 public:
  explicit Marking(unsigned workers) : terminator_(workers), queues_(workers), inboxes_(workers), nodes_(kNodes) {}

  void run(unsigned worker) {
    if (worker == 0) trace(0, nodes_[0]);
    do {
      while (work(worker)) {
      }
    } while (terminator_.rest(worker, [&] { return look(worker); }));
  }

  std::size_t wrong() const {
    std::size_t count = 0;
    for (const Node& node : nodes_) count += node.traced == 1 ? 0 : 1;
    return count;
  }

 private:
  bool work(unsigned worker) {
    if (inboxes_[worker].drain([&](Node* node) { trace(worker, *node); }) > 0) return true;
    if (const std::optional<Node*> node = queues_[worker].pop()) {
      trace(worker, **node);
      return true;
    }
    for (std::size_t other = 1; other < queues_.size(); ++other) {
      const auto result = queues_[(worker + other) % queues_.size()].steal();
      if (result.outcome == StealOutcome::success) trace(worker, *result.item);
      if (result.outcome != StealOutcome::empty) return true;
    }
    return false;
  }

  bool look(unsigned worker) const {
    if (!inboxes_[worker].empty()) return true;
    for (const auto& queue : queues_) {
      if (!queue.empty()) return true;
    }
    return false;
  }

  void trace(unsigned worker, Node& node) {
    ++node.traced;
    for (const std::size_t child : {2 * node.index + 1, 2 * node.index + 2}) {
      if (child >= kNodes) break;
      nodes_[child].index = child;
      hand_over(worker, nodes_[child]);
    }
  }

  void hand_over(unsigned worker, Node& node) {
    const auto to = static_cast<unsigned>(Chaos::next() % queues_.size());
    if (to != worker && inboxes_[to].push(&node, worker)) {
      terminator_.announce_to(to);
    } else if (queues_[worker].push(&node)) {
      terminator_.announce(1);
    } else {
      trace(worker, node);
    }
  }

  Terminator<16> terminator_;
  std::vector<StealQueue<Node*, 4>> queues_;
  std::vector<Inbox<Node*, 2>> inboxes_;
  std::vector<Node> nodes_;
};

class TerminatorStress : public testing::TestWithParam<unsigned> {
 protected:
  // Printed at once: a sanitizer's report ends the program.
  void SetUp() override {
    std::printf("HALLMARK_CHAOS_SEED=%llu\n", static_cast<unsigned long long>(Chaos::seed()));
    std::fflush(stdout);
  }
};

TEST_P(TerminatorStress, EachMarkingEndsWithEachNodeTracedOnce) {
  const unsigned workers = GetParam();
  const std::size_t rounds = HALLMARK_STRESS_ITEMS / kNodes / 4 + 1;
  std::unique_ptr<Marking> marking = std::make_unique<Marking>(workers);
  std::atomic<std::size_t> arrived{0};  // a barrier: counts up to the workers of this round
  const auto wait_for = [&](std::size_t count) {
    arrived.fetch_add(1, std::memory_order_acq_rel);
    while (arrived.load(std::memory_order_acquire) < count) std::this_thread::yield();
  };
  std::size_t wrong = 0;  // of worker 0
  const auto worker = [&](unsigned number) {
    Chaos::enter_thread(number);
    for (std::size_t round = 0; round < rounds; ++round) {
      marking->run(number);
      wait_for((2 * round + 1) * workers);
      if (number == 0) {
        wrong += marking->wrong();
        marking = std::make_unique<Marking>(workers);
      }
      wait_for((2 * round + 2) * workers);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < workers; ++number) threads.emplace_back(worker, number);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0U) << "nodes that were not traced once";
}

INSTANTIATE_TEST_SUITE_P(Workers, TerminatorStress, testing::Values(1U, 2U, 3U, 4U, 8U));

}  // namespace
