// PagePool: which pages of a heap are unused, and how many there are.
//
// Thread roles: under the heap's lock.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include <hallmark/heap/page.hpp>
#include <hallmark/heap/reserved_array.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A set of page numbers, a bit a page. Complexity: add and take of one page O(1) amortised over a collection, take of
/// a run O(pages).
template <class Memory>
class PagePool {
 public:
  explicit PagePool(std::size_t most_pages) : words_(words_for(most_pages)) {}

  /// Pages up to `count` may be added from now on. False: memory is refused.
  [[nodiscard]] bool grow_to(std::size_t count) { return words_.grow_to(words_for(count)); }

  void add(PageNumber page) {
    words_[page / 64] |= bit_of(page);
    ++size_;
    if (page / 64 < first_word_) first_word_ = page / 64;
    if (page >= end_) end_ = page + 1;
  }

  /// The first of `count` pages in a row, which are no longer in the set; kNoPage: there are none.
  PageNumber take(std::size_t count) {
    if (size_ < count) return kNoPage;
    return count == 1 ? take_one() : take_run(count);
  }

  bool contains(PageNumber page) const { return page < end_ && (words_[page / 64] & bit_of(page)) != 0; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t words_for(std::size_t pages) { return (pages + 63) / 64; }
  static constexpr std::uint64_t bit_of(PageNumber page) { return std::uint64_t{1} << (page % 64); }

  PageNumber take_one() {
    while (words_[first_word_] == 0) ++first_word_;  // there is one: size_ > 0
    const auto bit = static_cast<std::size_t>(std::countr_zero(words_[first_word_]));
    const auto page = static_cast<PageNumber>(first_word_ * 64 + bit);
    remove(page);
    return page;
  }

  PageNumber take_run(std::size_t count) {
    std::size_t run = 0;
    for (PageNumber page = static_cast<PageNumber>(first_word_ * 64); page < end_; ++page) {
      run = contains(page) ? run + 1 : 0;
      if (run < count) continue;
      const auto first = static_cast<PageNumber>(page + 1 - count);
      for (PageNumber taken = first; taken <= page; ++taken) remove(taken);
      return first;
    }
    return kNoPage;
  }

  void remove(PageNumber page) {
    words_[page / 64] &= ~bit_of(page);
    --size_;
  }

  ReservedArray<std::uint64_t, Memory> words_;
  std::size_t size_ = 0;
  std::size_t first_word_ = 0;  // no page of the set lies before
  PageNumber end_ = 0;          // nor here or after
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
