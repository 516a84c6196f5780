// Threads that are held for a seeded time, wherever they are, and go on: a real-time signal's handler sleeps in them.
// Workers that mark, the thread that collects, a mutator that stores.
//
// Oracle: the verifier runs after each collection, and each major collection marks what is there.
#include <hallmark/hallmark.hpp>

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <random>
#include <thread>

#include "tests/faults/holder.hpp"

namespace {

using namespace hallmark;
using hallmark::testing::Holder;
using hallmark::testing::join_unheld;
using hallmark::testing::takes_signal;

struct Node {
  std::array<Ref<Node>, 2> to;
  std::uint64_t number = 0;
  static constexpr auto kReferences = references(&Node::to);
};

constexpr unsigned kDepth = 12;
/// Collections go on until there were so many, however busy the machine is.
constexpr std::uint64_t kHolds = 40;

Node* make_tree(Mutator& mutator, unsigned depth) {
  Root<Node> node(mutator, mutator.make<Node>());
  for (auto& child : node->to) {
    if (depth > 1) child.store(mutator, make_tree(mutator, depth - 1));
  }
  return node.get();
}

TEST(HeldThreads, AreNoneThatBlockTheSignal) {
  std::atomic<bool> is_over{false};
  std::atomic<bool> is_blocked{false};
  bool is_pending = true;
  std::thread blocking([&] {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    is_blocked = true;
    while (!is_over) std::this_thread::yield();
    sigpending(&signals);
    is_pending = sigismember(&signals, SIGRTMIN) == 1;
  });
  while (!is_blocked) std::this_thread::yield();
  {
    // Of the two that it may hold, the holder's own thread left out, it would soon have held the other one.
    const Holder holder(1, 1);
    while (Holder::held() < kHolds) std::this_thread::yield();
  }
  is_over = true;
  blocking.join();
  EXPECT_FALSE(is_pending);
}

TEST(HeldThreads, AreNoneThatJoin) {
  const pid_t joining = static_cast<pid_t>(syscall(SYS_gettid));
  bool is_left_alone = false;
  std::thread thread([&] {
    for (int i = 0; i < 10000 && !is_left_alone; ++i) {
      is_left_alone = !takes_signal(joining, SIGRTMIN);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  join_unheld(thread);
  EXPECT_TRUE(is_left_alone);
  EXPECT_TRUE(takes_signal(joining, SIGRTMIN));
}

TEST(HeldThreads, CollectionsEndAndMarkEverything) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(seed);
    Heap heap(
        {.workers = 4, .young_bytes = 1u << 20, .verify = true, .marking = {.push_transfer = PushTransfer::always}});
    std::atomic<bool> is_over{false};
    std::thread storing([&] {
      auto mutator = heap.attach("stores");
      Root<Node> root(mutator, make_tree(mutator, 6));
      while (!is_over) {
        root->to[0].store(mutator, make_tree(mutator, 4));
        root->to[1].store(mutator, root->to[0]->to[0].load());
      }
    });
    {
      auto mutator = heap.attach("collects");
      Root<Node> root(mutator, make_tree(mutator, kDepth));
      Holder holder(seed, 3);
      for (int i = 0; i < 12 || holder.held() < kHolds; ++i) {
        heap.collect(i % 2 == 0 ? Major : Minor);
        if (i % 2 == 0) {
          ASSERT_GE(heap.statistics().last.marked, (1u << kDepth) - 1);
        }
      }
      EXPECT_GE(holder.held(), kHolds);
      is_over = true;
      const Foreign waiting(mutator);
      join_unheld(storing);
    }
  }
}

}  // namespace
