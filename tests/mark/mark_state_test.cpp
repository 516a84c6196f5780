// The states of a worker and of the coordinator: which may follow which, and their names.
#include <hallmark/mark/mark_state.hpp>
#include <hallmark/mark/per_thread_mark_queue.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include <hallmark/mark/parallel_mark_coordinator.hpp>
#include <hallmark/mark/segment_pool.hpp>

namespace {

using hallmark::CoordinatorState;
using hallmark::may_follow;
using hallmark::name_of;
using hallmark::WorkerState;

TEST(WorkerState, GoesRoundOrBackToWork) {
  using enum WorkerState;
  const std::set<std::pair<WorkerState, WorkerState>> allowed{{idle, processing_owned},
                                                              {processing_owned, processing_local},
                                                              {processing_local, stealing},
                                                              {stealing, idle},
                                                              {stealing, processing_owned}};
  for (const WorkerState from : {idle, processing_owned, processing_local, stealing}) {
    for (const WorkerState to : {idle, processing_owned, processing_local, stealing}) {
      EXPECT_EQ(may_follow(from, to), allowed.count({from, to}) == 1) << name_of(from) << " to " << name_of(to);
    }
  }
}

TEST(CoordinatorState, GoesThroughAMarkingInOrder) {
  using enum CoordinatorState;
  const std::set<std::pair<CoordinatorState, CoordinatorState>> allowed{{created, registering_pages},
                                                                        {registering_pages, distributing_roots},
                                                                        {distributing_roots, marking},
                                                                        {marking, done},
                                                                        {done, registering_pages}};
  for (const CoordinatorState from : {created, registering_pages, distributing_roots, marking, done}) {
    for (const CoordinatorState to : {created, registering_pages, distributing_roots, marking, done}) {
      EXPECT_EQ(may_follow(from, to), allowed.count({from, to}) == 1) << name_of(from) << " to " << name_of(to);
    }
  }
}

TEST(MarkState, HasANameForEachState) {
  EXPECT_EQ(name_of(WorkerState::idle), "idle");
  EXPECT_EQ(name_of(WorkerState::processing_owned), "processing_owned");
  EXPECT_EQ(name_of(WorkerState::processing_local), "processing_local");
  EXPECT_EQ(name_of(WorkerState::stealing), "stealing");
  EXPECT_EQ(name_of(CoordinatorState::created), "created");
  EXPECT_EQ(name_of(CoordinatorState::registering_pages), "registering_pages");
  EXPECT_EQ(name_of(CoordinatorState::distributing_roots), "distributing_roots");
  EXPECT_EQ(name_of(CoordinatorState::marking), "marking");
  EXPECT_EQ(name_of(CoordinatorState::done), "done");
}

class PerThreadMarkQueueTest : public testing::Test {
 protected:
  using Source = hallmark::SegmentPool<hallmark::WorklistSegment<std::byte*, 4>>;
  Source source;
  hallmark::PerThreadMarkQueue<Source, hallmark::MarkLimits> queue{source};
};

TEST_F(PerThreadMarkQueueTest, ShowsTheStateThatItHasEntered) {
  using enum WorkerState;
  EXPECT_EQ(queue.state(), idle);
  for (const WorkerState next :
       {processing_owned, processing_local, stealing, processing_owned, processing_local, stealing, idle}) {
    queue.enter(next);
    EXPECT_EQ(queue.state(), next);
  }
}

TEST_F(PerThreadMarkQueueTest, AbortsWithAReportWhenAStateMayNotFollow) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  queue.worker = 3;
  EXPECT_DEATH(queue.enter(WorkerState::stealing),
               "hallmark: fatal: worker 3 goes from idle to stealing; this is a defect of the marker");
}

TEST(MarkCounts, AddUpFieldByField) {
  // Each field a power of two, so that a field that is left out or added twice shows.
  using Fields = std::array<std::uint64_t, sizeof(hallmark::MarkCounts) / 8>;
  Fields fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = std::uint64_t{1} << i;
  auto sum = std::bit_cast<hallmark::MarkCounts>(fields);
  sum += sum;
  for (std::uint64_t& field : fields) field *= 2;
  EXPECT_EQ(std::bit_cast<Fields>(sum), fields);
}

}  // namespace
