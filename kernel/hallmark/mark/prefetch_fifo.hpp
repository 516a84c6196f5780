// PrefetchFifo: the objects that a worker will trace next. Each is prefetched as it enters, and traced when N others
// have entered after it, so that its memory arrives meanwhile.
//
// After Cher, Hosking and Vitek, "Software prefetching for mark-sweep garbage collection" (ASPLOS 2004): a stack alone
// returns what was pushed last, too late for a prefetch; a small queue in front of it makes room for one.
//
// Thread roles: one owner.
#pragma once

#include <array>
#include <bit>
#include <cstddef>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A queue of at most N items, a power of two. T() is no item. Complexity: O(1).
template <class T, std::size_t N>
class PrefetchFifo {
  static_assert(std::has_single_bit(N), "PrefetchFifo<T, N>: N must be a power of two");

 public:
  /// Enters `item`. Returns the oldest one if the queue was full, otherwise T().
  T exchange(T item) {
    T& place = items_[end_ % N];
    const T oldest = place;
    place = item;
    ++end_;
    if (oldest == T()) return T();
    ++begin_;
    return oldest;
  }

  /// Returns the oldest item, or T() if there is none.
  T take() {
    if (begin_ == end_) return T();
    T& place = items_[begin_++ % N];
    const T oldest = place;
    place = T();
    return oldest;
  }

  bool empty() const { return begin_ == end_; }

 private:
  std::array<T, N> items_{};  // T() outside of [begin_, end_)
  std::size_t begin_ = 0;     // counts up
  std::size_t end_ = 0;       // counts up; end_ - begin_ <= N
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
