// All behaviours of a litmus program by brute force: every candidate execution is built and tested against the axioms.
// It shares no code with the engines and makes no attempt to be clever, so that they can be measured by it.
//
// The axioms, in the notation of Lahav et al., "Repairing Sequential Consistency in C/C++11" (PLDI 2017), are written
// down in proofs/memory_model.md.
#pragma once

#include <cstdint>

#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// What a program may show under each of the models.
struct Allowed {
  Behaviour rc11;                ///< RC11 with the release sequences of C++20
  Behaviour load_buffering;      ///< the same, but a load may read from a later store that doesn't depend on it
  Behaviour any_cycle;           ///< the same, but a load may read from any later store: values out of thin air, too;
                                 ///< its outcomes are kept although there may be a race
  Behaviour cxx20;               ///< RC11 with the order of seq_cst operations as the C++20 standard words it
  std::uint64_t candidates = 0;  ///< executions that were tested
};

/// False if values may exceed 15, or if there are too many events.
bool fits_brute_force(const Program& program);

/// Throws std::invalid_argument if the program doesn't fit.
Allowed enumerate(const Program& program);

}  // namespace hallmark::litmus
