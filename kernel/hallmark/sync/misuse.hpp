// Misuse: how the kernel reports a call that its contract forbids and that it can't go on from.
//
// Thread roles: any. Costs nothing before something is wrong.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <hallmark/sync/lock_rank.hpp>

namespace hallmark::vocabulary {

/// What was done wrongly. The texts must outlive the report (literals, or names that the user gave).
struct Misuse {
  const char* what;     ///< "mutator attached twice"
  const char* name;     ///< the object that it was done to
  Place place{};        ///< of the call; file may be null
  const char* to_do;    ///< what the caller should do instead
  Place earlier{};      ///< an earlier call that this one doesn't go with; file may be null
  const char* which{};  ///< what that call was: "attached"
};

/// Prints what was wrong, where, and what to do, and ends the program.
[[noreturn]] inline void report_misuse(const Misuse& misuse) {
  std::fprintf(stderr, "hallmark: fatal: %s\n  which: \"%s\"\n", misuse.what, misuse.name);
  if (misuse.place.file != nullptr) std::fprintf(stderr, "  at %s:%d\n", misuse.place.file, misuse.place.line);
  if (misuse.earlier.file != nullptr)
    std::fprintf(stderr, "  %s at %s:%d\n", misuse.which, misuse.earlier.file, misuse.earlier.line);
  std::fprintf(stderr, "  to do: %s\n", misuse.to_do);
  std::abort();
}

}  // namespace hallmark::vocabulary
