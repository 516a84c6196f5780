// MarkBitmap: which cells of a page are marked, one bit a cell.
//
// Thread roles: any marker calls try_mark; anyone calls is_marked and is_fully_marked; clear is called while nobody
// else uses the bitmap. With try_mark<Markers::one> the marker is a single thread, and marking is a plain store.
//
// Invariants (each is asserted in models/heap/mark_bitmap_scenarios.hpp):
//   I1  a bit that is set stays set until clear.
//   I2  of all try_mark calls for one cell between two clears, exactly one returns true.
//
// One read-modify-write decides. All changes of a word have one order, and fetch_or returns the word as it was just
// before: the first of two calls for a cell gets a word without the bit, the second a word with it. That two calls both
// win is impossible, whatever the memory order. A compare-exchange decides as well, but it fails, and has to be tried
// again, when a *neighbour's* bit is set in between; fetch_or leaves that to the machine. On x86-64 gcc makes `lock
// bts` of it, one instruction that can't fail; older clang makes the compare-exchange loop. The load before it saves
// the read-modify-write for cells that are marked already.
//
// Nothing is published through a mark and nothing is received, so every operation is relaxed. The fields of an object
// reach its marker with the reference: through the queue that hands it over, or by the store that published it.
//
// Read next: proofs/heap/mark_bitmap.md (the argument), models/heap/mark_bitmap.cpp (what is checked).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// How many threads may mark at once.
enum class Markers : unsigned char { one, many };

/// Mark bits of `Cells` cells. Complexity: try_mark and is_marked O(1), the others O(Cells / 64). No operation waits.
/// Memory: a 64-bit word for each 64 cells, nothing else.
template <std::size_t Cells>
class MarkBitmap {
  static_assert(Cells > 0, "MarkBitmap<Cells>: there must be a cell");

 public:
  static constexpr std::size_t kCells = Cells;
  static constexpr std::size_t kCellsOfWord = 64;
  static constexpr std::size_t kWords = (Cells + kCellsOfWord - 1) / kCellsOfWord;

  /// Marker. Returns true if this call has marked the cell: the caller, and nobody else, traces the object.
  /// `index` is less than Cells. With Markers::one no other thread marks at the same time.
  template <Markers Who = Markers::many>
  bool try_mark(std::size_t index) {
    sync::atomic<std::uint64_t>& word = words_[index / kCellsOfWord];
    const std::uint64_t bit = bit_of(index);
    // Saves the write when the cell is marked. An old value costs the write and decides nothing.
    const std::uint64_t seen = word.load(order<"mark_bitmap.try_mark.load_word">(relaxed));
    if ((seen & bit) != 0) return false;
    if constexpr (Who == Markers::one) {
      // Only this thread writes marks.
      word.store(seen | bit, order<"mark_bitmap.try_mark.store_word">(relaxed));
      return true;
    } else {
      // The word as it was names the winner, by the order of all changes of one word alone.
      const std::uint64_t before = word.fetch_or(bit, order<"mark_bitmap.try_mark.rmw_word">(relaxed));
      return (before & bit) == 0;
    }
  }

  /// Anyone. True: the cell is marked. False while others mark: it was unmarked a moment ago. `index` is less than
  /// Cells.
  bool is_marked(std::size_t index) const {
    // A mark publishes nothing but itself.
    const std::uint64_t word = words_[index / kCellsOfWord].load(order<"mark_bitmap.is_marked.load_word">(relaxed));
    return (word & bit_of(index)) != 0;
  }

  /// Anyone. True: every cell whose bit is set in `allocated` is marked, now and until the next clear. False: one of
  /// them was unmarked when its word was read; while others mark, it may be marked by now.
  /// `allocated` is the caller's own copy of the page's allocation bits, taken before the call. The answer is about
  /// the cells in that copy: a cell that is allocated later is not in it, so nothing is said about the page of now.
  bool is_fully_marked(std::span<const std::uint64_t, kWords> allocated) const {
    for (std::size_t i = 0; i < kWords; ++i) {
      // Marks only come (I1), so words that are read one after the other add up to a true statement.
      const std::uint64_t marked = words_[i].load(order<"mark_bitmap.is_fully_marked.load_word">(relaxed));
      if ((allocated[i] & ~marked) != 0) return false;
    }
    return true;
  }

  /// Anyone. The marks of cells 64 * i to 64 * i + 63, for a sweep once marking has ended.
  std::uint64_t marks_of_word(std::size_t i) const {
    // Marking has ended before: its end barrier orders the marks.
    return words_[i].load(order<"mark_bitmap.marks_of_word.load_word">(relaxed));
  }

  /// While nobody else uses the bitmap: unmarks all cells. What ends that phase publishes it.
  void clear() {
    // Published by the start of the next marking.
    for (auto& word : words_) word.store(0, order<"mark_bitmap.clear.store_word">(relaxed));
  }

 protected:
  // Protected, not private: a checker derives from the bitmap to observe the words.

  static constexpr std::uint64_t bit_of(std::size_t index) { return std::uint64_t{1} << (index % kCellsOfWord); }

  std::array<sync::atomic<std::uint64_t>, kWords> words_{};  // any marker, by fetch_or; clear, by store
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
