// GreySet: marked objects that are still to be traced and found no room in a worklist, because memory for segments was
// refused. A bit an object, in memory that came with the page: adding never fails.
//
// Thread roles: any worker adds, takes and asks; reset is called while no worker is about.
//
// Shape: a bit for each granule of the heap, and for each page a word with a bit for each of its words that may have
// one. Adding sets the granule's bit, then the word's; taking empties the page's word first, then those that it named.
//
// Invariants (each is asserted in models/mark/grey_set_scenarios.hpp):
//   I1  an item that was added is taken exactly once.
//   I2  an item that was added and not taken has its word's bit set, from the end of add on.
//   I3  whoever takes an item sees everything that was written before it was added.
//
// The order of the steps is what counts. Whoever empties the words and then the page's word erases the bit of an item
// that was added in between, and nobody looks there again.
//
// Read next: proofs/mark/grey_set.md (the argument), parallel_mark_coordinator.hpp (who uses it).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Heap: offers the bits. grey_word(i) is the word of granules 64 * i to 64 * i + 63, grey_page(p) the word of page p,
/// which has kGreyWordsOfPage words; grey_page_count() says how many pages there are; granule_in_heap(item) and
/// at_granule(granule) translate.
/// Complexity: add O(1); take and empty O(pages) once anything was added, O(1) before.
template <class Heap>
class GreySet {
  static constexpr std::size_t kWordsOfPage = Heap::kGreyWordsOfPage;
  static_assert(kWordsOfPage >= 1 && kWordsOfPage <= 64, "GreySet: a page's words must fit into one word of bits");

 public:
  using Item = typename Heap::Item;

  explicit GreySet(Heap& heap) : heap_(heap) {}

  /// Any worker. `item` is not in the set.
  void add(Item item) {
    const std::size_t granule = heap_.granule_in_heap(item);
    const std::size_t word = granule / 64;
    // Whoever looks into the set later comes after the adder's rest (terminator.hpp).
    any_.store(true, order<"grey_set.add.store_any">(relaxed));
    // Publishes the object. Pairs with grey_set.take.rmw_word. Weaker: a worker that came for another item of this word
    // takes this one with it, and reads an object that is being written.
    heap_.grey_word(word).fetch_or(std::uint64_t{1} << (granule % 64), order<"grey_set.add.rmw_word">(release));
    // Publishes the item's bit to the worker that takes this one.
    // Pairs with grey_set.take.rmw_page. Weaker: C++20 lets that worker empty the page's word of this bit, and the
    // item's word before the item is in it (load buffering): nobody looks there again.
    heap_.grey_page(word / kWordsOfPage)
        .fetch_or(std::uint64_t{1} << (word % kWordsOfPage), order<"grey_set.add.rmw_page">(release));
  }

  /// Any worker. Calls trace(item) for what it finds, each item once; what is added meanwhile may stay. Returns how
  /// many there were.
  template <class Trace>
  std::size_t take(Trace trace) {
    std::size_t taken = 0;
    for (std::size_t page = 0; page < heap_.grey_page_count(); ++page) {
      // Saves the write where there is nothing. An old value leaves items for the next time.
      if (heap_.grey_page(page).load(order<"grey_set.take.load_page">(relaxed)) == 0) continue;
      // Receives the items' bits. Pairs with grey_set.add.rmw_page. Weaker: see there.
      std::uint64_t words = heap_.grey_page(page).exchange(0, order<"grey_set.take.rmw_page">(acquire));
      for (; words != 0; words &= words - 1) {
        const std::size_t word = page * kWordsOfPage + static_cast<std::size_t>(std::countr_zero(words));
        // Of two workers that come here, one gets the bit. Receives the objects.
        // Pairs with grey_set.add.rmw_word. Weaker: see there.
        std::uint64_t bits = heap_.grey_word(word).exchange(0, order<"grey_set.take.rmw_word">(acquire));
        for (; bits != 0; bits &= bits - 1) {
          trace(heap_.at_granule(word * 64 + static_cast<std::size_t>(std::countr_zero(bits))));
          ++taken;
        }
      }
    }
    return taken;
  }

  /// Anyone. False: there may be an item. True: no item was seen, which says that there is none where every add happens
  /// before this call.
  bool empty() const {
    // Only tells whether to take.
    if (!any_.load(order<"grey_set.empty.load_any">(relaxed))) return true;
    for (std::size_t page = 0; page < heap_.grey_page_count(); ++page) {
      // Likewise.
      if (heap_.grey_page(page).load(order<"grey_set.empty.load_page">(relaxed)) != 0) return false;
    }
    return true;
  }

  /// While no worker is about, and the set is empty.
  void reset() {
    // What starts the workers publishes it.
    any_.store(false, order<"grey_set.reset.store_any">(relaxed));
  }

 private:
  Heap& heap_;
  sync::atomic<bool> any_;  // true once an item was added since reset
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
