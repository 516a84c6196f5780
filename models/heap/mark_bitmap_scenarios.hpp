// What may run at once on a mark bitmap, and what must hold. The scenarios are templates over the bitmap, so that the
// kernel's and the gallery's broken ones meet the same judges.
//
// Outcome letters: w  marked the cell    -  it was marked already    1 0  true, false; 0 also: no object received
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <hallmark/heap/mark_bitmap.hpp>

#include "models/engine/core/model.hpp"
#include "models/heap/publication.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::mark_bitmap_model {

/// A bitmap whose words can be observed.
template <class Bitmap>
class Observed : public Bitmap {
 public:
  std::uint64_t word(std::size_t i) const { return this->words_[i].load(check::observing()); }
};

/// The kernel's bitmap as its only marker uses it.
class OneMarkerBitmap : public MarkBitmap<128> {
 public:
  bool try_mark(std::size_t index) { return MarkBitmap<128>::try_mark<Markers::one>(index); }
};

/// Common ground: objects in the cells 0, 1 and 64 of two words. Whoever marks a cell traces the object: it reads the
/// object's field and counts the trace in a plain field, so that two tracers of one object race.
/// Bitmap: MarkBitmap<128> or a broken variant of it.
template <class Bitmap>
class MarkScenario : public check::Scenario {
 public:
  void invariant() override {
    for (std::size_t i = 0; i < Bitmap::kWords; ++i) {
      const std::uint64_t word = bitmap_.word(i);
      expect((seen_[i] & ~word) == 0, "I1: a mark was lost");
      seen_[i] = word;
    }
  }

  void after() override {
    for (const std::size_t cell : kCells) {
      const bool marked = (bitmap_.word(cell / 64) >> (cell % 64) & 1U) != 0;
      unsigned tried = 0;
      unsigned won = 0;
      for (const auto& row : tried_) tried += row[place_of(cell)];
      for (const auto& row : won_) won += row[place_of(cell)];
      expect(marked == (tried > 0), "a cell that was to be marked is not, or the other way round");
      expect(won <= 1, "I2: a cell was marked by two callers");
      expect(won == (tried > 0 ? 1U : 0U), "I2: a cell is marked and nobody was told so");
      expect(traced_[place_of(cell)].read() == static_cast<int>(won), "an object was not traced once");
    }
    if (letters_[0] != '\0') outcome(letters_.data());
  }

 protected:
  static constexpr std::array<std::size_t, 3> kCells = {0, 1, 64};

  /// `place` is the position of the letter in the outcome.
  void mark(unsigned thread, std::size_t cell, std::size_t place) {
    ++tried_[thread][place_of(cell)];
    const bool won = bitmap_.try_mark(cell);
    letters_[place] = won ? 'w' : '-';
    if (!won) return;
    ++won_[thread][place_of(cell)];
    traced_[place_of(cell)].write(traced_[place_of(cell)].read() + 1);
  }

  void ask_whether_marked(std::size_t cell, std::size_t place) {
    letters_[place] = bitmap_.is_marked(cell) ? '1' : '0';
  }

  /// Asks about cells 0 and 64. A positive answer must be true of each of them.
  void ask_whether_fully_marked(std::size_t place) {
    constexpr std::array<std::uint64_t, 2> kAllocated = {1, 1};
    const bool full = bitmap_.is_fully_marked(kAllocated);
    letters_[place] = full ? '1' : '0';
    expect(!full || (bitmap_.is_marked(0) && bitmap_.is_marked(64)),
           "a page is fully marked and one of its cells isn't");
  }

  void write_object(std::size_t cell) { fields_[place_of(cell)].write(kValue); }
  void read_object(std::size_t cell) {
    expect(fields_[place_of(cell)].read() == kValue, "the object is not what was written before it was published");
  }

  Observed<Bitmap> bitmap_;
  std::array<char, 6> letters_{};  // each place by one thread only

