// Safepoint: stops all mutators of a heap, and lets them go on.
//
// Thread roles: a mutator is a thread with a MutatorState, between attach and detach. It polls often; before it blocks
// in code that knows nothing of the heap, it enters foreign code. Any mutator may stop the world: it is the collector
// until it resumes. A thread that has no state is none of the safepoint's business: it must not touch the heap.
//
// Invariants (each is asserted in models/safepoint/safepoint_scenarios.hpp):
//   I1  from the return of stop to resume, no other mutator is outside poll, stop, attach, foreign code and
//       leave_foreign: none runs managed code.
//   I2  what a mutator wrote before it stopped, or left for foreign code, or detached, is visible to the collector;
//       what the collector wrote is visible to the mutator when it runs again, and when it attaches.
//   I3  every call returns, if mutators poll, enter foreign code or detach again and again, and collectors resume.
//   I4  from the return of stop to resume, the set of attached mutators doesn't change.
//
// The idea: an epoch, odd while a stop is requested or in force, and a count of the mutators that run. All of it
// changes under one lock, and who waits for a change is notified under it. A mutator that finds an odd epoch stops: it
// notes the epoch in its state, leaves the running, and waits until the epoch is another one. The stop is in force when
// nobody runs. To resume counts everybody who waits as running, at once, before it has woken up: so the next stop can't
// begin over a mutator that is on its way, and a mutator runs at least to its next poll between two stops. An
// acknowledgement is for one epoch and void in the next.
//
// The epoch may wrap: whoever waits in one is awaited before the next one but one.
//
// Cost: poll is a relaxed load and a branch. Everything else takes the lock. No allocation.
//
// Read next: mutator_state.hpp, watchdog.hpp, proofs/safepoint/safepoint.md (the argument),
// models/safepoint/safepoint.cpp (what is checked).
#pragma once

#include <chrono>
#include <cstdint>

#include <hallmark/safepoint/mutator_state.hpp>
#include <hallmark/safepoint/watchdog.hpp>
#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/own_process.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// The safepoint's functions are called with no lock held; nothing is locked while this lock is held.
inline constexpr vocabulary::LockRank kSafepointRank{50};

/// What came of a request to stop the world.
enum class StopOutcome : unsigned char {
  world_is_stopped,        ///< by the caller, who must resume it
  another_has_stopped_it,  ///< and has resumed it: the caller was stopped meanwhile, and runs again
};

/// Coordination of the mutators of one heap. A call that breaks its contract ends the program with a report that says
/// what, where, and what to do (Misuse). With sync::kChecked, so does a call with a lock held, and a poll by a thread
/// that may not poll.
class Safepoint {
 public:
  using Place = vocabulary::Place;

  explicit Safepoint(Watchdog watchdog = {}) : watchdog_(watchdog) {}

  /// Reports a mutator that is attached. Not before the last call of any thread has returned.
  ~Safepoint() {
    if (const MutatorState* const left = first_.read()) [[unlikely]] {
      misuse("safepoint destroyed while a mutator is attached", *left, {}, "detach all mutators first");
    }
  }

  Safepoint(const Safepoint&) = delete;
  Safepoint& operator=(const Safepoint&) = delete;

  /// The calling thread becomes a mutator. Waits while a stop is requested or in force.
  void attach(MutatorState& self, Place place = Place::here()) {
    sync::expect_no_lock_held("attaches to a heap", place);
    if (self.whereabouts_.read() != Whereabouts::detached)
      misuse("mutator attached twice", self, place, "attach it once; each thread needs a state of its own");
    vocabulary::LockGuard lock(mutex_);
    self.attached_at_ = place;
    self.whereabouts_.write(Whereabouts::inside);
    join(self);
    link(self);
  }

  /// The calling thread is a mutator no more. Never waits for a stop.
  void detach(MutatorState& self, Place place = Place::here()) {
    expect_may_detach(self, place);
    vocabulary::LockGuard lock(mutex_);
    unlink(self);
    self.whereabouts_.write(Whereabouts::detached);
    leave();
  }

  /// Mutator. Reports what detach would report, for whoever has something to do before that.
  static void expect_may_detach(const MutatorState& self, Place place = Place::here()) {
    expect_inside(self, "mutator detached while it isn't attached", "mutator detached in foreign code",
                  "mutator detached while it holds the world stopped", place);
    sync::expect_no_lock_held("detaches from a heap", place);
  }

