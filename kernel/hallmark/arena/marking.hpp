// ArenaMarking: tri-colour marking with a stack in the gap, and the sweep.
//
// After Dijkstra et al., "On-the-fly garbage collection" (CACM 1978), for the colours, and Schorr and Waite (CACM
// 1967) for the thought that the graph itself can hold what is left to do.
//
//   white   not marked                     may be dead
//   grey    marked, on the stack or list   its references are not yet visited
//   black   marked, on neither             its references are
//
// A block turns grey once, when its mark is set. If the gap has no slot left, the block goes on a list through the
// reserved bits of its own header, which every block has: nothing is dropped, nothing is looked for again. Marking is
// O(live blocks + references) with a gap of any size, zero included.
//
// Invariants: M1  no black block refers to a white one.
//             M2  each marked block is traced exactly once.
//             M3  when marking ends, every reserved field is zero again, and the marked blocks are the reachable ones.
//
// Sweep walks all blocks once: it clears marks, runs finalisers, makes one free block of dead neighbours, and lowers
// the top below the last live block. Free blocks are not allocated from; compaction takes them out.
//
// Read next: compaction.hpp.
#pragma once

#include <cstdint>

#include <hallmark/arena/storage.hpp>

namespace hallmark {

template <class Options, class Types>
class ArenaMarking : public ArenaStorage<Options, Types> {
  using Base = ArenaStorage<Options, Types>;

 public:
  using Base::Base;

  /// Marks and sweeps. No block moves and no index changes.
  void collect() {
    if constexpr (Options::kChecked) check_heap();
    this->unpoison_units(top_, limit_);
    mark();
    sweep();
    this->poison_units(top_, limit_);
    ++statistics_.collections;
  }

 protected:
  using Base::first_;
  using Base::header;
  using Base::limit_;
  using Base::payload;
  using Base::roots_;
  using Base::statistics_;
  using Base::top_;

  void mark() {
    stack_ = reinterpret_cast<std::uint32_t*>(this->at(top_));
    const std::uint32_t slots = (limit_ - top_) * (kArenaUnit / static_cast<std::uint32_t>(sizeof(std::uint32_t)));
    capacity_ = slots < Options::kMarkStackSlots ? slots : Options::kMarkStackSlots;
    depth_ = 0;
    overflowed_ = 0;
    statistics_.last_marked = 0;
    statistics_.last_traced = 0;
    statistics_.last_overflows = 0;
    statistics_.last_gap_bytes = 0;
    const auto visit = [this](HeapIndex& reference) { shade(reference); };
    roots_.for_each(visit);
    std::uint32_t unit = 0;
    while (pop(unit)) {
      trace(unit, visit);
      ++statistics_.last_traced;
    }
  }

  // Visits each reference of the block.
  template <class Visit>
  void trace(std::uint32_t unit, const Visit& visit) {
    const BlockHeader& block = header(unit);
    Types::trace(block.tag(), payload(unit), block.size() - kArenaUnit, visit);
  }

  // White to grey.
  void shade(HeapIndex reference) {
    if (reference.is_null()) return;
    if constexpr (Options::kChecked) this->require(reference);
    if (!this->in_heap(reference)) {
      ++statistics_.foreign_references;
      return;
    }
    BlockHeader& block = header(reference.unit());
    if (block.is_marked()) return;
    block.set_mark();
    ++statistics_.last_marked;
    push(reference.unit());
  }

  void push(std::uint32_t unit) {
    if (depth_ < capacity_) {
      stack_[depth_++] = unit;
      const auto bytes = depth_ * static_cast<std::uint32_t>(sizeof(std::uint32_t));
      if (bytes > statistics_.last_gap_bytes) statistics_.last_gap_bytes = bytes;
      return;
    }
    // Fits: a unit is below HeapIndex::kMostUnits, which is BlockHeader::kMostReserved.
    (void)header(unit).set_reserved(overflowed_);
    overflowed_ = unit + 1;
    ++statistics_.last_overflows;
  }

  // False when nothing is grey. The stack before the list: its blocks make room for their own references.
  bool pop(std::uint32_t& unit) {
    if (depth_ > 0) {
      unit = stack_[--depth_];
      return true;
    }
    if (overflowed_ == 0) return false;
    unit = overflowed_ - 1;
    overflowed_ = header(unit).reserved();
    header(unit).clear_reserved();
    return true;
  }

  void sweep() {
    statistics_.last_walked = 0;
    statistics_.last_freed = 0;
    live_units_ = 0;
    std::uint32_t live_end = first_;
    std::uint32_t free_run = kNoRun;
    std::uint32_t units = 0;
    for (std::uint32_t unit = first_; unit < top_; unit += units) {
      ++statistics_.last_walked;
      BlockHeader& block = header(unit);
      units = block.units();
      if (block.is_marked()) {
        block.clear_mark();
        live_units_ += units;
        live_end = unit + units;
        free_run = kNoRun;
        continue;
      }
      if (!block.is_free()) {
        ++statistics_.last_freed;
        if (Types::finalize(block.tag(), payload(unit))) ++statistics_.finalized;
        (void)block.set_tag(BlockHeader::kFreeTag);
      }
      if (free_run == kNoRun) {
        free_run = unit;
        this->wipe(unit + 1, unit + units);
      } else {
        (void)header(free_run).set_size(header(free_run).size() + units * kArenaUnit);
        this->wipe(unit, unit + units);
      }
    }
    this->wipe(live_end, top_);
    top_ = live_end;
  }

  // Before a collection of a checked arena: I1 and I3 of storage.hpp.
  void check_heap() const {
    for (std::uint32_t unit = first_; unit < top_; unit = this->next(unit)) {
      if (header(unit).is_marked() || header(unit).reserved() != 0) {
        Options::fatal({"a corrupted header: the collector's bits are set while it does not run", unit * kArenaUnit,
                        "look for a write past the end of the block before it"});
      }
    }
  }

  std::uint32_t live_units() const { return live_units_; }

 private:
  static constexpr std::uint32_t kNoRun = HeapIndex::kMostUnits;

  // Of the running or last collection.
  std::uint32_t* stack_ = nullptr;  // at the heap's top
  std::uint32_t capacity_ = 0;      // slots
  std::uint32_t depth_ = 0;         // slots in use
  std::uint32_t overflowed_ = 0;    // unit plus one of the first grey block on the list; zero: none
  std::uint32_t live_units_ = 0;    // units of marked blocks, counted by the sweep
};

}  // namespace hallmark
