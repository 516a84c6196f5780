// What may run at once on a work-stealing deque, and what must hold. The scenarios are templates over the deque, so
// that the kernel's and the gallery's broken ones meet the same judges.
//
// Outcome letters: a b c d  the item taken    -  empty    !  lost race    F  refused, full    +  accepted
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <hallmark/mark/steal_queue.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::steal_queue_model {

/// A queue whose indices can be observed.
template <class Queue>
class Observed : public Queue {
 public:
  using Queue::Queue;

  std::uint64_t top() const { return this->top_.load(check::observing()); }
  std::uint64_t bottom() const { return this->bottom_.load(check::observing()); }
};

/// Common ground: four objects 'a' to 'd', exactly-once accounting, invariants I1-I4 of the queue. The queue holds the
/// objects' letters; an object is a plain field, written before the push and read by whoever takes the object.
/// Queue: StealQueue<char, N> or a broken variant of it. Thread 0 is the owner.
template <class Queue>
class QueueScenario : public check::Scenario {
 public:
  void invariant() override {
    const std::uint64_t top = queue_.top();
    expect(static_cast<std::int64_t>(top - highest_top_) >= 0, "I1: top decreased");
    highest_top_ = top;
    const auto size = static_cast<std::int64_t>(queue_.bottom() - top);
    expect(size >= -1 && size <= static_cast<std::int64_t>(Queue::kCapacity), "I2: bottom - top left [-1, N]");
  }

  void after() override {
    const auto size = static_cast<std::int64_t>(queue_.bottom() - queue_.top());
    expect(size >= 0, "I2: bottom - top is negative between owner operations");
    // What is left is the owner's.
    while (const std::optional<char> item = queue_.pop()) take(kOwnerAfterwards, *item);
    for (std::size_t i = 0; i < kObjects; ++i) {
      unsigned times = 0;
      for (const auto& row : taken_) times += row[i];
      expect(times <= accepted_[i], "I3: an item was taken twice");
      expect(times >= accepted_[i], "I3: an item was lost");
    }
    outcome(letters_.data());
  }

 protected:
  /// `queued` are the items that the queue holds when the threads start.
  explicit QueueScenario(std::string_view queued, std::uint64_t first_index = 0)
      : highest_top_(first_index), queue_(first_index) {
    for (const char item : queued) push(item);
  }

  // The operations. `place` is the position of the result's letter in the outcome.

  /// Owner: writes the object's field, then pushes the object.
  bool push(char item) {
    fields_[index_of(item)].write(value_of(item));
    const bool accepted = queue_.push(item);
    accepted_[index_of(item)] += accepted ? 1 : 0;
    return accepted;
  }
  void push(char item, std::size_t place) { letters_[place] = push(item) ? '+' : 'F'; }

  /// Owner.
  void pop(std::size_t place) {
    const std::optional<char> item = queue_.pop();
    letters_[place] = item ? take(0, *item) : '-';
  }

  /// Threads 1 and up.
  void steal(unsigned thief, std::size_t place) {
    const StealResult<char> result = queue_.steal();
    switch (result.outcome) {
      case StealOutcome::success: letters_[place] = take(thief, result.item); break;
      case StealOutcome::empty: letters_[place] = '-'; break;
      case StealOutcome::lost_race: letters_[place] = '!'; break;
    }
  }

  /// Any thread: the letter is the digit of the size.
  void size(std::size_t place) {
    const std::size_t size = queue_.size();
    expect(size <= Queue::kCapacity, "a size above the capacity was reported");
    letters_[place] = static_cast<char>('0' + size);
  }

 private:
  static constexpr std::size_t kObjects = 4;
  static constexpr unsigned kOwnerAfterwards = 4;  // row of taken_: what after() finds

  static std::size_t index_of(char item) { return static_cast<std::size_t>(item - 'a'); }
  static int value_of(char item) { return 100 + item; }

  char take(unsigned thread, char item) {
    expect(item >= 'a' && item < static_cast<char>('a' + kObjects), "an item was taken that nobody pushed");
    ++taken_[thread][index_of(item)];
    expect(fields_[index_of(item)].read() == value_of(item), "I4: the object is not what was written before its push");
    return item;
  }

  std::uint64_t highest_top_;
  Observed<Queue> queue_;
  std::array<sync::plain<int>, kObjects> fields_{};
  std::array<unsigned, kObjects> accepted_{};                                 // owner only
  std::array<std::array<unsigned, kObjects>, kOwnerAfterwards + 1> taken_{};  // each row by one thread only
  std::array<char, 9> letters_{};                                             // each place by one thread only
};

constexpr std::uint64_t kJustBelowWrap = std::numeric_limits<std::uint64_t>::max();

/// Outcome: pop, steal.
template <class Queue>
class LastItem final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.last_item",
                                             .holds = "the last item goes to the owner or to the thief",
                                             .threads = 2,
                                             .outcomes = {"-a", "a!", "a-"}};

  LastItem() : QueueScenario<Queue>("a") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->pop(0); break;
      case 1: this->steal(1, 1); break;
    }
  }
};