  /// Mutator. Stops here if it is asked to, until the world is resumed.
  void poll(MutatorState& self, Place place = Place::here()) {
    if constexpr (sync::kChecked) expect_may_poll(self, place);
    if (is_stop_requested()) [[unlikely]]
      acknowledge(self, place);
  }

  /// Mutator. What poll asks: true if it would stop here.
  bool is_stop_requested() const {
    // Publishes nothing and receives nothing: a request is seen at some later poll, and the lock orders the rest.
    return is_requested(epoch_.load(order<"safepoint.poll.load_epoch">(relaxed)));
  }

  /// Mutator. Until leave_foreign it counts as stopped and may block, but not touch the heap.
  void enter_foreign(MutatorState& self, Place place = Place::here()) {
    sync::expect_no_lock_held("enters foreign code", place);
    expect_inside(self, "foreign code entered by a mutator that isn't attached", "foreign code entered twice",
                  "foreign code entered by a mutator that holds the world stopped", place);
    vocabulary::LockGuard lock(mutex_);
    self.whereabouts_.write(Whereabouts::foreign);
    leave();
  }

  /// Mutator, after enter_foreign. Waits while a stop is requested or in force.
  void leave_foreign(MutatorState& self, Place place = Place::here()) {
    sync::expect_no_lock_held("returns from foreign code", place);
    if (self.whereabouts_.read() != Whereabouts::foreign)
      misuse("foreign code left by a mutator that has not entered it", self, place, "call enter_foreign first");
    vocabulary::LockGuard lock(mutex_);
    self.whereabouts_.write(Whereabouts::inside);
    join(self);
  }

  /// Mutator. Returns world_is_stopped when every other mutator is stopped or in foreign code. If another thread is
  /// first, the caller stops for it, and returns another_has_stopped_it when the world is resumed: whatever the caller
  /// did before this call, that collector has seen. Ask again if that isn't enough.
  [[nodiscard]] StopOutcome stop(MutatorState& self, Place place = Place::here()) {
    sync::expect_no_lock_held("stops the world", place);
    expect_inside(self, "world stopped by a mutator that isn't attached", "world stopped from foreign code",
                  "world stopped by a mutator that holds it stopped already", place);
    vocabulary::LockGuard lock(mutex_);
    if (is_requested(epoch())) {
      leave();
      wait_as_stopped(self);
      return StopOutcome::another_has_stopped_it;
    }
    advance_epoch();
    self.whereabouts_.write(Whereabouts::stopping);
    self.acknowledged_.write(epoch());
    leave();
    stopped_.write(stopped_.read() + 1);
    wait_for_running();
    return StopOutcome::world_is_stopped;
  }

  /// The mutator that has stopped the world. Every mutator but those in foreign code runs again.
  void resume(MutatorState& self, Place place = Place::here()) {
    expect_stopping(self, "world resumed by a mutator that has not stopped it", place);
    vocabulary::LockGuard lock(mutex_);
    self.whereabouts_.write(Whereabouts::inside);
    running_.write(running_.read() + stopped_.read());
    stopped_.write(0);
    advance_epoch();
    resumed_.notify_all();
  }

  /// The mutator that has stopped the world: calls visit(MutatorState&) for each attached mutator, itself included.
  template <class Visit>
  void for_each_mutator(const MutatorState& self, Visit visit, Place place = Place::here()) const {
    expect_stopping(self, "mutators visited by one that has not stopped the world", place);
    // Without the lock: only mutators that run change the list, under the lock that stop has held after them.
    for (MutatorState* mutator = first_.read(); mutator != nullptr; mutator = mutator->next_.read()) visit(*mutator);
  }

 protected:
  // Protected, not private: a checker derives from the safepoint to break it.

  using Whereabouts = MutatorState::Whereabouts;

  static constexpr bool is_requested(std::uint32_t epoch) { return (epoch & 1) != 0; }

  // Under the lock.

  // Written under the lock.
  std::uint32_t epoch() const { return epoch_.load(order<"safepoint.epoch.load_epoch">(relaxed)); }

  /// Relaxed, as the flag is a hint: what a stop or a resume orders, the lock orders.
  void advance_epoch() { epoch_.store(epoch() + 1, order<"safepoint.advance_epoch.store_epoch">(relaxed)); }

  /// One mutator less runs.
  void leave() {
    running_.write(running_.read() - 1);
    if (running_.read() == 0 && is_requested(epoch())) all_stopped_.notify_one();
  }

