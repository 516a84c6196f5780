// A mutex with a rank and a name, the guard for it, and a condition variable.
//
// Rank and name cost nothing unless Checked: then every acquisition is checked against the locks that the thread holds
// (lock_rank.hpp) and a violation aborts with both places.
//
// Thread roles: any thread may lock; the thread that locked unlocks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <hallmark/sync/lock_rank.hpp>
#include <hallmark/sync/thread_safety.hpp>

namespace hallmark::vocabulary {

template <bool Checked>
class StandardCondition;

/// std::mutex with a rank. `name` must outlive the mutex (a literal).
template <bool Checked>
class HALLMARK_CAPABILITY("mutex") StandardMutex {
 public:
  constexpr StandardMutex(LockRank rank, const char* name) noexcept : identity_(rank, name) {}
  StandardMutex(const StandardMutex&) = delete;
  StandardMutex& operator=(const StandardMutex&) = delete;

  /// Blocks until the lock is owned. Aborts with a report when the rank order is violated (Checked).
  void lock(Place place = Place::here()) HALLMARK_ACQUIRE() {
    identity_.check_acquire(this, place);
    mutex_.lock();
    identity_.add(this, place);
  }

  /// Returns true if the lock is now owned. Never blocks. Checked like lock().
  bool try_lock(Place place = Place::here()) HALLMARK_TRY_ACQUIRE(true) {
    identity_.check_acquire(this, place);
    if (!mutex_.try_lock()) return false;
    identity_.add(this, place);
    return true;
  }

  void unlock(Place place = Place::here()) HALLMARK_RELEASE() {
    identity_.remove(this, place);
    mutex_.unlock();
  }

 private:
  friend class StandardCondition<Checked>;

  struct Unchecked {
    constexpr Unchecked(LockRank, const char*) {}
    static void check_acquire(const void*, Place) {}
    static void add(const void*, Place) {}
    static void remove(const void*, Place) {}
  };

  struct Ranked {
    constexpr Ranked(LockRank rank_value, const char* name_value) : rank(rank_value), name(name_value) {}
    void check_acquire(const void* lock, Place place) const {
      HeldLocks::of_this_thread().check_acquire(lock, name, rank, place);
    }
    void add(const void* lock, Place place) const { HeldLocks::of_this_thread().add(lock, name, rank, place); }
    void remove(const void* lock, Place place) const { HeldLocks::of_this_thread().remove(lock, name, place); }

    LockRank rank;
    const char* name;
  };

  std::mutex mutex_;
  [[no_unique_address]] std::conditional_t<Checked, Ranked, Unchecked> identity_;
};

/// Condition variable for StandardMutex. Waits may wake up spuriously: loop on the predicate, under the lock. Notify
/// under the lock too: a notification between a waiter's test and its wait is otherwise lost.
template <bool Checked>
class StandardCondition {
 public:
  /// Releases `mutex`, waits for a notification, owns `mutex` again on return; checked like lock() (Checked).
  void wait(StandardMutex<Checked>& mutex, Place place = Place::here()) HALLMARK_REQUIRES(mutex) {
    wait_by(mutex, place, [this](std::unique_lock<std::mutex>& owned) { condition_.wait(owned); });
  }

  /// As wait, but returns false when `time` has passed without a notification. It says nothing about the predicate:
  /// test that again, and never go on because of the time. Models let it return false at any moment, and yet call it a
  /// lost wake-up when only the time could have ended the wait.
  bool wait_for(StandardMutex<Checked>& mutex, std::chrono::milliseconds time, Place place = Place::here())
      HALLMARK_REQUIRES(mutex) {
    bool notified = false;
    wait_by(mutex, place, [&](std::unique_lock<std::mutex>& owned) {
      notified = condition_.wait_for(owned, time) == std::cv_status::no_timeout;
    });
    return notified;
  }

  void notify_one() noexcept { condition_.notify_one(); }
  void notify_all() noexcept { condition_.notify_all(); }

 private:
  template <class Wait>
  static void wait_by(StandardMutex<Checked>& mutex, Place place, Wait wait) {
    mutex.identity_.remove(&mutex, place);
    mutex.identity_.check_acquire(&mutex, place);  // the wait ends with an acquisition
    {
      std::unique_lock<std::mutex> owned(mutex.mutex_, std::adopt_lock);
      wait(owned);
      owned.release();
    }
    mutex.identity_.add(&mutex, place);
  }

  std::condition_variable condition_;
};

/// Owns a mutex from construction to destruction.
template <class Mutex>
class HALLMARK_SCOPED_CAPABILITY LockGuard {
 public:
  explicit LockGuard(Mutex& mutex, Place place = Place::here()) HALLMARK_ACQUIRE(mutex) : mutex_(mutex) {
    mutex_.lock(place);
  }
  ~LockGuard() HALLMARK_RELEASE() { mutex_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  Mutex& mutex_;
};

namespace standard {

/// What every backend over StandardMutex offers as sync::expect_no_lock_held.
template <bool Checked>
void expect_no_lock_held([[maybe_unused]] const char* action, [[maybe_unused]] Place place) {
  if constexpr (Checked) HeldLocks::of_this_thread().check_none(action, place);
}

}  // namespace standard

}  // namespace hallmark::vocabulary