/// Outcome: pop, steal, steal.
template <class Queue>
class LastItemTwoThieves final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.last_item_two_thieves",
                                             .holds = "the last item goes to one of three",
                                             .threads = 3,
                                             .outcomes = {"-!a", "--a", "-a!", "-a-", "a!!", "a!-", "a-!", "a--"}};

  LastItemTwoThieves() : QueueScenario<Queue>("a") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->pop(0); break;
      case 1: this->steal(1, 1); break;
      case 2: this->steal(2, 2); break;
    }
  }
};

/// Outcome: steal.
template <class Queue>
class Publication final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.publication",
                                             .holds = "a thief sees all that was written before the push",
                                             .threads = 2,
                                             .outcomes = {"-", "a"}};

  Publication() : QueueScenario<Queue>("") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->push('a'); break;
      case 1: this->steal(1, 0); break;
    }
  }
};

/// Outcome: steal, steal.
template <class Queue>
class PublicationTwoThieves final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.publication_two_thieves",
                                             .holds = "one of two thieves gets the item and sees the object",
                                             .threads = 3,
                                             .outcomes = {"!a", "--", "-a", "a!", "a-"}};

  PublicationTwoThieves() : QueueScenario<Queue>("") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->push('a'); break;
      case 1: this->steal(1, 0); break;
      case 2: this->steal(2, 1); break;
    }
  }
};

/// Outcome: pop, steal, steal.
template <class Queue>
class TwoItemsOnePop final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.two_items_one_pop",
                                             .holds = "two steals and a pop share two items",
                                             .threads = 2,
                                             .outcomes = {"-ab", "ba!", "ba-"}};

  TwoItemsOnePop() : QueueScenario<Queue>("ab") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->pop(0); break;
      case 1:
        this->steal(1, 1);
        this->steal(1, 2);
        break;
    }
  }
};

/// Outcome: pop, pop, steal.
template <class Queue>
class TwoItemsTwoPops final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.two_items_two_pops",
                                             .holds = "two pops and a steal share two items",
                                             .threads = 2,
                                             .outcomes = {"b-a", "ba!", "ba-"}};

  TwoItemsTwoPops() : QueueScenario<Queue>("ab") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->pop(0);
        this->pop(1);
        break;
      case 1: this->steal(1, 2); break;
    }
  }
};

/// Outcome: pop, steal, steal.
template <class Queue>
class PushesAndPop final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.pushes_and_pop_two_thieves",
                                             .holds = "items pushed while two thieves steal are taken once",
                                             .threads = 3,
                                             .outcomes = {"-ab", "-ba", "b!a", "b--", "b-a", "ba!", "ba-"}};

  PushesAndPop() : QueueScenario<Queue>("") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('a');
        this->push('b');
        this->pop(0);
        break;
      case 1: this->steal(1, 1); break;
      case 2: this->steal(2, 2); break;
    }
  }
};

/// Outcome: push, steal.
template <class Queue>
class Full final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "steal_queue.full",
      .holds = "a full queue refuses, and takes an item once a thief has made room",
      .threads = 2,
      .outcomes = {"+a", "Fa"}};

  Full() : QueueScenario<Queue>("ab") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->push('c', 0); break;
      case 1: this->steal(1, 1); break;
    }
  }
};

/// Outcome: push, push, steal, steal.
template <class Queue>
class SlowThief final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "steal_queue.slow_thief",
      .holds = "a slot is re-used only when no thief can still take its old item",
      .threads = 3,
      .outcomes = {"++ab", "++ba", "+F!a", "+Fa!", "+Fab", "+Fba", "F+!a", "F+a!", "F+ab", "F+ba", "FF!a", "FFa!",
                   "FFab", "FFba"}};

  SlowThief() : QueueScenario<Queue>("ab") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('c', 0);
        this->push('d', 1);
        break;
      case 1: this->steal(1, 2); break;
      case 2: this->steal(2, 3); break;
    }
  }
};

