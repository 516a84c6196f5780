// try_mark by compare-exchange: the loop that C4 shows right and M2 shows wrong.
//
// A compare-exchange fails when another marker has changed the word. Each failure means that one more bit of the word
// is set, or another thread's compare-exchange could not have changed it; with m other calls on the word, m + 1 tries
// are enough. A loop that tries more often makes no progress.
#pragma once

#include <cstddef>
#include <cstdint>

#include <hallmark/heap/mark_bitmap.hpp>

#include "models/heap/mark_bitmap_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {

/// What the loop expects the next time.
enum class Retry : unsigned char { with_what_was_read, with_what_was_expected };

template <Retry How>
class CasBitmap : public MarkBitmap<128> {
 public:
  bool try_mark(std::size_t index) {
    constexpr unsigned kMostTries = 4;  // no scenario has more than three other calls on a word
    sync::atomic<std::uint64_t>& word = this->words_[index / 64];
    std::uint64_t expected = word.load(order<"gallery_mark_cas.try_mark.load_word">(relaxed));
    for (unsigned tries = 0; tries < kMostTries; ++tries) {
      if ((expected & bit_of(index)) != 0) return false;
      std::uint64_t found = expected;
      if (word.compare_exchange_strong(found, expected | bit_of(index),
                                       order<"gallery_mark_cas.try_mark.cas_word">(relaxed),
                                       order<"gallery_mark_cas.try_mark.cas_fail_word">(relaxed))) {
        return true;
      }
      if (How == Retry::with_what_was_read) expected = found;
    }
    made_no_progress.store(true, order<"gallery_mark_cas.try_mark.store_made_no_progress">(relaxed));
    return false;
  }

  sync::atomic<bool> made_no_progress;
};

/// Outcome: cell 0, cell 1, cell 0.
template <class Bitmap>
class Progress final : public mark_bitmap_model::MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.progress",
                                             .holds = "marking ends, however the markers of one word meet",
                                             .threads = 3,
                                             .outcomes = {"-ww", "ww-"}};

  void thread(unsigned id) override { this->mark(id, id % 2, id); }

  void after() override {
    this->expect(!this->bitmap_.made_no_progress.load(check::observing()), "a marker tries for ever");
    mark_bitmap_model::MarkScenario<Bitmap>::after();
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
