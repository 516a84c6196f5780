// Arena: an allocator and mark-compact collector for small targets, in a buffer that the caller gives.
//
//     alignas(8) static unsigned char memory[10'000];
//     hallmark::Arena<hallmark::ArenaOptions, Pair, String> arena(memory, sizeof memory);
//     decltype(arena)::ScopedRoot<Pair> list(arena);
//     auto [index, status] = arena.allocate<Pair>();
//
// Layers, a header each: storage (blocks, the gap, the reserved stack), marking (and sweep), compaction, and here what
// happens when memory runs out and in stress mode.
//
// Thread roles: one thread at a time, the mutator's; every operation runs to its end in the calling thread.
// Errors are values (arena_options.hpp). A checked arena (Options::kChecked) also aborts, with a report, on a stale or
// foreign index, a corrupted header and scopes out of order; each index then costs a walk of the heap.
//
// The rule for the mutator: allocate, collect and compact end the life of every pointer, and allocate and compact that
// of every index, that is not held by a root or a traced object. A type's references are HeapIndex members.
//
// Stress mode (Options::kStress): each allocate collects and moves every block, up by the pad and down again by turns.
// The heap goes up by all that is dead and one unit more, so that no block stays where it was. Nothing is pinned:
// moved blocks equal live blocks, or fatal() is called.
//
// Read next: proofs/arena/arena.md.
#pragma once

#include <cstddef>

#include <hallmark/arena/compaction.hpp>

namespace hallmark {

/// Options: ArenaOptions or a class derived from it. Types: one to seven, trivially copyable; see tracer.hpp.
template <class Options, class... Types>
class Arena : public ArenaCompaction<Options, TypeTable<Types...>> {
  using Base = ArenaCompaction<Options, TypeTable<Types...>>;

 public:
  using Table = TypeTable<Types...>;
  /// An index that follows its block, until the handle is destroyed; in any order; at most Options::kRoots at a time.
  template <class T>
  using Root = ArenaRoot<Arena, T>;
  /// The same in the order of C++ scopes, without a limit.
  template <class T>
  using ScopedRoot = ArenaScopedRoot<Arena, T>;

  using Base::Base;

  /// As try_allocate; if the gap is too small, compacts first. out_of_memory says that what is reachable and the
  /// reserved stack leave no room. O(1) while the gap suffices.
  template <class T>
  ArenaAllocation allocate(std::size_t extra = 0) {
    if constexpr (Options::kStress) move_everything();
    const ArenaAllocation allocation = this->template try_allocate<T>(extra);
    if (allocation.status != ArenaStatus::out_of_memory) return allocation;
    this->compact();
    return this->template try_allocate<T>(extra);
  }

 protected:
  using Base::first_;
  using Base::statistics_;
  using Base::top_;

  // Collects, then moves each live block, up and down by turns, with and without a table by turns of two.
  void move_everything() {
    this->collect();
    const std::uint32_t dead = top_ - first_ - this->live_units();
    // Down: each block by what lies before the first, at least. Up: each by one unit more than all that is dead, less
    // the dead before it. The last block ends one unit above the old top, which is the pad.
    const bool down = first_ > 0 || this->live_units() == 0;
    const bool in_place = statistics_.collections / 2 % 2 == 0;
    this->slide(down ? 0 : dead + Base::kPadUnits, in_place ? Forwarding::in_place : Forwarding::table);
    if (statistics_.last_moved != statistics_.last_marked) {
      Options::fatal({"stress mode: a live block did not move", this->first_bytes(),
                      "a block changed between marking and sliding: look for a trace function that writes"});
    }
  }
};

}  // namespace hallmark
