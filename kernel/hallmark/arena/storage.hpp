// ArenaStorage: the caller's buffer, cut into blocks from below and into a reserved stack from above.
//
//     0         first          top               limit          end
//     |  (pad)  | block block  |      gap        | reserved     |
//
// All positions count units of 8 bytes. Blocks lie end to end in [first, top), each with its header; `first` is zero
// except while stress mode has shifted the heap. The gap is nobody's: a collection works in it. The reserved stack is
// the mutator's own (an interpreter's value stack, say); the arena neither reads nor moves it.
//
// Thread roles: one thread.
// Invariants: I1  walking from first by header sizes meets top exactly.
//             I2  first <= top <= limit <= end.
//             I3  while the mutator runs, no header has its mark or a reserved bit set.
//
// Read next: marking.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>

#include <hallmark/arena/arena_options.hpp>
#include <hallmark/arena/block_header.hpp>
#include <hallmark/arena/heap_index.hpp>
#include <hallmark/arena/roots.hpp>
#include <hallmark/arena/type_table.hpp>

namespace hallmark {

/// `index` is null unless status is ok.
struct ArenaAllocation {
  HeapIndex index;
  ArenaStatus status;
};

template <class Options, class Types>
class ArenaStorage {
 public:
  /// `buffer` outlives the arena and holds nothing else. It is aligned here; what exceeds 2 GiB is not used.
  ArenaStorage(void* buffer, std::size_t bytes) {
    const std::size_t misaligned = reinterpret_cast<std::uintptr_t>(buffer) % kArenaUnit;
    const std::size_t skipped = misaligned == 0 ? 0 : kArenaUnit - misaligned;
    base_ = static_cast<unsigned char*>(buffer) + skipped;
    const std::size_t units = bytes < skipped ? 0 : (bytes - skipped) / kArenaUnit;
    end_ = units < HeapIndex::kMostUnits ? static_cast<std::uint32_t>(units) : HeapIndex::kMostUnits - 1;
    limit_ = end_;
    poison_units(0, end_);
  }
  ArenaStorage(const ArenaStorage&) = delete;
  ArenaStorage& operator=(const ArenaStorage&) = delete;
  /// Finalisers do not run: what is still alive was not found dead.
  ~ArenaStorage() { unpoison_units(0, end_); }

  /// A block for a T and `extra` bytes behind it, all zero but for T's own initialisers. Moves nothing. O(1) and the
  /// zeroing.
  template <class T>
  ArenaAllocation try_allocate(std::size_t extra = 0) {
    constexpr std::size_t kMostPayload = std::size_t{HeapIndex::kMostUnits - 1} * kArenaUnit;
    if (extra > kMostPayload - sizeof(T)) return {HeapIndex(), ArenaStatus::bad_size};
    const std::uint32_t units = 1 + units_for(sizeof(T) + extra);
    if (units > room()) return {HeapIndex(), ArenaStatus::out_of_memory};
    const std::uint32_t unit = top_;
    unpoison_units(unit, unit + units);
    BlockHeader* const header = ::new (static_cast<void*>(at(unit))) BlockHeader(units);
    (void)header->set_tag(Types::template tag_of<T>());
    __builtin_memset(payload(unit), 0, (units - 1) * std::size_t{kArenaUnit});
    ::new (payload(unit)) T();
    top_ += units;
    return {index_of(unit), ArenaStatus::ok};
  }

  /// Gives the last block back; its finaliser runs. Nothing may refer to it. O(1).
  ArenaStatus free_last(HeapIndex index) {
    const ArenaStatus status = check_last(index);
    if (status != ArenaStatus::ok) return status;
    const std::uint32_t unit = index.unit();
    if (Types::finalize(header(unit).tag(), payload(unit))) ++statistics_.finalized;
    release_from(unit);
    return ArenaStatus::ok;
  }

