// Workers that add to a grey set and take from it at once, and what must hold. The heap is a model: one or two pages,
// each with one or two words of bits.
//
// Outcome: for each item a, b in turn the thread that took it; '.' if it was left in the set.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <hallmark/mark/grey_set.hpp>

#include "models/engine/core/model.hpp"
#include "models/heap/publication.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::grey_set_model {

/// Items a and b, and their granules.
struct Places {
  std::size_t words_of_page = 1;
  std::size_t pages = 1;
  std::array<std::size_t, 2> granules{};
};
inline constexpr Places kSameWord{.granules = {3, 5}};
inline constexpr Places kTwoWords{.words_of_page = 2, .granules = {3, 64 + 5}};
inline constexpr Places kTwoPages{.pages = 2, .granules = {3, 64 + 5}};

template <const Places& P>
class BitsOfPages {
 public:
  using Item = char;
  static constexpr std::size_t kGreyWordsOfPage = P.words_of_page;

  sync::atomic<std::uint64_t>& grey_word(std::size_t i) { return words_[i]; }
  sync::atomic<std::uint64_t>& grey_page(std::size_t page) { return pages_[page]; }
  std::size_t grey_page_count() const { return P.pages; }
  std::size_t granule_in_heap(char item) const { return P.granules[static_cast<std::size_t>(item - 'a')]; }
  char at_granule(std::size_t granule) const {
    for (std::size_t i = 0; i < P.granules.size(); ++i) {
      if (P.granules[i] == granule) return static_cast<char>('a' + i);
    }
    return '?';
  }

 private:
  std::array<sync::atomic<std::uint64_t>, P.words_of_page * P.pages> words_{};
  std::array<sync::atomic<std::uint64_t>, P.pages> pages_{};
};

/// Common ground: an item is an object, a plain field that is written before it is added and read by whoever takes it.
template <const Places& P>
class GreyScenario : public check::Scenario {
 public:
  GreyScenario() : set_(bits_) {}

  void after() override {
    std::array<bool, kItems> left{};
    static_cast<void>(set_.take([&](char item) { left[index_of(item)] = true; }));
    std::array<char, kItems> letters{};
    for (std::size_t i = 0; i < kItems; ++i) {
      unsigned times = left[i] ? 1 : 0;
      for (const auto& row : taken_) times += row[i];
      expect(times <= (added_[i] ? 1U : 0U), "I1: an item was taken twice");
      expect(times == (added_[i] ? 1U : 0U), "I1: an item was lost");
      letters[i] = letters_[i] == '\0' ? '.' : letters_[i];
    }
    outcome({letters.data(), letters.size()});
  }

 protected:
  void add(char item) {
    fields_[index_of(item)].write(value_of(item));
    added_[index_of(item)] = true;
    set_.add(item);
  }

  std::size_t take(unsigned thread) {
    return set_.take([&](char item) {
      const std::size_t i = index_of(item);
      ++taken_[thread][i];
      letters_[i] = static_cast<char>('0' + thread);
      expect(fields_[i].read() == value_of(item), "I3: the object is not what was written before it was added");
    });
  }

  bool seen_empty() const { return set_.empty(); }
  void reset() { set_.reset(); }
  bool was_taken(char item) const { return letters_[index_of(item)] != '\0'; }

 private:
  static constexpr std::size_t kItems = 2;
  static constexpr unsigned kThreads = 3;

  std::size_t index_of(char item) const {
    expect(item == 'a' || item == 'b', "an item was taken that nobody added");
    return static_cast<std::size_t>(item - 'a');
  }
  static int value_of(char item) { return 100 + item; }

  BitsOfPages<P> bits_;
  GreySet<BitsOfPages<P>> set_;
  std::array<sync::plain<int>, kItems> fields_{};
  std::array<bool, kItems> added_{};                            // each by one thread only
  std::array<std::array<unsigned, kItems>, kThreads> taken_{};  // each row by one thread only
  std::array<char, kItems> letters_{};                          // each by one thread, unless it is taken twice
};

/// b comes after a, into the same word, so nobody takes b and leaves a.
class SameWord final : public GreyScenario<kSameWord> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.same_word",
                                             .holds = "items that come into a word while it is emptied are taken once",
                                             .threads = 2,
                                             .outcomes = {"..", "1.", "11"},
                                             .load_buffering = false};
  void thread(unsigned id) override {
    if (id == 0) {
      add('a');
      add('b');
    } else {
      take(1);
      take(1);
    }
  }
};

