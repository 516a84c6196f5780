// WorkerGate: each helper works in each round once, and both sides see what the other has written before.
#include <hallmark/mark/worker_gate.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace {

using hallmark::WorkerGate;

TEST(WorkerGate, OpensAndEndsRoundsWithoutHelpers) {
  WorkerGate gate(0);
  for (int i = 0; i < 3; ++i) {
    gate.open();
    gate.wait_for_all();
  }
  gate.close();
}

TEST(WorkerGate, DoesNotWaitBeforeTheFirstRound) {
  WorkerGate gate(3);
  gate.wait_for_all();
}

TEST(WorkerGate, TellsALateHelperOfARoundThatHasBegun) {
  WorkerGate gate(1);
  gate.open();
  EXPECT_EQ(gate.wait_for_round(0), 1U);
  gate.arrive();
  gate.wait_for_all();
  gate.open();
  EXPECT_EQ(gate.wait_for_round(1), 2U);
  gate.arrive();
  gate.wait_for_all();
}

TEST(WorkerGate, TellsALateHelperThatItIsClosed) {
  WorkerGate gate(2);
  gate.close();
  EXPECT_EQ(gate.wait_for_round(0), 0U);
  EXPECT_EQ(gate.wait_for_round(0), 0U);
}

// Plain fields on both sides: I2 is what keeps them from racing.
TEST(WorkerGate, RunsEachHelperOncePerRoundAndPublishesBothWays) {
  constexpr std::uint64_t kRounds = 500;
  for (const unsigned helpers : {1U, 2U, 5U, 15U}) {
    WorkerGate gate(helpers);
    std::uint64_t order = 0;  // written before open
    std::vector<std::uint64_t> answers(helpers, 0);
    std::vector<std::uint64_t> rounds(helpers, 0);
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < helpers; ++number) {
      threads.emplace_back([&, number] {
        std::uint64_t round = 0;
        while ((round = gate.wait_for_round(round)) != 0) {
          ++rounds[number];
          answers[number] = order + number;
          gate.arrive();
        }
      });
    }
    std::uint64_t wrong = 0;
    for (std::uint64_t round = 1; round <= kRounds; ++round) {
      order = round * 100;
      gate.open();
      gate.wait_for_all();
      for (unsigned number = 0; number < helpers; ++number) {
        wrong += answers[number] != round * 100 + number || rounds[number] != round ? 1 : 0;
      }
    }
    gate.close();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0U);
    EXPECT_EQ(rounds, std::vector<std::uint64_t>(helpers, kRounds));
  }
}

}  // namespace