/// Outcome: pop, pop, steal, steal.
template <class Queue>
class PushPopMix final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "steal_queue.push_pop_mix",
      .holds = "pushes and pops against two steals of one thief",
      .threads = 2,
      .outcomes = {"--ab", "-b-a", "-ba!", "-ba-", "a-!b", "a--b", "a-b-", "ab!!", "ab!-", "ab-!", "ab--"}};

  PushPopMix() : QueueScenario<Queue>("") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('a');
        this->pop(0);
        this->push('b');
        this->pop(1);
        break;
      case 1:
        this->steal(1, 2);
        this->steal(1, 3);
        break;
    }
  }
};

/// Outcome: pop, pop, steal.
template <class Queue>
class EmptyPop final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.empty_pop",
                                             .holds = "a pop of an empty queue leaves it usable",
                                             .threads = 2,
                                             .outcomes = {"--a", "-a!", "-a-"}};

  EmptyPop() : QueueScenario<Queue>("") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->pop(0);
        this->push('a');
        this->pop(1);
        break;
      case 1: this->steal(1, 2); break;
    }
  }
};

/// Outcome: pop, pop, steal, steal.
template <class Queue>
class FourItems final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "steal_queue.four_items",
      .holds = "owner and thief work at the two ends of a long queue without meeting",
      .threads = 2,
      .outcomes = {"dcab"}};

  FourItems() : QueueScenario<Queue>("abc") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('d');
        this->pop(0);
        this->pop(1);
        break;
      case 1:
        this->steal(1, 2);
        this->steal(1, 3);
        break;
    }
  }
};

/// Outcome: pop, pop, steal, steal.
template <class Queue>
class DrainTwoThieves final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.drain_two_thieves",
                                             .holds = "three items, two pops and two thieves",
                                             .threads = 3,
                                             .outcomes = {"c-ab", "c-ba", "cb!a", "cb-a", "cba!", "cba-"}};

  DrainTwoThieves() : QueueScenario<Queue>("abc") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->pop(0);
        this->pop(1);
        break;
      case 1: this->steal(1, 2); break;
      case 2: this->steal(2, 3); break;
    }
  }
};

/// Outcome: push, pop, steal, steal.
template <class Queue>
class IndexWrap final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.index_wrap",
                                             .holds = "the indices pass 2^64 while items are pushed and stolen",
                                             .threads = 2,
                                             .outcomes = {"+cab", "F-ab", "Fba!", "Fba-"}};

  IndexWrap() : QueueScenario<Queue>("ab", kJustBelowWrap) {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('c', 0);
        this->pop(1);
        break;
      case 1:
        this->steal(1, 2);
        this->steal(1, 3);
        break;
    }
  }
};

/// Outcome: push, push, steal, steal.
template <class Queue>
class IndexWrapSlowThief final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.index_wrap_slow_thief",
                                             .holds = "as slow_thief, across the wrap-around of the indices",
                                             .threads = 3,
                                             .outcomes = {"++ab", "++ba", "+F!a", "+Fa!", "+Fab", "+Fba", "F+!a",
                                                          "F+a!", "F+ab", "F+ba", "FF!a", "FFa!", "FFab", "FFba"}};

  IndexWrapSlowThief() : QueueScenario<Queue>("ab", kJustBelowWrap) {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('c', 0);
        this->push('d', 1);
        break;
      case 1: this->steal(1, 2); break;
      case 2: this->steal(2, 3); break;
    }
  }
};

/// Outcome: pop, size.
template <class Queue>
class SizeHint final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.size_hint",
                                             .holds = "a size that is read while the owner works lies in [0, N]",
                                             .threads = 2,
                                             .outcomes = {"a0", "a1", "a2"}};

  SizeHint() : QueueScenario<Queue>("") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->push('a');
        this->pop(0);
        this->push('b');
        break;
      case 1: this->size(1); break;
    }
  }
};

/// Outcome: pop, push, steal, size.
template <class Queue>
class SizeHintThief final : public QueueScenario<Queue> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "steal_queue.size_hint_thief",
                                             .holds = "a size that is read while all work lies in [0, N]",
                                             .threads = 3,
                                             .outcomes = {"b+a0", "b+a1", "b+a2"}};

  SizeHintThief() : QueueScenario<Queue>("ab") {}

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->pop(0);
        this->push('c', 1);
        break;
      case 1: this->steal(1, 2); break;
      case 2: this->size(3); break;
    }
  }
};
}  // namespace hallmark::inline HALLMARK_NAMESPACE::steal_queue_model
