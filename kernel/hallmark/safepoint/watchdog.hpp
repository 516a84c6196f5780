// Watchdog: who is told of mutators that don't stop when they are asked to.
#pragma once

#include <chrono>
#include <cstdio>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// A mutator that has not stopped, and for how long it has been asked at least.
struct OverdueMutator {
  const char* name;
  vocabulary::Place attached_at;
  std::chrono::milliseconds asked;
};

/// The watchdog that prints to the standard error stream.
inline void print_overdue(const OverdueMutator& mutator, void*) {
  std::fprintf(
      stderr,
      "hallmark: warning: mutator \"%s\" (attached at %s:%d) has not stopped for %lld ms; the collector waits\n"
      "  to do: let it poll, or call enter_foreign before it blocks\n",
      mutator.name, mutator.attached_at.file, mutator.attached_at.line, static_cast<long long>(mutator.asked.count()));
}

/// A stop reports each mutator that it still waits for, once a period. It never goes on without one.
struct Watchdog {
  std::chrono::milliseconds period{1000};
  /// Runs under the safepoint's lock, on the thread that stops the world: it must not call the safepoint, nor the heap.
  void (*report)(const OverdueMutator& mutator, void* context) = &print_overdue;
  void* context = nullptr;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
