// Litmus programs as files of the herd tools (https://github.com/herd/herdtools7), in their C dialect, and back.
//
//     C MP+rlx-rel-acq-rlx
//     (* MP(rlx rel acq rlx): the flag's store synchronises with its load
//        Alglave, Maranget, Tautschnig, Herding Cats, TOPLAS 2014
//        outcomes r0 r1
//        rc11: 00 01 11
//        lb: 00 01 11
//        c++20: 00 01 11 *)
//     { [x] = 0; [y] = 0; }
//     P0 (atomic_int* x, atomic_int* y) { ... }
//     P1 (atomic_int* x, atomic_int* y) { ... }
//     locations [1:r0; 1:r1;]
//     exists (1:r0=1 /\ 1:r1=0)
//
// The comment has the exact sets. `exists` asks for the outcomes that no interleaving shows; where a program has none,
// `forall` lists all outcomes. A compare-exchange goes through a cell of its own for the expected value, as C has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/litmus/corpus.hpp"
#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// What a file says.
struct HerdFile {
  std::string name;  ///< as in the corpus
  Program program;
  Behaviour rc11;
  Behaviour load_buffering;
  Behaviour cxx20;
  bool asks_for_weak = false;  ///< exists; otherwise forall
  Behaviour condition;         ///< the outcomes that the condition names
};

/// Why a program has no spelling in herd's C; nothing if it has one.
std::optional<std::string> why_not_in_herd(const Program& program);

/// "MP+rlx-rel-acq-rlx": a name that herd accepts, and of the file.
std::string herd_name(const Program& program);

/// The text of the file. Only for programs that have a spelling.
std::string to_herd(const CorpusEntry& entry);

/// Reads what to_herd writes. Throws std::invalid_argument with the offending text.
HerdFile parse_herd(std::string_view text);

/// Writes a file for each program of the corpus that has a spelling, and prints which have none. Throws
/// std::runtime_error if a file can't be written.
void export_litmus(const std::string& folder);

}  // namespace hallmark::litmus