 private:
  static constexpr int kValue = 42;
  static constexpr unsigned kThreads = 3;
  static constexpr std::size_t place_of(std::size_t cell) { return cell == 64 ? 2 : cell; }

  std::array<std::uint64_t, Bitmap::kWords> seen_{};
  std::array<sync::plain<int>, kCells.size()> fields_{};
  std::array<sync::plain<int>, kCells.size()> traced_{};
  std::array<std::array<unsigned, kCells.size()>, kThreads> tried_{};  // each row by one thread only
  std::array<std::array<unsigned, kCells.size()>, kThreads> won_{};    // likewise
};

/// Outcome: one letter a marker.
template <class Bitmap>
class SameBit final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.same_bit",
                                             .holds = "one of two markers marks a cell",
                                             .threads = 2,
                                             .outcomes = {"-w", "w-"}};

  void thread(unsigned id) override { this->mark(id, 0, id); }
};

/// Outcome: one letter a marker.
template <class Bitmap>
class SameBitThreeMarkers final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.same_bit_three_markers",
                                             .holds = "one of three markers marks a cell",
                                             .threads = 3,
                                             .outcomes = {"--w", "-w-", "w--"}};

  void thread(unsigned id) override { this->mark(id, 0, id); }
};

/// Outcome: the first marker's cell 0, cell 1; the second marker's cell 1, cell 0.
template <class Bitmap>
class SameWord final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.same_word",
                                             .holds = "two markers meet in one word and no mark is lost",
                                             .threads = 2,
                                             .outcomes = {"--ww", "w-w-", "ww--"}};

  void thread(unsigned id) override {
    const std::size_t first = id == 0 ? 0 : 1;
    this->mark(id, first, 2 * id);
    this->mark(id, 1 - first, 2 * id + 1);
  }
};

/// Outcome: cell 0, cell 1, cell 0.
template <class Bitmap>
class NeighbouringBits final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.neighbouring_bits",
                                             .holds = "a neighbour's mark neither wins nor loses a cell",
                                             .threads = 3,
                                             .outcomes = {"-ww", "ww-"}};

  void thread(unsigned id) override { this->mark(id, id % 2, id); }
};

/// Outcome: the first marker's cell 0, cell 64; the second marker's.
template <class Bitmap>
class DifferentWords final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.different_words",
                                             .holds = "each cell of two words is marked once",
                                             .threads = 2,
                                             .outcomes = {"--ww", "-ww-", "w--w", "ww--"}};

  void thread(unsigned id) override {
    this->mark(id, 0, 2 * id);
    this->mark(id, 64, 2 * id + 1);
  }
};

/// Outcome: one letter a marker.
template <class Bitmap>
class PublishedObject final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "mark_bitmap.published_object",
      .holds = "whoever marks an object sees its fields, through the reference and not through the mark",
      .threads = 3,
      .outcomes = {"-w", "00", "0w", "w-", "w0"}};

  void thread(unsigned id) override {
    if (id == 0) {
      this->write_object(0);
      reference_.publish();
      return;
    }
    this->letters_[id - 1] = '0';
    if (!reference_.received()) return;
    this->mark(id, 0, id - 1);
    this->read_object(0);
  }

 private:
  model::Publication reference_;
};

/// Outcome: the allocator, the marker.
template <class Bitmap>
class AllocatedBlack final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "mark_bitmap.allocated_black",
      .holds = "an object that is marked before it is published is never traced by a marker",
      .threads = 2,
      .outcomes = {"w-", "w0"}};

  void thread(unsigned id) override {
    if (id == 0) {
      this->write_object(1);
      this->mark(0, 1, 0);
      reference_.publish();
      return;
    }
    this->letters_[1] = '0';
    if (!reference_.received()) return;
    this->mark(1, 1, 1);
    this->read_object(1);
  }

 private:
  model::Publication reference_;
};

