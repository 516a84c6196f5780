// What may run at once on an inbox, and what must hold. The scenarios are templates over the inbox, so that the
// kernel's and the gallery's broken ones meet the same judges.
//
// Outcome letters: +  accepted    F  refused, full    a digit: the drained items together, a = 1, b = 2, c = 4
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <hallmark/mark/inbox.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::inbox_model {

/// An inbox whose cells can be observed.
template <class Box>
class Observed : public Box {
 public:
  char cell(std::size_t i) const { return this->cells_[i].load(check::observing()); }
};

/// Common ground: three objects 'a' to 'c', exactly-once accounting. The inbox holds the objects' letters; an object is
/// a plain field, written before the push and read by the owner. Box: Inbox<char, N> or a broken variant of it.
/// Thread 0 is the owner.
template <class Box>
class InboxScenario : public check::Scenario {
 public:
  void invariant() override {
    for (std::size_t i = 1; i < Box::kCapacity; ++i) {
      expect(inbox_.cell(i) == '\0' || inbox_.cell(i) != inbox_.cell(i - 1), "an item stands in two cells");
    }
  }

  void after() override {
    // What is left is the owner's.
    static_cast<void>(inbox_.drain([this](char item) { take(item); }));
    expect(inbox_.empty(), "an inbox that was drained while nobody sends is not empty");
    for (std::size_t i = 0; i < kObjects; ++i) {
      expect(taken_[i] <= accepted_[i], "I1: an item was drained twice");
      expect(taken_[i] >= accepted_[i], "I1: an accepted item was lost");
    }
    outcome(letters_.data());
  }

 protected:
  explicit InboxScenario(std::string_view held = "") {
    for (const char item : held) push(item, 0);
  }

  // The operations. `place` is the position of the result's letter in the outcome.

  /// Any thread: writes the object's field, then pushes the object, beginning at cell `first`.
  void push(char item, std::size_t first, std::size_t place) { letters_[place] = push(item, first) ? '+' : 'F'; }

  /// Owner.
  void drain(std::size_t place) {
    int sum = 0;
    const std::size_t count = inbox_.drain([&](char item) {
      take(item);
      sum += 1 << index_of(item);
    });
    expect((count == 0) == (sum == 0), "drain miscounts");
    letters_[place] = static_cast<char>('0' + sum);
  }

  /// Owner: what the inbox is said to hold must be there to drain.
  void look_and_drain(std::size_t place) {
    const bool empty = inbox_.empty();
    drain(place);
    expect(empty || letters_[place] != '0', "the owner was told of an item and did not find it");
  }

 private:
  static constexpr std::size_t kObjects = 3;

  static std::size_t index_of(char item) { return static_cast<std::size_t>(item - 'a'); }
  static int value_of(char item) { return 100 + item; }

  bool push(char item, std::size_t first) {
    fields_[index_of(item)].write(value_of(item));
    const bool accepted = inbox_.push(item, first);
    accepted_[index_of(item)] += accepted ? 1 : 0;
    return accepted;
  }

  void take(char item) {
    expect(item >= 'a' && item < static_cast<char>('a' + kObjects), "an item was drained that nobody pushed");
    ++taken_[index_of(item)];
    expect(fields_[index_of(item)].read() == value_of(item), "I2: the object is not what was written before its push");
  }

  Observed<Box> inbox_;
  std::array<sync::plain<int>, kObjects> fields_{};
  std::array<unsigned, kObjects> accepted_{};  // each by its sender only
  std::array<unsigned, kObjects> taken_{};     // owner only
  std::array<char, 6> letters_{};              // each place by one thread only
};

/// Outcome: drain, push.
template <class Box>
class Publication final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "inbox.publication",
                                             .holds = "the owner sees all that was written before the push",
                                             .threads = 2,
                                             .outcomes = {"0+", "1+"}};

  void thread(unsigned id) override {
    if (id == 0) {
      this->look_and_drain(0);
    } else {
      this->push('a', 0, 1);
    }
  }
};

/// One cell, taken. Outcome: drain, push.
template <class Box>
class Full final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "inbox.full",
                                             .holds = "a full inbox refuses, and takes an item once it was drained",
                                             .threads = 2,
                                             .outcomes = {"1+", "1F"}};

  Full() : InboxScenario<Box>("a") {}

  void thread(unsigned id) override {
    if (id == 0) {
      this->drain(0);
    } else {
      this->push('b', 0, 1);
    }
  }
};

/// One cell. Outcome: drain, drain, push, push.
template <class Box>
class Refill final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "inbox.refill",
                                             .holds = "a cell is used again as soon as it was drained, and not before",
                                             .threads = 2,
                                             .outcomes = {"00+F", "01++", "01+F", "10++", "10+F", "12++"}};

  void thread(unsigned id) override {
    if (id == 0) {
      this->look_and_drain(0);
      this->drain(1);
    } else {
      this->push('a', 0, 2);
      this->push('b', 0, 3);
    }
  }
};

/// One cell. Outcome: drain, drain, the first sender's push, the second's.
template <class Box>
class TwoSenders final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "inbox.two_senders",
      .holds = "two senders never share a cell",
      .threads = 3,
      .outcomes = {"00+F", "00F+", "01++", "01+F", "02++", "02F+", "10++", "10+F", "12++", "20++", "20F+", "21++"}};

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->drain(0);
        this->drain(1);
        break;
      case 1: this->push('a', 0, 2); break;
      case 2: this->push('b', 0, 3); break;
    }
  }
};

/// Two cells, and room for both. Outcome: drain, push, push.
template <class Box>
class TwoCells final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "inbox.two_cells",
                                             .holds = "a sender that meets another goes on to the next cell",
                                             .threads = 3,
                                             .outcomes = {"0++", "1++", "2++", "3++"}};

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->drain(0); break;
      case 1: this->push('a', 0, 1); break;
      case 2: this->push('b', 0, 2); break;
    }
  }
};

/// Two cells; both senders begin at the last one. Outcome: drain, drain, push, push.
template <class Box>
class WrapAround final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "inbox.wrap_around",
      .holds = "a search that begins at the last cell goes on at the first",
      .threads = 3,
      .outcomes = {"00++", "01++", "02++", "03++", "10++", "12++", "20++", "21++", "30++"},
      .load_buffering = false};

  void thread(unsigned id) override {
    switch (id) {
      case 0:
        this->drain(0);
        this->drain(1);
        break;
      case 1: this->push('a', 1, 2); break;
      case 2: this->push('b', Box::kCapacity + 1, 3); break;
    }
  }
};

/// Two cells. Outcome: drain, the pushes of three senders.
template <class Box>
class ThreeSenders final : public InboxScenario<Box> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "inbox.three_senders",
      .holds = "of three senders to two cells one may be refused, and only if both hold an item",
      .threads = 4,
      .outcomes = {"0++F", "0+F+", "0F++", "1+++", "1++F", "1+F+", "2+++", "2++F", "2F++", "3+++", "3++F", "4+++",
                   "4+F+", "4F++", "5+++", "5+F+", "6+++", "6F++"},
      .load_buffering = false};

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->drain(0); break;
      case 1: this->push('a', 0, 1); break;
      case 2: this->push('b', 1, 2); break;
      case 3: this->push('c', 0, 3); break;
    }
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::inbox_model