  /// One mutator more runs, from the end of a stop on if there is one.
  void join(MutatorState& self) HALLMARK_REQUIRES(mutex_) {
    if (is_requested(epoch())) {
      wait_as_stopped(self);
    } else {
      running_.write(running_.read() + 1);
    }
  }

  /// The mutator is none of the running, and becomes one by the next resume.
  void wait_as_stopped(MutatorState& self) HALLMARK_REQUIRES(mutex_) {
    const std::uint32_t acknowledged = epoch();
    self.acknowledged_.write(acknowledged);
    stopped_.write(stopped_.read() + 1);
    while (epoch() == acknowledged) resumed_.wait(mutex_);
  }

  void wait_for_running() HALLMARK_REQUIRES(mutex_) {
    std::chrono::milliseconds asked{0};
    while (running_.read() > 0) {
      if (all_stopped_.wait_for(mutex_, watchdog_.period)) continue;
      asked += watchdog_.period;
      report_overdue(asked);
    }
  }

  void report_overdue(std::chrono::milliseconds asked) const {
    for (const MutatorState* mutator = first_.read(); mutator != nullptr; mutator = mutator->next_.read()) {
      if (mutator->whereabouts_.read() != Whereabouts::inside || mutator->acknowledged_.read() == epoch()) continue;
      watchdog_.report({mutator->name_, mutator->attached_at_, asked}, watchdog_.context);
    }
  }

  void link(MutatorState& self) {
    MutatorState* const next = first_.read();
    self.previous_.write(nullptr);
    self.next_.write(next);
    if (next != nullptr) next->previous_.write(&self);
    first_.write(&self);
  }

  void unlink(MutatorState& self) {
    MutatorState* const next = self.next_.read();
    MutatorState* const previous = self.previous_.read();
    if (next != nullptr) next->previous_.write(previous);
    if (previous != nullptr) {
      previous->next_.write(next);
    } else {
      first_.write(next);
    }
  }

  // Without the lock.

  /// The rest of poll, when a stop seems to be requested.
  [[gnu::noinline]] void acknowledge(MutatorState& self, Place place) {
    expect_may_poll(self, place);
    // Whoever asked for it is not in the child of a fork, and nobody resumes.
    if (!process_.is_this())
      misuse("poll in a process that was forked", self, place, "call exec there, or make a heap there");
    vocabulary::LockGuard lock(mutex_);
    if (!is_requested(epoch())) return;
    leave();
    wait_as_stopped(self);
  }

  static void expect_may_poll(const MutatorState& self, Place place) {
    sync::expect_no_lock_held("polls a safepoint", place);
    expect_inside(self, "poll by a mutator that isn't attached", "poll in foreign code",
                  "poll by the mutator that holds the world stopped", place);
  }

  /// A thread may read its own whereabouts without the lock.
  static void expect_inside(const MutatorState& self, const char* if_detached, const char* if_foreign,
                            const char* if_stopping, Place place) {
    switch (self.whereabouts_.read()) {
      case Whereabouts::inside: return;
      case Whereabouts::detached: misuse(if_detached, self, place, "call attach first"); return;
      case Whereabouts::foreign: misuse(if_foreign, self, place, "call leave_foreign first"); return;
      case Whereabouts::stopping: misuse(if_stopping, self, place, "call resume first"); return;
    }
  }

  static void expect_stopping(const MutatorState& self, const char* if_not, Place place) {
    if (self.whereabouts_.read() != Whereabouts::stopping) misuse(if_not, self, place, "call stop first");
  }

  static void misuse(const char* what, const MutatorState& self, Place place, const char* to_do) {
    sync::report_misuse({.what = what,
                         .name = self.name(),
                         .place = place,
                         .to_do = to_do,
                         .earlier = self.attached_at(),
                         .which = "last attached"});
  }

  const Watchdog watchdog_;
  const vocabulary::OwnProcess process_;
  sync::mutex mutex_{kSafepointRank, "safepoint"};
  sync::condition all_stopped_;        // under the lock: for the one who stops the world
  sync::condition resumed_;            // under the lock: for all who are stopped
  sync::atomic<std::uint32_t> epoch_;  // written under the lock; odd: a stop is requested or in force
  sync::plain<unsigned> running_;      // under the lock
  sync::plain<unsigned> stopped_;      // under the lock: those that run again by the next resume
  sync::plain<MutatorState*> first_;   // under the lock, written by mutators that run
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