  /// Cuts the last block down to `payload` bytes, rounded up to 8. O(1).
  ArenaStatus shrink(HeapIndex index, std::size_t payload) {
    const ArenaStatus status = check_last(index);
    if (status != ArenaStatus::ok) return status;
    BlockHeader& block = header(index.unit());
    if (payload < Types::least_payload(block.tag()) || payload > block.size() - kArenaUnit) {
      return ArenaStatus::bad_size;
    }
    const std::uint32_t units = 1 + units_for(payload);
    (void)block.set_size(units * kArenaUnit);
    release_from(index.unit() + units);
    return ArenaStatus::ok;
  }

  /// Pushes `bytes`, rounded up to 8, on the reserved stack; null when the gap is too small. Never collects. O(1).
  void* reserve(std::size_t bytes) {
    if (bytes > std::size_t{room()} * kArenaUnit) return nullptr;
    limit_ -= units_for(bytes);
    unpoison_units(limit_, limit_ + units_for(bytes));
    return at(limit_);
  }

  /// Pops what the last reserve of the same size pushed. False, and nothing changes, if less is there. O(1).
  bool release(std::size_t bytes) {
    if (bytes > reserved_bytes()) return false;
    const std::uint32_t old_limit = limit_;
    limit_ += units_for(bytes);
    poison_units(old_limit, limit_);
    return true;
  }

  /// The object that `index` names. Null for null, for an index out of the heap and for a block of another type; a
  /// checked arena aborts on an index that is stale or names no block. Valid until something moves. O(1) unchecked.
  template <class T>
  T* get(HeapIndex index) const {
    if (index.is_null()) return nullptr;
    if constexpr (Options::kChecked) require(index);
    if (!in_heap(index) || header(index.unit()).tag() != Types::template tag_of<T>()) return nullptr;
    return static_cast<T*>(payload(index.unit()));
  }

  /// Whether `index` names a block that is not free: ok or foreign_index. Exact in every build. O(blocks).
  ArenaStatus find(HeapIndex index) const {
    if (!in_heap(index) || index.stamp() != stamp_) return ArenaStatus::foreign_index;
    std::uint32_t unit = first_;
    while (unit < index.unit()) unit = next(unit);
    const bool found = unit == index.unit() && !header(unit).is_free();
    return found ? ArenaStatus::ok : ArenaStatus::foreign_index;
  }

  /// Bytes behind the header: what was asked for, rounded up to 8. The index must name a block.
  std::uint32_t payload_bytes(HeapIndex index) const {
    if constexpr (Options::kChecked) require(index);
    return header(index.unit()).size() - kArenaUnit;
  }

  /// Visits (index, tag) of each block that is not free, in address order. O(blocks).
  template <class Visit>
  void for_each_block(Visit&& visit) const {
    for (std::uint32_t unit = first_; unit < top_; unit = next(unit)) {
      if (!header(unit).is_free()) visit(index_of(unit), header(unit).tag());
    }
  }

  std::uint32_t capacity_bytes() const { return end_ * kArenaUnit; }
  /// Bytes from the start of the heap to the end of its last block, pad and free blocks included.
  std::uint32_t top_bytes() const { return top_ * kArenaUnit; }
  /// Zero except in stress mode.
  std::uint32_t first_bytes() const { return first_ * kArenaUnit; }
  std::uint32_t gap_bytes() const { return (limit_ - top_) * kArenaUnit; }
  std::uint32_t reserved_bytes() const { return (end_ - limit_) * kArenaUnit; }

  const ArenaStatistics& statistics() const { return statistics_; }
  RootTable<Options::kRoots>& roots() { return roots_; }
  const RootTable<Options::kRoots>& roots() const { return roots_; }

  /// Called by a scoped root that is destroyed out of order; the root has been taken off its list.
  void report_scope_order() const {
    if constexpr (Options::kChecked) {
      Options::fatal({"a scoped root was destroyed before one that was made after it", 0,
                      "use Root where the order is not that of C++ scopes"});
    }
  }

 protected:
  // Protected, not private: a checker derives from the arena to leave out a step.

  // What stress mode keeps free, so that a full heap can still be shifted.
  static constexpr std::uint32_t kPadUnits = Options::kStress ? 1 : 0;

