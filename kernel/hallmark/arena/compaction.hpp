// ArenaCompaction: slides the live blocks together, in order, and rewrites every reference to them.
//
// Three passes over a swept heap (all that is not free is live; no mark is consulted):
//   1  forward    where will each block be?
//   2  rewrite    each reference in roots and live blocks: the old place to the new one
//   3  slide      move the bytes, from low to high addresses
//
// The answer to 1 is kept in one of two places; both give the same heap:
//   in_place   in the reserved bits of the block's header (the LISP 2 collector: Knuth, TAOCP 1, 2.5 exercise 33; here
//              without its extra field). No memory beyond the heap. O(blocks + references).
//   table      in a break table in the gap, an entry for each run of live blocks (Haddon and Waite, "A compaction
//              procedure for variable-length storage elements", Computer Journal 1967; here in the gap from the start,
//              not rolled through it). Headers are not written. O(blocks + references * log runs). Needs 8 bytes of gap
//              a run; where they are not there, the compaction is done in place, and counted.
//
// Invariants: C1  every reference is rewritten exactly once, before anything moves.
//             C2  order is kept, so that a block slides down over free blocks or itself only.
//
// Read next: arena.hpp.
#pragma once

#include <cstdint>

#include <hallmark/arena/marking.hpp>

namespace hallmark {

enum class Forwarding : unsigned char { in_place, table };

template <class Options, class Types>
class ArenaCompaction : public ArenaMarking<Options, Types> {
  using Base = ArenaMarking<Options, Types>;

 public:
  using Base::Base;

  /// Collects, then slides the live blocks to the start of the heap: its top is the sum of the live blocks.
  /// Every index and every pointer into the heap that is not in a root or a traced object is stale afterwards.
  void compact(Forwarding forwarding = Forwarding::in_place) {
    this->collect();
    slide(0, forwarding);
  }

 protected:
  using Base::first_;
  using Base::header;
  using Base::limit_;
  using Base::statistics_;
  using Base::top_;

  // The first unit of a run of live blocks, and the new place of that unit.
  struct Break {
    std::uint32_t old_unit;
    std::uint32_t new_unit;
  };
  static_assert(sizeof(Break) == kArenaUnit);

  // Moves the live blocks, in order, to [target, target + live units). The heap has been swept; the target's end is at
  // or below the limit.
  void slide(std::uint32_t target, Forwarding forwarding) {
    statistics_.last_moved = 0;
    if (target == first_ && top_ - first_ == this->live_units()) return;
    this->unpoison_units(0, limit_);
    const bool in_table = forwarding == Forwarding::table && build_table(target);
    if (forwarding == Forwarding::table && !in_table) ++statistics_.table_fallbacks;
    const std::uint32_t new_stamp = Options::kChecked ? (this->stamp_ + 1) % HeapIndex::kStamps : 0;
    if (in_table) {
      rewrite(new_stamp, [this](std::uint32_t unit) { return look_up(unit); });
    } else {
      write_forwarding(target);
      rewrite(new_stamp, [this](std::uint32_t unit) { return header(unit).reserved() - 1; });
    }
    const std::uint32_t old_top = top_;
    move_blocks(target, !in_table);
    this->stamp_ = new_stamp;
    this->wipe(0, first_);
    this->wipe(top_, old_top);
    this->poison_units(top_, limit_);
    if (statistics_.last_moved > 0) ++statistics_.movements;
  }

  // Pass 1, in place.
  void write_forwarding(std::uint32_t target) {
    std::uint32_t units = 0;
    for (std::uint32_t unit = first_; unit < top_; unit += units) {
      units = header(unit).units();
      if (header(unit).is_free()) continue;
      (void)header(unit).set_reserved(target + 1);
      target += units;
    }
  }

  // Pass 1, table. False if the gap does not hold it.
  bool build_table(std::uint32_t target) {
    table_ = reinterpret_cast<Break*>(this->at(top_));
    breaks_ = 0;
    bool in_run = false;
    std::uint32_t units = 0;
    for (std::uint32_t unit = first_; unit < top_; unit += units) {
      units = header(unit).units();
      if (header(unit).is_free()) {
        in_run = false;
        continue;
      }
      if (!in_run) {
        if (breaks_ == limit_ - top_) return false;
        table_[breaks_++] = {unit, target};
        in_run = true;
      }
      target += units;
    }
    const std::uint32_t bytes = breaks_ * kArenaUnit;
    if (bytes > statistics_.last_gap_bytes) statistics_.last_gap_bytes = bytes;
    return true;
  }

  // The new place of a live block, by the last break at or below it.
  std::uint32_t look_up(std::uint32_t unit) const {
    std::uint32_t low = 0;
    std::uint32_t high = breaks_;
    while (high - low > 1) {
      const std::uint32_t middle = low + (high - low) / 2;
      (table_[middle].old_unit <= unit ? low : high) = middle;
    }
    return table_[low].new_unit + (unit - table_[low].old_unit);
  }

  // Pass 2. `new_place` maps the old unit of a live block to its new one.
  template <class NewPlace>
  void rewrite(std::uint32_t new_stamp, const NewPlace& new_place) {
    const auto visit = [&](HeapIndex& reference) {
      if (this->in_heap(reference)) reference = HeapIndex::of_unit(new_place(reference.unit()), new_stamp);
    };
    this->roots_.for_each(visit);
    for (std::uint32_t unit = first_; unit < top_; unit += header(unit).units()) {
      if (!header(unit).is_free()) this->trace(unit, visit);
    }
  }

  // Pass 3, a run of live blocks at a time. Upwards, all blocks go down as far as they can first, and then up as one.
  void move_blocks(std::uint32_t target, bool clear_reserved) {
    const std::uint32_t low = target < first_ ? target : first_;
    const std::uint32_t up = target - low;
    std::uint32_t to = low;
    std::uint32_t unit = first_;
    while (unit < top_) {
      if (header(unit).is_free()) {
        unit += header(unit).units();
        continue;
      }
      const std::uint32_t run = unit;
      std::uint32_t blocks = 0;
      for (; unit < top_ && !header(unit).is_free(); unit += header(unit).units()) {
        if (clear_reserved) header(unit).clear_reserved();
        ++blocks;
      }
      if (run != to) __builtin_memmove(this->at(to), this->at(run), (unit - run) * std::size_t{kArenaUnit});
      if (run != to + up) statistics_.last_moved += blocks;
      to += unit - run;
    }
    if (up > 0) __builtin_memmove(this->at(target), this->at(low), (to - low) * std::size_t{kArenaUnit});
    first_ = target;
    top_ = to + up;
  }

 private:
  Break* table_ = nullptr;  // at the heap's top
  std::uint32_t breaks_ = 0;
};

}  // namespace hallmark
