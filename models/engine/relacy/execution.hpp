// The execution that is running: what the cells and the engine share.
#pragma once

#include <array>

#include "models/engine/core/pairs.hpp"
#include "models/engine/core/trace.hpp"
#include "models/engine/relacy/relacy.hpp"

namespace hallmark::relacy_engine {

struct Execution {
  /// The thread that Relacy takes for the writer of an atomic's newest value. The layout behind it depends on the
  /// number of threads, which Relacy knows at compile time only.
  rl::thread_id_t& (*newest_writer)(rl::atomic_data& data) = nullptr;
  check::Trace* trace = nullptr;         // null: don't record
  check::SitePairs* pairs = nullptr;     // null: don't record; needs a trace
  unsigned objects = 0;                  // objects made so far
  bool threads_running = false;          // false in the constructor and in after()
  std::array<unsigned, 4> locks_held{};  // by each thread
  const char* failure = nullptr;         // set before Relacy is told to fail
  const char* failure_file = "";
  int failure_line = 0;

  /// Appends an event when recording. Never allocates: it runs inside Relacy's own memory management, so the engine
  /// reserves room beforehand and events beyond it are dropped.
  unsigned record(const check::Event& event);
};
inline Execution execution;

/// Ends the execution as failed. Does not return.
[[noreturn]] void fail(const char* what, const char* file, int line, rl::test_result_e kind);

}  // namespace hallmark::relacy_engine