class TwoWords final : public GreyScenario<kTwoWords> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.two_words",
                                             .holds = "items that come into two words of a page are taken once",
                                             .threads = 2,
                                             .outcomes = {"..", "1.", "11"},
                                             .load_buffering = false};
  void thread(unsigned id) override {
    if (id == 0) {
      add('a');
      add('b');
    } else {
      take(1);
      take(1);
    }
  }
};

/// The taker passes a's page first: b may be found, and a not.
class TwoPages final : public GreyScenario<kTwoPages> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.two_pages",
                                             .holds = "items that come into two pages are taken once",
                                             .threads = 2,
                                             .outcomes = {"..", ".1", "1.", "11"}};
  void thread(unsigned id) override {
    if (id == 0) {
      add('a');
      add('b');
    } else {
      take(1);
    }
  }
};

/// The taker may find the item of one adder by the page's bit of the other.
class TwoAdders final : public GreyScenario<kSameWord> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.two_adders",
                                             .holds = "items that two workers add to one word are taken once",
                                             .threads = 3,
                                             .outcomes = {"..", ".2", "2.", "22"}};
  void thread(unsigned id) override {
    if (id == 0) add('a');
    if (id == 1) add('b');
    if (id == 2) take(2);
  }
};

class TwoTakers final : public GreyScenario<kSameWord> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.two_takers",
                                             .holds = "of two workers that find an item one gets it",
                                             .threads = 3,
                                             .outcomes = {"..", "1.", "2.", "11", "12", "21", "22"},
                                             .load_buffering = false};
  void thread(unsigned id) override {
    if (id == 0) {
      add('a');
      add('b');
    } else {
      take(id);
    }
  }
};

/// a is in the set when the threads begin, so one of the takers gets it. Each empties two words one by one.
class TwoTakersTwoWords final : public GreyScenario<kTwoWords> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.two_takers_two_words",
                                             .holds = "of two workers that find an item of two words one gets it",
                                             .threads = 3,
                                             .outcomes = {"1.", "2.", "11", "12", "21", "22"}};
  TwoTakersTwoWords() { add('a'); }
  void thread(unsigned id) override {
    if (id == 0) {
      add('b');
    } else {
      take(id);
    }
  }
};

/// Outcome: a; then what thread 2 has seen: '-' it doesn't know of the item, '0' the set isn't empty, '1' it is.
class Looker final : public GreyScenario<kSameWord> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.looker",
                                             .holds = "whoever comes after an add finds the item, unless it was taken",
                                             .threads = 3,
                                             .outcomes = {".-", ".0", "1-", "10", "11"}};
  void thread(unsigned id) override {
    if (id == 0) {
      add('a');
      known_.publish();
    } else if (id == 1) {
      take(1);
    } else if (known_.received()) {
      seen_ = seen_empty() ? '1' : '0';
    }
  }
  void after() override {
    const bool taken = was_taken('a');
    expect(taken || seen_ != '1', "I2: an item is in the set, and a worker that comes after the add doesn't see it");
    expect(taken != (take(0) == 1), "I1: an item was lost, or taken twice");
    outcome(std::array<char, 3>{taken ? '1' : '.', seen_}.data());
  }

 private:
  model::Publication known_;
  char seen_ = '-';  // by thread 2
};

/// Outcome: a, which thread 0 takes; b, which thread 1 adds in the next marking, and takes.
class Reset final : public GreyScenario<kSameWord> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "grey_set.reset",
                                             .holds = "the next marking finds the set empty, and what it adds itself",
                                             .threads = 2,
                                             .outcomes = {"0.", "01"},
                                             .load_buffering = false};
  void thread(unsigned id) override {
    if (id == 0) {
      add('a');
      expect(take(0) == 1, "I1: an item was lost");
      reset();
      next_.publish();
    } else if (next_.received()) {
      expect(seen_empty(), "the set is reset, and a worker finds it used");
      add('b');
      expect(!seen_empty() && take(1) == 1, "I2: a worker doesn't see its own item");
    }
  }

 private:
  model::Publication next_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::grey_set_model
