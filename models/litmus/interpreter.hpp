// Runs a litmus program as a scenario of an engine. interpreter.cpp is compiled once for each backend.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/engine/core/scenario.hpp"
#include "models/engine/core/site.hpp"
#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// Counts outcomes. Has a fixed size and no pointers: it may lie in memory that two processes share, and it is filled
/// while an engine runs, when nothing may be allocated.
struct Observations {
  static constexpr unsigned kMost = 512;

  void add(Outcome outcome);

  unsigned count = 0;
  bool overflow = false;
  Outcome outcomes[kMost]{};
  std::uint64_t times[kMost]{};
};

/// A program with the sites that its operations need: an engine takes the orders from there.
class Prepared {
 public:
  struct Step {
    Instruction instruction;
    check::Site* site = nullptr;
    check::Site* failure = nullptr;
    int number = 0;
  };

  explicit Prepared(const Program& program);
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  const Program& program() const { return *program_; }
  const std::vector<Step>& steps(unsigned thread) const { return threads_[thread]; }

 private:
  const Program* program_;
  std::deque<check::Site> sites_;
  std::vector<std::vector<Step>> threads_;
};

/// What the interpreter of this process executes, and where it puts what it sees. Set before an engine runs.
struct Interpreted {
  const Prepared* prepared = nullptr;
  Observations* observations = nullptr;
};
inline Interpreted interpreted;

}  // namespace hallmark::litmus

#ifdef HALLMARK_ENGINE
namespace hallmark::inline HALLMARK_ENGINE {

/// The scenario that executes `litmus::interpreted` with `info.threads` threads. `info` must outlive its use.
check::ScenarioType litmus_interpreter(const check::ScenarioInfo& info);

}  // namespace hallmark::inline HALLMARK_ENGINE
#endif
