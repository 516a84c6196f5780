// A worker that spills from its worklist to its steal queue while another steals, and what must hold.
//
// Outcome: for each item a, b, c, d in turn the thread that took it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/worklist.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::worklist_model {

/// A few segments in the object itself. Owner only.
template <std::size_t N, std::size_t Segments>
class FewSegments {
 public:
  using Segment = WorklistSegment<char, N>;

  Segment* acquire() {
    for (std::size_t i = 0; i < Segments; ++i) {
      if (!used_[i]) {
        used_[i] = true;
        return &segments_[i];
      }
    }
    return nullptr;
  }
  void release(Segment* segment) { used_[static_cast<std::size_t>(segment - segments_.data())] = false; }

 private:
  std::array<Segment, Segments> segments_{};
  std::array<bool, Segments> used_{};
};

/// Common ground: four objects, each a plain field that the owner writes before it pushes the object, and that whoever
/// takes it reads. Thread 0 is the owner.
template <std::size_t SegmentItems, std::size_t QueueItems>
class SpillScenario : public check::Scenario {
 public:
  SpillScenario() : worklist_(source_) {}

  void after() override {
    expect(worklist_.empty() && queue_.empty(), "I2: the owner has taken what it finds, and something is left");
    for (std::size_t i = 0; i < kObjects; ++i) {
      expect(taken_[0][i] + taken_[1][i] <= 1, "I2: an item was taken twice");
      expect(taken_[0][i] + taken_[1][i] >= 1, "I2: an item was lost");
    }
    outcome(letters_.data());
  }

 protected:
  void push_all() {
    for (const char item : std::string_view("abcd")) {
      fields_[index_of(item)].write(value_of(item));
      expect(worklist_.push(item), "the source refused a segment that it has");
    }
  }

  void spill() { static_cast<void>(worklist_.spill(queue_)); }

  void take_all() {
    while (const std::optional<char> item = worklist_.pop()) take(0, *item);
    while (const std::optional<char> item = queue_.pop()) take(0, *item);
  }

  void steal() {
    const StealResult<char> result = queue_.steal();
    if (result.outcome == StealOutcome::success) take(1, result.item);
  }

 private:
  static constexpr std::size_t kObjects = 4;

  static std::size_t index_of(char item) { return static_cast<std::size_t>(item - 'a'); }
  static int value_of(char item) { return 100 + item; }

  void take(unsigned thread, char item) {
    expect(item >= 'a' && item < static_cast<char>('a' + kObjects), "an item was taken that nobody pushed");
    const std::size_t i = index_of(item);
    ++taken_[thread][i];
    letters_[i] = static_cast<char>('0' + thread);
    expect(fields_[i].read() == value_of(item), "the object is not what was written before its push");
  }

  FewSegments<SegmentItems, 4> source_;
  Worklist<FewSegments<SegmentItems, 4>> worklist_;
  StealQueue<char, QueueItems> queue_;
  std::array<sync::plain<int>, kObjects> fields_{};
  std::array<std::array<unsigned, kObjects>, 2> taken_{};  // each row by one thread only
  std::array<char, kObjects + 1> letters_{};               // each by one thread, unless an item is taken twice
};

class SpillAndSteal final : public SpillScenario<2, 2> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worklist.spill_and_steal",
                                             .holds = "the older half can be stolen, in the order of its pushes",
                                             .threads = 2,
                                             .outcomes = {"0000", "1000", "1100"},
                                             .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 0) {
      push_all();
      spill();
      take_all();
    } else {
      steal();
      steal();
    }
  }
};

class SpillIntoFullQueue final : public SpillScenario<1, 1> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worklist.spill_into_full_queue",
                                             .holds = "what the queue refuses stays in the worklist",
                                             .threads = 2,
                                             .outcomes = {"0000", "1000", "1100"},
                                             .load_buffering = false};

  SpillIntoFullQueue() { push_all(); }

  void thread(unsigned id) override {
    if (id == 0) {
      spill();
      spill();
      take_all();
    } else {
      steal();
      steal();
    }
  }
};

/// Outcome: the segments that a monitor sees, twice, while the owner grows to two.
class Monitor final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "worklist.monitor",
                                             .holds = "a monitor sees counters that the owner wrote, in their order",
                                             .threads = 2,
                                             .outcomes = {"00", "01", "02", "11", "12", "22"}};

  Monitor() : worklist_(source_) {}

  void thread(unsigned id) override {
    if (id == 0) {
      expect(worklist_.push('a') && worklist_.push('b'), "the source refused a segment that it has");
    } else {
      for (char& letter : letters_) letter = static_cast<char>('0' + worklist_.statistics().growths);
    }
  }

  void after() override { outcome({letters_.data(), letters_.size()}); }

 private:
  FewSegments<1, 2> source_;
  Worklist<FewSegments<1, 2>> worklist_;
  std::array<char, 2> letters_{};
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::worklist_model
