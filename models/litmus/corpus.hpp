// Classic litmus programs and the exact set of outcomes that each of three models allows.
#pragma once

#include <string>
#include <vector>

#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// One program with what it may show. The sets are written down by hand in corpus.cpp.
struct CorpusEntry {
  std::string family;        ///< "SB"
  Program program;           ///< its name is "SB(rlx rlx rlx rlx)"
  Behaviour rc11;            ///< RC11 with the release sequences of C++20
  Behaviour load_buffering;  ///< the same, but a load may read from a later store that doesn't depend on it
  Behaviour cxx20;           ///< RC11 with the order of seq_cst operations as the C++20 standard words it
  Behaviour weak;            ///< the outcomes that are looked for: those that no interleaving of the threads shows
  std::string why;           ///< the reason for the verdict
  std::string reference;     ///< where the program or the rule is from
};

const std::vector<CorpusEntry>& corpus();

}  // namespace hallmark::litmus
