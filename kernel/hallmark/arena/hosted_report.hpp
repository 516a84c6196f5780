// For arenas on a system with a standard error: reports a broken invariant there and aborts. The only header of this
// folder that needs a hosted library; nothing else here includes it.
#pragma once

#include <cstdio>
#include <cstdlib>

#include <hallmark/arena/arena_options.hpp>

namespace hallmark {

[[noreturn]] inline void report_and_abort(const ArenaReport& report) {
  std::fprintf(stderr,
               "hallmark: fatal: arena: %s\n"
               "  at offset      %u (0x%x) of the heap\n"
               "  to do: %s\n",
               report.what, static_cast<unsigned>(report.offset), static_cast<unsigned>(report.offset), report.to_do);
  std::abort();
}

/// Checked, with reports on standard error.
struct CheckedArenaOptions : ArenaOptions {
  static constexpr bool kChecked = true;
  [[noreturn]] static void fatal(const ArenaReport& report) { report_and_abort(report); }
};

/// Checked, and every allocation collects and moves every block.
struct StressedArenaOptions : CheckedArenaOptions {
  static constexpr bool kStress = true;
};

}  // namespace hallmark