/// Outcome: fully marked? once, and again.
template <class Bitmap>
class FullyMarked final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "mark_bitmap.fully_marked",
      .holds = "while two markers work, a page that is said to be fully marked is so and stays so",
      .threads = 3,
      .outcomes = {"ww00", "ww01", "ww11"}};

  void thread(unsigned id) override {
    switch (id) {
      case 0: this->mark(0, 0, 0); break;
      case 1: this->mark(1, 64, 1); break;
      case 2:
        this->ask_whether_fully_marked(2);
        this->ask_whether_fully_marked(3);
        break;
    }
  }
};

/// Outcome: the second thread: received, mark.
template <class Bitmap>
class Cleared final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.cleared",
                                             .holds = "a cleared bitmap takes each mark once more",
                                             .threads = 2,
                                             .outcomes = {"0", "1w-"}};

  Cleared() {
    this->bitmap_.try_mark(0);
    this->bitmap_.try_mark(64);
  }

  void invariant() override {}  // here marks go

  void thread(unsigned id) override {
    if (id == 0) {
      this->bitmap_.clear();
      start_.publish();
      return;
    }
    this->letters_[0] = start_.received() ? '1' : '0';
    if (this->letters_[0] == '0') return;
    this->mark(1, 64, 1);
    this->mark(1, 64, 2);
  }

 private:
  model::Publication start_;
};

/// For a bitmap with one marker. Outcome: the marker's cell 0, 0, 64; another thread: 0 marked? fully marked?
template <class Bitmap>
class OneMarker final : public MarkScenario<Bitmap> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "mark_bitmap.one_marker",
                                             .holds = "a single marker marks by plain stores while others ask",
                                             .threads = 2,
                                             .outcomes = {"w-w00", "w-w01", "w-w10", "w-w11"}};

  void thread(unsigned id) override {
    if (id == 0) {
      this->mark(0, 0, 0);
      this->mark(0, 0, 1);
      this->mark(0, 64, 2);
    } else {
      this->ask_whether_marked(0, 3);
      this->ask_whether_fully_marked(4);
    }
  }
};

/// The allocation bits of the first word, and what is said about them. Outcome: fully marked?
/// Page: what asks the bitmap; fully_marked() returns the answer and sets `cells` to those that it is about.
template <class Page>
class AllocationMeanwhile final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "mark_bitmap.allocation_meanwhile",
      .holds = "every cell that a positive answer is about is marked, also when one is allocated meanwhile",
      .threads = 2,
      .outcomes = {"0", "1"}};

  AllocationMeanwhile() {
    page_.allocate(0);
    page_.marks.try_mark(0);
  }

  void thread(unsigned id) override {
    if (id == 0) {
      page_.allocate(1);
    } else {
      full_ = page_.fully_marked(cells_);
    }
  }

  void after() override {
    for (std::size_t cell = 0; cell < 2; ++cell) {
      const bool meant = (cells_ >> cell & 1U) != 0;
      expect(!full_ || !meant || page_.marks.is_marked(cell), "a page is fully marked and one of its cells isn't");
    }
    outcome(full_ ? "1" : "0");
  }

 private:
  Page page_;
  bool full_ = false;
  std::uint64_t cells_ = 0;
};

/// A page that asks about its own copy of the allocation bits.
class CopyingPage {
 public:
  void allocate(std::size_t cell) {
    allocated_.fetch_or(std::uint64_t{1} << cell, order<"gallery_page.allocate.rmw_allocated">(relaxed));
  }
  bool fully_marked(std::uint64_t& cells) const {
    const std::array<std::uint64_t, 1> copy = {allocated()};
    cells = copy[0];
    return marks.is_fully_marked(copy);
  }

  MarkBitmap<64> marks;

 protected:
  std::uint64_t allocated() const { return allocated_.load(order<"gallery_page.allocated.load_allocated">(relaxed)); }

 private:
  sync::atomic<std::uint64_t> allocated_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::mark_bitmap_model
