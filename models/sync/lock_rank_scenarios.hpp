// Threads that take ranked locks in the wrong order, and a checker of ranks that must refuse it before they deadlock.
// The scenarios are templates over the checker, so that the kernel's and the gallery's broken ones meet the same
// judges.
//
// A thread asks its checker before each acquisition. One that is refused releases what it holds and gives up, where the
// kernel would end the program with a report.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include <hallmark/sync/lock_rank.hpp>
#include <hallmark/sync/sync.hpp>

#include "models/engine/core/model.hpp"

// Which locks are held is known at run time only.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wthread-safety-analysis"
#endif

namespace hallmark::inline HALLMARK_NAMESPACE::lock_rank_model {

/// Three locks, and a checker for each of two threads.
template <class Checker>
class Locks : public check::Scenario {
 public:
  explicit Locks(std::array<unsigned short, 3> ranks) : ranks_(ranks) {}

 protected:
  enum Name : std::size_t { a, b, c };

  /// Returns false, and holds nothing any more, if the checker refuses.
  bool acquire(unsigned thread, Name name) {
    const vocabulary::LockRank rank{ranks_[name]};
    if (!checkers_[thread].accepts(&mutexes_[name], rank)) {
      for (const Name other : {a, b, c}) {
        if (holds_[thread][other]) mutexes_[other].unlock();
      }
      refused_[thread] = 'r';
      return false;
    }
    mutexes_[name].lock();
    checkers_[thread].add(&mutexes_[name], "", rank, {"", 0});
    holds_[thread][name] = true;
    return true;
  }

  void release(unsigned thread, Name name) {
    checkers_[thread].remove(&mutexes_[name], "", {"", 0});
    mutexes_[name].unlock();
    holds_[thread][name] = false;
  }

  /// For each thread: r, it was refused a lock; a, it was not.
  void after() override { outcome(refused_.data()); }

 private:
  const std::array<unsigned short, 3> ranks_;
  std::array<sync::mutex, 3> mutexes_{sync::mutex{{1}, "a"}, sync::mutex{{2}, "b"}, sync::mutex{{3}, "c"}};
  std::array<Checker, 2> checkers_{};            // each by its thread
  std::array<std::array<bool, 3>, 2> holds_{};   // likewise
  std::array<char, 3> refused_{'a', 'a', '\0'};  // likewise
};

/// Thread 0 takes a and c, releases a, and then wants b, which ranks below c. Thread 1 takes b and c.
template <class Checker>
class ReleaseOutOfOrder final : public Locks<Checker> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "lock_rank.release_out_of_order",
                                             .holds = "what a thread may acquire depends on what it holds",
                                             .outcomes = {"ra"}};
  ReleaseOutOfOrder() : Locks<Checker>({10, 20, 30}) {}

  void thread(unsigned id) override {
    if (id == 0) {
      if (!this->acquire(0, this->a) || !this->acquire(0, this->c)) return;
      this->release(0, this->a);
      if (!this->acquire(0, this->b)) return;
      this->release(0, this->b);
      this->release(0, this->c);
    } else {
      if (!this->acquire(1, this->b) || !this->acquire(1, this->c)) return;
      this->release(1, this->c);
      this->release(1, this->b);
    }
  }
};

/// Thread 0 takes a and b, thread 1 takes b and a.
template <class Checker>
class EqualRanks final : public Locks<Checker> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "lock_rank.equal_ranks", .holds = "two locks of one rank are not held together", .outcomes = {"rr"}};
  EqualRanks() : Locks<Checker>({10, 10, 20}) {}

  void thread(unsigned id) override {
    const auto first = id == 0 ? this->a : this->b;
    const auto second = id == 0 ? this->b : this->a;
    if (!this->acquire(id, first) || !this->acquire(id, second)) return;
    this->release(id, second);
    this->release(id, first);
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::lock_rank_model
