// WorkerGate: the start and the end barrier of a marking, and where the worker threads park between two.
//
// Thread roles: one coordinator calls open, wait_for_all and close; each of the helpers, threads that live as long as
// the gate, calls wait_for_round and arrive in turn.
//
// Invariants (each is asserted in models/mark/worker_gate_scenarios.hpp):
//   I1  a helper works in each round once, and only after open.
//   I2  wait_for_all returns when each helper has arrived. What it wrote before is visible then; what the coordinator
//       wrote before open is visible to helpers.
//
// Everything is written and read under one lock, and notified under it, so no wake-up falls between a test and its
// wait.
//
// Read next: proofs/mark/worker_gate.md, models/mark/worker_gate.cpp, parallel_mark_coordinator.hpp.
#pragma once

#include <cstdint>

#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Nothing else is locked while this lock is held.
inline constexpr vocabulary::LockRank kWorkerGateRank{150};

class WorkerGate {
 public:
  /// For so many helpers, 0 or more.
  explicit WorkerGate(unsigned helpers) : helpers_(helpers), arrived_(helpers) {}

  /// Coordinator, when all helpers have arrived: begins a round.
  void open() {
    vocabulary::LockGuard lock(mutex_);
    round_.write(round_.read() + 1);
    arrived_.write(0);
    begins_.notify_all();
  }

  /// Coordinator: waits until each helper has ended its round.
  void wait_for_all() {
    vocabulary::LockGuard lock(mutex_);
    while (arrived_.read() < helpers_) ends_.wait(mutex_);
  }

  /// Coordinator, when all helpers have arrived: there are no more rounds.
  void close() {
    vocabulary::LockGuard lock(mutex_);
    closed_.write(true);
    begins_.notify_all();
  }

  /// Helper. Waits for a round other than `last`, the number of its last one, 0 before the first. Returns its number,
  /// or 0: there are no more.
  std::uint64_t wait_for_round(std::uint64_t last) {
    vocabulary::LockGuard lock(mutex_);
    while (!closed_.read() && round_.read() == last) begins_.wait(mutex_);
    return closed_.read() ? 0 : round_.read();
  }

  /// Helper: it has ended its round.
  void arrive() {
    vocabulary::LockGuard lock(mutex_);
    arrived_.write(arrived_.read() + 1);
    if (arrived_.read() == helpers_) ends_.notify_one();
  }

 protected:
  // Protected, not private: a checker derives from the gate to break it.

  sync::mutex mutex_{kWorkerGateRank, "worker gate"};
  sync::condition begins_;  // under the lock
  sync::condition ends_;    // under the lock
  const unsigned helpers_;
  sync::plain<std::uint64_t> round_;  // under the lock
  sync::plain<unsigned> arrived_;     // under the lock: in this round
  sync::plain<bool> closed_;          // under the lock
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
