// Terminator: decides when marking has ended, and where workers rest until there is work.
//
// Thread roles: a fixed number of workers, 0 to workers - 1, each a thread. A worker is *active* except inside rest().
// An active worker calls announce after it has put items where every worker may take them (its steal queue),
// announce_to after it has put items where one worker takes them (that worker's inbox), and rest when it has found
// nothing.
//
// What workers must keep:
//   R1  whoever puts items into a queue or an inbox is active, and announces them before it rests.
//   R2  whoever holds an item, or has items of its own that it alone can reach, is active.
//   R3  look(), which a worker hands to rest, returns true if that worker's inbox or any steal queue holds an item,
//       where every push happens before the call; it may return true in vain, but not for ever.
//
// Invariants (each is asserted in models/mark/terminator_scenarios.hpp):
//   I1  when rest returns false, no queue, no inbox and no worker holds an item.
//   I2  a worker that rests has no item announced to it, and k items that are announced wake k resting workers, or all
//       that rest; so rest returns, in every worker, once the items are done.
//
// The idea: there is one bit a worker, in one word: it rests, and nobody has called it. A worker sets its own bit, then
// looks; whoever announces pushes, then looks at the word. Both look by a read-modify-write of the word, so one comes
// first: either the announcer sees the bit, or the worker that sets the bit receives what was pushed before. The
// announcer clears the bit of the worker that it calls: from then on that worker counts as active, although it still
// sleeps, so a hand-over never makes all bits stand while an item is under way. When the last bit is set and its owner
// has looked in vain, all is done.
//
// All changes of bits but the announcer's empty one are made under a lock; the announcer takes it only if somebody
// rests.
//
// Cost: one read-modify-write for each announcement, however many items it is for; a lock for each rest and wake-up.
//
// Read next: proofs/mark/terminator.md (the argument), models/mark/terminator.cpp (what is checked).
#pragma once

#include <array>
#include <cstdint>

#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Workers look at queues and inboxes under this lock, and take no other.
inline constexpr vocabulary::LockRank kTerminatorRank{200};

/// End of marking for up to `Most` workers. All workers begin active.
template <unsigned Most>
class Terminator {
  static_assert(Most >= 1 && Most <= 64, "Terminator<Most>: 1 to 64 workers");

 public:
  /// `workers` lies in 1 .. Most.
  explicit Terminator(unsigned workers) : everyone_(all_of(workers)) {}

  /// While no worker is about: all is as after construction, for the next marking. What starts the workers publishes
  /// it.
  void reset(unsigned workers) {
    // No worker is about; each finds it through what starts it.
    asleep_.store(0, order<"terminator.reset.store_asleep">(relaxed));
    done_.write(false);
    everyone_.write(all_of(workers));
  }

  /// Anyone. A bit for each worker that rested a moment ago: a hint.
  std::uint64_t resting() const {
    // Where work is handed to; an old value sends none, or some to a worker that is active by now.
    return asleep_.load(order<"terminator.resting.load_asleep">(relaxed));
  }

  /// Active worker. Wakes up to `items` resting workers. What was pushed before the call reaches whoever rests later.
  void announce(unsigned items) {
    // Publishes the pushes to a worker that sets its bit later; one that was set before is seen here.
    // Pairs with terminator.rest.rmw_asleep. Weaker: the worker looks, misses the items, and nobody calls it.
    if (asleep_.fetch_or(0, order<"terminator.announce.rmw_asleep">(release)) == 0) return;
    vocabulary::LockGuard lock(mutex_);
    // Bits come and go under the lock.
    std::uint64_t left = asleep_.load(order<"terminator.announce.load_asleep">(relaxed));
    for (; items > 0 && left != 0; --items) {
      wake(left & (~left + 1));
      left &= left - 1;
    }
  }

  /// Active worker. Wakes `worker` if it rests. What was pushed before the call reaches it if it rests later.
  void announce_to(unsigned worker) {
    // As in announce. Pairs with terminator.rest.rmw_asleep. Weaker: the worker misses the item in its inbox.
    const std::uint64_t seen = asleep_.fetch_or(0, order<"terminator.announce_to.rmw_asleep">(release));
    if ((seen & bit_of(worker)) == 0) return;
    vocabulary::LockGuard lock(mutex_);
    // Bits come and go under the lock. Another announcer may have called the worker meanwhile.
    const std::uint64_t now = asleep_.load(order<"terminator.announce_to.load_asleep">(relaxed));
    if ((now & bit_of(worker)) != 0) wake(bit_of(worker));
  }

  /// A worker that has found nothing. Returns true: it is active again, and there may be work for it. Returns false:
  /// marking is done. `look` is R3; it runs under a lock, so it only loads.
  template <class Look>
  bool rest(unsigned worker, Look look) {
    vocabulary::LockGuard lock(mutex_);
    // Receives the pushes of whoever announced before; who announces later sees the bit.
    // Pairs with terminator.announce.rmw_asleep, terminator.announce_to.rmw_asleep. Weaker: the look below may miss
    // items whose announcer has missed the bit.
    const std::uint64_t before = asleep_.fetch_or(bit_of(worker), order<"terminator.rest.rmw_asleep">(acquire));
    if (look()) {
      // Under the lock. A read-modify-write, so that the announcements before it still reach who comes next.
      asleep_.fetch_and(~bit_of(worker), order<"terminator.rest.rmw_asleep_not">(relaxed));
      return true;
    }
    if ((before | bit_of(worker)) == everyone_.read()) {
      done_.write(true);
      for (sync::condition& condition : conditions_) condition.notify_one();
      return false;
    }
    // Bits come and go under the lock.
    while (!done_.read() && (asleep_.load(order<"terminator.rest.load_asleep">(relaxed)) & bit_of(worker)) != 0) {
      conditions_[worker].wait(mutex_);
    }
    return !done_.read();
  }

 protected:
  // Protected, not private: a checker derives from the terminator to break it.

  static constexpr std::uint64_t all_of(unsigned workers) { return ~std::uint64_t{0} >> (64 - workers); }
  static constexpr std::uint64_t bit_of(unsigned worker) { return std::uint64_t{1} << worker; }

  /// Under the lock: calls the worker of this bit, which is set. The call is the caller's: nobody else finds the bit.
  void wake(std::uint64_t bit) {
    // Under the lock. A read-modify-write, so that the announcements before it still reach who rests next.
    asleep_.fetch_and(~bit, order<"terminator.wake.rmw_asleep">(relaxed));
    for (unsigned worker = 0; worker < Most; ++worker) {
      if (bit == bit_of(worker)) conditions_[worker].notify_one();
    }
  }

  sync::mutex mutex_{kTerminatorRank, "terminator"};
  std::array<sync::condition, Most> conditions_{};  // under the lock: each for one worker
  sync::atomic<std::uint64_t> asleep_;              // written under the lock; read by any active worker
  sync::plain<bool> done_;                          // under the lock
  sync::plain<std::uint64_t> everyone_;             // written while no worker is about
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
