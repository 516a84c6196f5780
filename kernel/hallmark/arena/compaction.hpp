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
//   table      in a table in the gap, an entry for each region of 256 bytes: which of its units live, and where the
//              first of them goes (as in Kermany and Petrank, "The Compressor", PLDI 2006). A reference costs one entry
//              and a count of bits. Headers are not written. O(blocks + references). Needs 8 bytes of gap a region,
//              1/32 of the heap; where they are not there, the compaction is done in place, and counted.
//
// Invariants: C1  every reference is rewritten exactly once, before anything moves.
//             C2  order is kept, so that a block slides down over free blocks or itself only.
//
// Read next: arena.hpp.
#pragma once

#include <bit>
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

  // An entry of the table, for kRegionUnits units. Of a region in which no live block starts, it is not written: no
  // reference leads there. Each live block writes the entry of the region in which it starts, and no other.
  struct Region {
    std::uint32_t live;      // bit i: unit i is of a live block that starts in this region
    std::uint32_t new_unit;  // the new place of the first of these blocks
  };
  static constexpr std::uint32_t kRegionUnits = 32;
  static_assert(sizeof(Region) == kArenaUnit);

  // Moves the live blocks, in order, to [target, target + live units). The heap has been swept; the target's end is at
  // or below the limit.
  void slide(std::uint32_t target, Forwarding forwarding) {
    statistics_.last_moved = 0;
    statistics_.last_table_reads = 0;
    if (target == first_ && top_ - first_ == this->live_units()) return;
    this->unpoison_units(0, limit_);
    const bool in_table = forwarding == Forwarding::table && take_table();
    if (forwarding == Forwarding::table && !in_table) ++statistics_.table_fallbacks;
    const std::uint32_t new_stamp = Options::kChecked ? (this->stamp_ + 1) % HeapIndex::kStamps : 0;
    if (in_table) {
      forward(target, [this](std::uint32_t unit, std::uint32_t new_unit) { enter(unit, new_unit); });
      rewrite(new_stamp, [this](std::uint32_t unit) { return look_up(unit); });
    } else {
      forward(target,
              [this](std::uint32_t unit, std::uint32_t new_unit) { (void)header(unit).set_reserved(new_unit + 1); });
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

  // Pass 1. Tells `record` the old and the new unit of each live block.
  template <class Record>
  void forward(std::uint32_t target, const Record& record) {
    std::uint32_t units = 0;
    for (std::uint32_t unit = first_; unit < top_; unit += units) {
      units = header(unit).units();
      if (header(unit).is_free()) continue;
      record(unit, target);
      target += units;
    }
  }

  // Takes the gap for the table. False if it is too small.
  bool take_table() {
    const std::uint32_t regions = (top_ - first_ + kRegionUnits - 1) / kRegionUnits;
    if (regions > limit_ - top_) return false;
    table_ = reinterpret_cast<Region*>(this->at(top_));
    passed_ = 0;
    const std::uint32_t bytes = regions * kArenaUnit;
    if (bytes > statistics_.last_gap_bytes) statistics_.last_gap_bytes = bytes;
    return true;
  }

  // Pass 1, table: enters a live block. In the order of addresses.
  void enter(std::uint32_t unit, std::uint32_t new_unit) {
    const std::uint32_t number = (unit - first_) / kRegionUnits;
    const std::uint32_t bit = (unit - first_) % kRegionUnits;
    Region& region = table_[number];
    if (number >= passed_) {
      region = {0, new_unit};
      passed_ = number + 1;
    }
    const std::uint32_t room = kRegionUnits - bit;
    const std::uint32_t units = header(unit).units() < room ? header(unit).units() : room;
    region.live |= ~0U >> (kRegionUnits - units) << bit;
  }

  // The new place of a live block: behind the live units of its region that are below it.
  std::uint32_t look_up(std::uint32_t unit) {
    ++statistics_.last_table_reads;
    const Region region = table_[(unit - first_) / kRegionUnits];
    const std::uint32_t below = (1U << (unit - first_) % kRegionUnits) - 1;
    return region.new_unit + static_cast<std::uint32_t>(std::popcount(region.live & below));
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
  Region* table_ = nullptr;   // at the heap's top
  std::uint32_t passed_ = 0;  // regions up to that of the last block entered
};

}  // namespace hallmark