  // `bytes` at most 2 GiB.
  static constexpr std::uint32_t units_for(std::size_t bytes) {
    return static_cast<std::uint32_t>(bytes / kArenaUnit + (bytes % kArenaUnit != 0 ? 1 : 0));
  }
  std::uint32_t room() const { return limit_ - top_ < kPadUnits ? 0 : limit_ - top_ - kPadUnits; }

  unsigned char* at(std::uint32_t unit) const { return base_ + std::size_t{unit} * kArenaUnit; }
  BlockHeader& header(std::uint32_t unit) const { return *reinterpret_cast<BlockHeader*>(at(unit)); }
  void* payload(std::uint32_t unit) const { return at(unit + 1); }
  HeapIndex index_of(std::uint32_t unit) const { return HeapIndex::of_unit(unit, stamp_); }
  bool in_heap(HeapIndex index) const { return !index.is_null() && index.unit() >= first_ && index.unit() < top_; }

  // The block after the one at `unit`; keeps a walk inside the heap in checked arenas.
  std::uint32_t next(std::uint32_t unit) const {
    if constexpr (Options::kChecked) check_header(unit);
    return unit + header(unit).units();
  }

  void check_header(std::uint32_t unit) const {
    const BlockHeader& block = header(unit);
    const char* wrong = nullptr;
    if (block.size() == 0 || block.size() % kArenaUnit != 0) {
      wrong = "a corrupted header: its size is no size";
    } else if (block.units() > top_ - unit) {
      wrong = "a corrupted header: the block ends above the heap's top";
    } else if (block.tag() > Types::kTypes) {
      wrong = "a corrupted header: no type has its tag";
    } else if (!block.is_free() && block.size() - kArenaUnit < Types::least_payload(block.tag())) {
      wrong = "a corrupted header: the block is too small for its type";
    }
    if (wrong != nullptr) {
      Options::fatal({wrong, unit * kArenaUnit, "look for a write past the end of the block before it"});
    }
  }

  void require(HeapIndex index) const {
    if (index.stamp() != stamp_) {
      Options::fatal({"a stale index: its block has moved since it was read", index.offset(),
                      "hold it in a root while anything is allocated or collected"});
    }
    if (find(index) != ArenaStatus::ok) {
      Options::fatal({"a foreign index: no block starts there", index.offset(),
                      "use indices of this arena only, and none of a block that was freed"});
    }
  }

  ArenaStatus check_last(HeapIndex index) const {
    if (!in_heap(index)) return ArenaStatus::foreign_index;
    if constexpr (Options::kChecked) require(index);
    const BlockHeader& block = header(index.unit());
    if (block.is_free()) return ArenaStatus::foreign_index;
    return block.units() == top_ - index.unit() ? ArenaStatus::ok : ArenaStatus::not_last;
  }

  void release_from(std::uint32_t unit) {
    wipe(unit, top_);
    top_ = unit;
  }

  // Takes [from, to) from everybody. A checked arena overwrites it, too: what still reads it reads nonsense.
  void wipe(std::uint32_t from, std::uint32_t to) {
    if (from >= to) return;
    if constexpr (Options::kChecked) {
      unpoison_units(from, to);
      __builtin_memset(at(from), 0xDB, (to - from) * std::size_t{kArenaUnit});
    }
    poison_units(from, to);
  }

  void poison_units(std::uint32_t from, std::uint32_t to) const {
    Options::poison(at(from), (to - from) * std::size_t{kArenaUnit});
  }
  void unpoison_units(std::uint32_t from, std::uint32_t to) const {
    Options::unpoison(at(from), (to - from) * std::size_t{kArenaUnit});
  }

  unsigned char* base_ = nullptr;
  std::uint32_t first_ = 0;
  std::uint32_t top_ = 0;
  std::uint32_t limit_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t stamp_ = 0;  // of the indices that are valid now; see heap_index.hpp
  RootTable<Options::kRoots> roots_;
  ArenaStatistics statistics_;
};

}  // namespace hallmark
