// What an arena is asked to be, what its operations answer, what it counts.
//
// Nothing in this folder depends on the platform: no threads, no exceptions, no RTTI, no allocation, no library beyond
// the freestanding headers. It therefore lies in namespace hallmark itself, not in a backend's inline namespace
// (sync/sync.hpp needs a hosted library), and whether an arena is checked is part of its type.
//
// Read next: arena.hpp; hosted_report.hpp for programs that have a standard error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace hallmark {

/// How an operation of the arena ended. Anything but ok has changed nothing.
enum class ArenaStatus : unsigned char {
  ok,
  out_of_memory,   ///< the gap is smaller than what was asked for
  bad_size,        ///< more than a heap can hold, or, in shrink, larger than the block or smaller than its type
  not_last,        ///< free_last and shrink work on the last block only
  foreign_index,   ///< null, or no block of this arena
  root_list_full,  ///< all Options::kRoots any-order roots are in use
};

/// A broken invariant. `offset`: bytes from the start of the heap.
struct ArenaReport {
  const char* what;
  std::uint32_t offset;
  const char* to_do;
};

/// Counters since construction, except where they name the last collection.
struct ArenaStatistics {
  std::uint32_t collections = 0;      ///< markings with their sweep
  std::uint32_t movements = 0;        ///< compactions that moved something: indices and hashes are new since
  std::uint32_t table_fallbacks = 0;  ///< compactions whose forwarding table did not fit, and were done in place
  std::uint32_t finalized = 0;
  std::uint32_t foreign_references = 0;  ///< references that lead out of the heap, met by marking and left alone

  std::uint32_t last_marked = 0;       ///< blocks marked by the last collection
  std::uint32_t last_traced = 0;       ///< blocks traced: each marked block once
  std::uint32_t last_overflows = 0;    ///< of those, blocks linked through their headers because the gap was full
  std::uint32_t last_walked = 0;       ///< blocks met by the last sweep, live, dead and free
  std::uint32_t last_freed = 0;        ///< blocks found dead
  std::uint32_t last_moved = 0;        ///< blocks moved by the last compaction
  std::uint32_t last_table_reads = 0;  ///< entries of the forwarding table read by the last compaction
  std::uint32_t last_gap_bytes = 0;    ///< most bytes of the gap that the last collection took: mark stack, then table
};

/// The defaults. A user derives from it and hides what should differ.
struct ArenaOptions {
  /// Validates each index and header it meets, in O(blocks) per index, and calls fatal() where it would go astray.
  static constexpr bool kChecked = false;
  /// Collects at each allocation and moves every block there is.
  static constexpr bool kStress = false;
  /// Any-order roots; scoped roots are not limited. Range 1..65534.
  static constexpr std::size_t kRoots = 16;
  /// Slots of four bytes that marking may use of the gap.
  static constexpr std::uint32_t kMarkStackSlots = std::numeric_limits<std::uint32_t>::max();

  /// Told which memory holds nothing that anyone may read, and which does again; for AddressSanitizer. 8-byte aligned.
  static void poison(const void*, std::size_t) {}
  static void unpoison(const void*, std::size_t) {}

  /// Must not return. Called by checked arenas, and by stress mode when a block did not move.
  [[noreturn]] static void fatal(const ArenaReport&) { __builtin_trap(); }
};

}  // namespace hallmark
