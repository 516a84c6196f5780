// DirtyBits: where in a page mutators have stored references, one bit a granule or a card.
//
// In a page of small objects a bit stands for the 16 bytes in which the slot lies, so that a store need not know where
// its object begins; in a page of a large array for a card of kSlotsOfCard slots, so that one store makes a drain look
// at so many slots and no more (in the heap: the bit of the card's first 16 bytes).
//
// Thread roles: any mutator sets bits. One thread at a time takes the words of a page, while mutators run or while they
// are stopped. One thread at a time presets bits, of which it knows that nobody else sets them. clear is called while
// nobody else uses the page, or while mutators are stopped.
//
// Invariants (each is asserted in models/heap/dirty_bits_scenarios.hpp):
//   I1  a bit that is set is taken once, by a thread that sees the store which it was set for.
//   I2  whoever sets a bit in a word after it was taken sees what the taker did before: that the page is not listed.
//   I3  presetting bits loses none that a mutator sets beside them, and no store that one was set for.
//
// Setting is a read-modify-write even if the bit is set already. A mutator that only looked would leave nothing for the
// taker to receive its store from, and the taker may be just about to take the bit and read the slot as it was before.
// For the same reason an empty word is exchanged like any other while mutators run. Where words are only taken while
// mutators are stopped, both may look first (write_barrier.hpp).
//
// Read next: dirty_pages.hpp, proofs/remember/dirty_pages.md.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Whether threads that store references run meanwhile.
enum class Mutators : unsigned char { running, stopped };

/// Slots of a large object that share a dirty bit.
inline constexpr std::size_t kSlotsOfCard = 512;

/// Of each word, all bits.
struct AllBits {
  std::uint64_t operator()(std::size_t) const { return ~std::uint64_t{0}; }
};

/// Bits for `Bits` granules or cards. Complexity: set O(1), the others O(Bits / 64). No operation waits. Memory: a
/// 64-bit word for each 64 bits. All bytes zero: clean.
template <std::size_t Bits>
class DirtyBits {
  static_assert(Bits > 0, "DirtyBits<Bits>: there must be a bit");

 public:
  static constexpr std::size_t kBits = Bits;
  static constexpr std::size_t kBitsOfWord = 64;
  static constexpr std::size_t kWords = (Bits + kBitsOfWord - 1) / kBitsOfWord;

  /// Any mutator, after it has stored a reference. `index` is less than Bits.
  void set(std::size_t index) {
    // Release: publishes the reference to whoever takes the bit. Acquire: whoever comes after the taker sees the page
    // as not listed. Pairs with dirty_bits.take_word.rmw_word, in both directions. Weaker: the taker scans the slot as
    // it was before, or the page is left out of the list (store buffering). Nothing is needed of the synchronisation
    // with dirty_bits.set.rmw_word of another mutator.
    words_[index / kBitsOfWord].fetch_or(bit_of(index), order<"dirty_bits.set.rmw_word">(acq_rel));
  }

  /// Whoever fills the page with objects, in a heap whose pages are drained while mutators are stopped: sets the bits
  /// of `mask` in word `i`. No mutator sets these: nobody knows an object there yet.
  void preset(std::size_t i, std::uint64_t mask) {
    if (mask == 0) return;
    if (mask == ~std::uint64_t{0}) {
      // Nobody else writes to a word without objects. Who gets an object there gets it from this thread.
      words_[i].store(mask, order<"dirty_bits.preset.store_word">(relaxed));
    } else {
      // A read-modify-write, since mutators set the other bits meanwhile; it hands on what they have published with
      // theirs, and publishes nothing itself: who gets an object there gets it from this thread.
      words_[i].fetch_or(mask, order<"dirty_bits.preset.rmw_word">(relaxed));
    }
  }

  /// The thread that drains the page. Returns the bits of word `i`, which is 0 from then on.
  template <Mutators Who = Mutators::running>
  std::uint64_t take_word(std::size_t i) {
    if constexpr (Who == Mutators::running) {
      // Acquire: receives the references. Release: hands on that the page was taken off the list before.
      // Pairs with dirty_bits.set.rmw_word, in both directions. Weaker: as there.
      return words_[i].exchange(0, order<"dirty_bits.take_word.rmw_word">(acq_rel));
    } else {
      // The stop orders all that mutators did before, the resumption what is done here.
      const std::uint64_t word = words_[i].load(order<"dirty_bits.take_word.load_word">(relaxed));
      if (word != 0) words_[i].store(0, order<"dirty_bits.take_word.store_word">(relaxed));
      return word;
    }
  }

  /// The thread that drains the page. Calls visit(index) for each bit that is set, in ascending order, of those that
  /// mask(i) has of word `i`; the others are dropped. A word is clean before its bits are visited, so visit may set
  /// them again.
  template <Mutators Who = Mutators::running, class Visit, class Mask = AllBits>
  void take_each(Visit visit, Mask mask = {}) {
    for (std::size_t begin = 0; begin < kWords; begin += kWordsOfLine) {
      const std::size_t end = std::min(begin + kWordsOfLine, kWords);
      // While mutators run, an empty word is taken like any other.
      if (Who == Mutators::stopped && are_clean(begin, end)) continue;
      for (std::size_t i = begin; i < end; ++i) {
        for (std::uint64_t word = take_word<Who>(i) & mask(i); word != 0; word &= word - 1) {
          visit(i * kBitsOfWord + static_cast<std::size_t>(std::countr_zero(word)));
        }
      }
    }
  }

  /// While mutators are stopped; otherwise the answer may be old, but not from before the last drain in a stopped
  /// world. `index` is less than Bits.
  bool is_set(std::size_t index) const {
    // The stop orders it after all stores of mutators, the resumption after all that was taken.
    const std::uint64_t word = words_[index / kBitsOfWord].load(order<"dirty_bits.is_set.load_word">(relaxed));
    return (word & bit_of(index)) != 0;
  }

  /// While mutators are stopped; otherwise the answer may be old.
  bool is_clean() const { return are_clean(0, kWords); }

  /// While nobody else uses the page, or mutators are stopped.
  void clear() {
    reset([](std::size_t) { return std::uint64_t{0}; });
  }
  /// Likewise: of word `i` the bits of mask(i) are set, and no others.
  template <class Mask>
  void reset(Mask mask) {
    // The page reaches its next user through the heap's lock, mutators through the resumption.
    for (std::size_t i = 0; i < kWords; ++i) words_[i].store(mask(i), order<"dirty_bits.clear.store_word">(relaxed));
  }

 protected:
  // Protected, not private: a checker derives from the bits to break them.

  /// Words of a cache line.
  static constexpr std::size_t kWordsOfLine = 8;

  bool are_clean(std::size_t begin, std::size_t end) const {
    std::uint64_t any = 0;
    // As in is_set.
    for (std::size_t i = begin; i < end; ++i) any |= words_[i].load(order<"dirty_bits.is_clean.load_word">(relaxed));
    return any == 0;
  }

  static constexpr std::uint64_t bit_of(std::size_t index) { return std::uint64_t{1} << (index % kBitsOfWord); }

  std::array<sync::atomic<std::uint64_t>, kWords> words_{};  // any mutator, by fetch_or; the taker, by exchange
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
