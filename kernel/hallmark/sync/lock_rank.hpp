// Lock ranks: the order in which one thread may hold several locks.
//
// Every lock has a rank, a small number. A thread may acquire a lock only if its rank is greater than that of every
// lock the thread holds. If all threads keep that rule, no cycle of waiting threads exists. The checker knows the
// locks that this thread holds and aborts with a report that names both locks and both places when a thread
//   - acquires a lock whose rank is not above all it holds (two locks of one rank are refused for the same reason),
//   - acquires a lock that it holds already,
//   - releases a lock that it doesn't hold,
//   - comes to a point where it may hold none (check_none).
// Locks may be released in any order. A failed try_lock holds nothing; a successful one is checked like lock(): a
// thread that may hold the two locks in the wrong order by luck may also wait for them in the wrong order.
//
// Thread roles: any; all state is the calling thread's own. Complexity: linear in the locks held (at most kMostHeld).
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace hallmark::vocabulary {

/// A lock's place in the acquisition order: greater ranks are acquired later. Range 0..65535.
struct LockRank {
  unsigned short value;
};

/// Where in the source something happened.
struct Place {
  const char* file;
  int line;

  static constexpr Place here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { return {file, line}; }
};

/// The locks that the calling thread holds, with the checks above.
class HeldLocks {
 public:
  /// More than any sound use of the kernel's ranks needs.
  static constexpr std::size_t kMostHeld = 16;

  static HeldLocks& of_this_thread() {
    thread_local HeldLocks held;
    return held;
  }

  /// Call before blocking on `lock`, so that a violation is reported and not a deadlock met.
  void check_acquire(const void* lock, const char* name, LockRank rank, Place place) const {
    if (const Held* const other = conflict(lock, rank)) {
      report(other->lock == lock               ? "acquired twice by the same thread"
             : other->rank.value == rank.value ? "acquired while another of the same rank is held"
                                               : "acquired out of rank order",
             name, rank, place, *other);
    }
    if (count_ == kMostHeld)
      report("acquired as one more lock than can be tracked", name, rank, place, held_[count_ - 1]);
  }

  /// True if this thread may acquire `lock`: its rank is above that of every lock the thread holds.
  bool accepts(const void* lock, LockRank rank) const { return conflict(lock, rank) == nullptr; }

  /// Call once the lock is owned.
  void add(const void* lock, const char* name, LockRank rank, Place place) {
    held_[count_++] = {lock, name, rank, place};
  }

  /// Call before releasing.
  void remove(const void* lock, const char* name, Place place) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (held_[i].lock != lock) continue;
      held_[i] = held_[--count_];
      return;
    }
    std::fprintf(stderr, "hallmark: fatal: lock \"%s\" released at %s:%d by a thread that doesn't hold it\n", name,
                 place.file, place.line);
    std::abort();
  }

  /// Call where the thread may hold no lock. `action` says what it does there: "stops for a collection".
  void check_none(const char* action, Place place) const {
    if (count_ == 0) return;
    const Held& other = held_[count_ - 1];
    std::fprintf(stderr,
                 "hallmark: fatal: a thread %s while it holds a lock\n"
                 "  at             %s:%d\n"
                 "  while holding  \"%s\" (rank %d), acquired at %s:%d\n"
                 "  to do: release the lock first; whoever needs it meanwhile would wait for ever\n",
                 action, place.file, place.line, other.name, other.rank.value, other.place.file, other.place.line);
    std::abort();
  }

  std::size_t count() const { return count_; }

 protected:
  // Protected, not private: a checker derives from this to break it.

  struct Held {
    const void* lock;
    const char* name;
    LockRank rank;
    Place place;
  };

  /// A held lock that forbids to acquire `lock`; null if there is none.
  const Held* conflict(const void* lock, LockRank rank) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (held_[i].lock == lock || held_[i].rank.value >= rank.value) return &held_[i];
    }
    return nullptr;
  }

  [[noreturn]] static void report(const char* what, const char* name, LockRank rank, Place place, const Held& other) {
    std::fprintf(stderr,
                 "hallmark: fatal: lock \"%s\" (rank %d) %s\n"
                 "  acquired at    %s:%d\n"
                 "  while holding  \"%s\" (rank %d), acquired at %s:%d\n"
                 "  to do: acquire locks in ascending rank, or give them distinct ranks in that order\n",
                 name, rank.value, what, place.file, place.line, other.name, other.rank.value, other.place.file,
                 other.place.line);
    std::abort();
  }

  std::array<Held, kMostHeld> held_{};
  std::size_t count_ = 0;
};

}  // namespace hallmark::vocabulary
