// PageHeap: pages, and what lies in them: types, allocation, sweep.
//
// Thread roles: allocators (allocator.hpp) call take_page, large and what they need from any thread, under the lock
// here; markers call try_mark, trace and the like, any number of threads, while the world is stopped; register_type,
// sweep and clear_marks are called while the world is stopped or before it starts.
//
// Where pages lie, and what is known of each: page_table.hpp. How objects are traced: page_tracer.hpp.
//
// Invariants (each is asserted in tests/heap/page_heap_test.cpp):
//   I1  an allocation bit stands exactly at the first granule of each object.
//   I2  a cell that holds no object has no mark.
//   I3  a page is in the pool, or in one list of pages with room, or in an allocator, or full, or of a large object.
//   I4  a page that holds an object without a mark, made since the last sweep, is in the list of young pages.
//   I5  the dirty bits of free cells are set while an allocator has the page, and so are those of the objects that it
//       makes there, until the next sweep: a store into them has nothing to record. A sweep leaves no other bits.
//
// Read next: allocator.hpp, mark/parallel_mark_coordinator.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include <hallmark/heap/heap_error.hpp>
#include <hallmark/heap/os_memory.hpp>
#include <hallmark/heap/page_pool.hpp>
#include <hallmark/heap/page_tracer.hpp>
#include <hallmark/sync/own_process.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Taken for short times by whoever allocates; nothing else is locked meanwhile.
inline constexpr vocabulary::LockRank kHeapRank{100};

/// Address space that a heap takes unless it is told otherwise: 64 GiB; 512 MiB where pointers have 32 bits.
inline constexpr std::size_t kDefaultMaxBytes = std::size_t{1} << (sizeof(std::size_t) == 8 ? 36 : 29);

struct HeapConfig {
  std::size_t max_bytes = kDefaultMaxBytes;  ///< of pages, bitmaps not counted; rounded up to 4 MiB
  bool huge_pages = true;                    ///< ask the system for huge pages
};

/// The number that a heap has given to a type.
using TypeNumber = std::uint16_t;

struct SweepCounts {
  std::uint64_t pages = 0;  ///< looked at
  std::uint64_t freed_objects = 0;
  std::uint64_t live_objects = 0;
  std::uint64_t live_bytes = 0;  ///< of their cells
  std::uint64_t freed_pages = 0;
};

struct HeapSize {
  std::size_t pages = 0;         ///< that have been in use, and those that came with them
  std::size_t unused_pages = 0;  ///< of these
  std::size_t side_bytes = 0;    ///< of headers and bitmaps, beside the pages
};

template <class Memory>
class BasicPageHeap : public BasicPageTracer<Memory> {
  using Base = BasicPageTracer<Memory>;

 public:
  using Base::begin_of;
  using Base::page_of;

  static constexpr std::size_t kMostTypes = 1024;

  /// Throws HeapError if max_bytes is 0 or the address space is refused.
  explicit BasicPageHeap(HeapConfig config = {})
      : Base((pages_for(config.max_bytes) + kGrowthPages - 1) / kGrowthPages * kGrowthPages), pool_(most_pages_) {
    if (most_pages_ == 0) throw HeapError("a heap of 0 bytes: set max_bytes");
    if (config.huge_pages) Memory::prefer_huge_pages(memory_.begin(), most_pages_ * kPageBytes);
    for (auto& of_type : with_room_) of_type.fill(kNoPage);
  }

  // Types.

  /// Keeps a copy. Throws HeapError if the description is wrong, or there are kMostTypes.
  TypeNumber register_type(const TypeDescription& type) {
    const std::string problem = type.problem();
    if (!problem.empty()) throw HeapError(problem + ": correct its description");
    vocabulary::LockGuard lock(mutex_);
    if (type_count_ == kMostTypes) {
      throw HeapError("type \"" + std::string(type.name) + "\" is one more than the " + std::to_string(kMostTypes) +
                      " that a heap takes: register a type once, and not for each object");
    }
    types_[type_count_] = type;
    return static_cast<TypeNumber>(type_count_++);
  }
  const TypeDescription& type(TypeNumber number) const { return types_[number]; }
  std::size_t type_count() {
    vocabulary::LockGuard lock(mutex_);
    return type_count_;
  }

  // For allocators.

  /// A page with room for an object of this type and class; it belongs to the caller until it gives it back or finds it
  /// full. kNoPage: out of memory.
  PageNumber take_page(TypeNumber type, SizeClass size, std::uint32_t owner) {
    PageNumber page = kNoPage;
    {
      vocabulary::LockGuard lock(mutex_);
      page = with_room_[type][size.number()];
      if (page != kNoPage) {
        with_room_[type][size.number()] = headers_[page].next_with_room;
        headers_[page].is_with_room = false;
      } else {
        page = take_unused(1);
        if (page == kNoPage) return kNoPage;
        set_up(page, PageKind::small, type, size.cell_bytes(), owner);
        headers_[page].size_class = static_cast<unsigned char>(size.number());
      }
      headers_[page].owner_thread = owner;
      headers_[page].in_allocator = true;
      ++taken_;
      list_young(page);
    }
    // The free cells are the caller's; what other mutators store into the page's objects has other bits.
    const GranuleBits bits = free_granules(page);
    for (std::size_t i = 0; i < bits.size(); ++i) dirty_[page].preset(i, bits[i]);
    return page;
  }

  /// The caller is done with a page that still has room.
  void give_back_page(PageNumber page) {
    vocabulary::LockGuard lock(mutex_);
    headers_[page].in_allocator = false;
    list_with_room(page);
  }

  /// The caller is done with a page that is full.
  void leave_full_page(PageNumber page) {
    vocabulary::LockGuard lock(mutex_);
    headers_[page].in_allocator = false;
  }

  /// An object of its own pages, zeroed. nullptr: out of memory. bytes > kMostSmallBytes.
  Address allocate_large(TypeNumber type, std::size_t bytes, std::uint32_t owner) {
    const std::size_t count = pages_for(bytes);
    PageNumber first = kNoPage;
    {
      vocabulary::LockGuard lock(mutex_);
      if (count <= most_pages_) first = take_unused(count);
      if (first == kNoPage) return nullptr;
      for (std::size_t i = 0; i < count; ++i) {
        const auto page = static_cast<PageNumber>(first + i);
        if (headers_[page].was_used) std::memset(begin_of(page), 0, kPageBytes);
        set_up(page, i == 0 ? PageKind::large : PageKind::large_rest, type, bytes, owner);
        headers_[page].first = first;
      }
      allocated_[first].add(0);
      taken_ += count;
      list_young(first);
    }
    // As in the free cells of a page: it will be filled while it is young.
    for (std::size_t i = 0; i < count; ++i) dirty_[first + i].reset(AllBits());
    return begin_of(first);
  }

  /// Ends the program with a report in a child that was forked from the process that made the heap: what runs in other
  /// threads isn't there, and a lock of theirs stays locked.
  void expect_own_process() const {
    if (process_.is_this()) [[likely]]
      return;
    sync::report_misuse({.what = "a heap is used in a process that was forked from the one that made it",
                         .name = "heap",
                         .to_do = "call exec or _exit in the child, or make a heap there"});
  }

  // While the world is stopped.

  /// Frees every object without a mark. Marks stay. Complexity: O(pages), a word for 64 granules.
  SweepCounts sweep() {
    vocabulary::LockGuard lock(mutex_);
    SweepCounts counts;
    for (std::size_t type = 0; type < type_count_; ++type) with_room_[type].fill(kNoPage);
    young_ = kNoPage;
    taken_ = 0;
    for (PageNumber page = 0; page < page_count_; ++page) {
      headers_[page].is_with_room = false;
      sweep_page(page, counts);
    }
    return counts;
  }

  /// As sweep, but only in the pages in which objects were made since the last one: all others have marks on all of
  /// their objects. Complexity: O(those pages).
  SweepCounts sweep_young() {
    vocabulary::LockGuard lock(mutex_);
    SweepCounts counts;
    PageNumber page = young_;
    young_ = kNoPage;
    taken_ = 0;
    while (page != kNoPage) {
      const PageNumber next = headers_[page].next_young;
      if (next != kNoPage) prefetch_bitmaps(next);
      sweep_page(page, counts);
      page = next;
    }
    return counts;
  }

  /// What sweep_young will read first. While the world is stopped.
  void prefetch_young() {
    std::size_t pages = 0;
    for (PageNumber page = young_; page != kNoPage && pages < kPrefetchedPages; page = headers_[page].next_young) {
      prefetch_bitmaps(page);
      ++pages;
    }
  }

  /// Pages that allocators have taken since the last sweep, those of large objects included.
  std::size_t pages_taken() {
    vocabulary::LockGuard lock(mutex_);
    return taken_;
  }

  /// Gives the memory of unused pages back to the system, until they are used again. Returns how many bytes.
  std::size_t give_back_unused() {
    vocabulary::LockGuard lock(mutex_);
    std::size_t bytes = 0;
    for (PageNumber page = 0; page < page_count_; ++page) {
      if (!pool_.contains(page) || !headers_[page].was_used) continue;
      Memory::give_back(begin_of(page), kPageBytes);
      headers_[page].was_used = false;
      bytes += kPageBytes;
    }
    return bytes;
  }

  /// As page_count, for any thread; there may be more when it returns.
  PageNumber page_count_now() {
    vocabulary::LockGuard lock(mutex_);
    return page_count_;
  }
  /// How large the heap is, at one moment. Any thread.
  HeapSize size() {
    vocabulary::LockGuard lock(mutex_);
    return {page_count_, pool_.size(), side_bytes()};
  }
  std::size_t unused_pages() { return size().unused_pages; }

 private:
  using Base::allocated_;
  using Base::dirty_;
  using Base::headers_;
  using Base::marks_;
  using Base::memory_;
  using Base::most_pages_;
  using Base::page_count_;
  using Base::prefetch_bitmaps;
  using Base::side_bytes;

  static constexpr std::size_t kGrowthPages = 64;

  static constexpr std::size_t kPrefetchedPages = 4;

  static std::size_t pages_for(std::size_t bytes) { return bytes / kPageBytes + (bytes % kPageBytes != 0 ? 1 : 0); }

  // Under the lock.

  PageNumber take_unused(std::size_t count) {
    PageNumber page = pool_.take(count);
    while (page == kNoPage && grow(count)) page = pool_.take(count);
    return page;
  }

  bool grow(std::size_t at_least) {
    // The unused pages at the end will be the first of the run.
    std::size_t needed = at_least;
    for (PageNumber page = page_count_; page > 0 && needed > 0 && pool_.contains(page - 1); --page) --needed;
    if (needed == 0 || needed > most_pages_ - page_count_) return false;
    const std::size_t count = page_count_ + std::min(std::max(needed, kGrowthPages), most_pages_ - page_count_);
    const PageNumber before = page_count_;
    if (!pool_.grow_to(count) || !Base::grow_to(count)) return false;
    for (std::size_t page = before; page < count; ++page) pool_.add(static_cast<PageNumber>(page));
    return true;
  }

  void set_up(PageNumber page, PageKind kind, TypeNumber type, std::size_t object_bytes, std::uint32_t owner) {
    PageHeader& header = headers_[page];
    header.type = &types_[type];
    header.type_number = type;
    header.slot_run = types_[type].slot_run();
    header.object_bytes = object_bytes;
    header.owner_thread = owner;
    header.kind = kind;
    header.was_used = true;
  }

  void list_with_room(PageNumber page) {
    PageNumber& head = with_room_[headers_[page].type_number][headers_[page].size_class];
    headers_[page].next_with_room = head;
    headers_[page].is_with_room = true;
    head = page;
  }

  void set_old(PageNumber page, bool old) {
    PageFlags& flags = headers_[page].flags;
    if (old && !flags.is_old()) flags.set_old();
    if (!old && flags.is_old()) flags.clear_old();
  }

  void list_young(PageNumber page) {
    if (headers_[page].is_young) return;
    headers_[page].next_young = young_;
    headers_[page].is_young = true;
    young_ = page;
  }

  /// All granules that lie in a cell without an object. By the thread whose allocator has the page, or while the world
  /// is stopped.
  GranuleBits free_granules(PageNumber page) const {
    const std::size_t granules = headers_[page].object_bytes / kGranule;
    const std::size_t end = kGranulesOfPage / granules * granules;
    GranuleBits bits;
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = allocated_[page].word(i);
    bits = granules_of_cells(bits, granules);
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = ~bits[i] & granules_below(end, i);
    return bits;
  }

  void sweep_page(PageNumber page, SweepCounts& counts) {
    ++counts.pages;
    const bool was_young = std::exchange(headers_[page].is_young, false);
    const std::size_t pages =
        headers_[page].kind == PageKind::large ? pages_for(headers_[page].object_bytes) : std::size_t{1};
    switch (headers_[page].kind) {
      case PageKind::small: sweep_small(page, counts); break;
      case PageKind::large: sweep_large(page, counts); break;
      case PageKind::unused:
      case PageKind::large_rest: break;
    }
    // What was preset: objects that stay are old from here on, and the bit of an old one says something.
    if (headers_[page].in_allocator) {
      list_young(page);
      const GranuleBits bits = free_granules(page);
      dirty_[page].reset([&](std::size_t word) { return bits[word]; });
    } else if (was_young) {
      for (std::size_t i = 0; i < pages; ++i) dirty_[page + i].clear();
    }
  }

  void free_page(PageNumber page, SweepCounts& counts) {
    headers_[page].kind = PageKind::unused;
    headers_[page].flags.clear_old();
    marks_[page].clear();
    pool_.add(page);
    ++counts.freed_pages;
  }

  void sweep_small(PageNumber page, SweepCounts& counts) {
    std::uint64_t freed = 0;
    std::uint64_t after = 0;
    for (std::size_t i = 0; i < AllocatedCells::kWords; ++i) {
      const std::uint64_t cells = allocated_[page].word(i);
      if (cells == 0) continue;
      const std::uint64_t live = cells & marks_[page].marks_of_word(i);
      if (live != cells) {
        allocated_[page].set_word(i, live);
        freed += static_cast<std::uint64_t>(std::popcount(cells ^ live));
      }
      after += static_cast<std::uint64_t>(std::popcount(live));
    }
    counts.freed_objects += freed;
    counts.live_objects += after;
    counts.live_bytes += after * headers_[page].object_bytes;
    set_old(page, after > 0);
    if (headers_[page].in_allocator || headers_[page].is_with_room) return;
    if (after == 0) {
      free_page(page, counts);
    } else if (after < kPageBytes / headers_[page].object_bytes) {
      list_with_room(page);
    }
  }

  void sweep_large(PageNumber first, SweepCounts& counts) {
    const std::size_t count = pages_for(headers_[first].object_bytes);
    if (marks_[first].is_marked(0)) {
      ++counts.live_objects;
      counts.live_bytes += count * kPageBytes;
      for (std::size_t i = 0; i < count; ++i) set_old(static_cast<PageNumber>(first + i), true);
      return;
    }
    ++counts.freed_objects;
    allocated_[first].clear();
    for (std::size_t i = 0; i < count; ++i) free_page(static_cast<PageNumber>(first + i), counts);
  }

  const vocabulary::OwnProcess process_;
  sync::mutex mutex_{kHeapRank, "heap"};
  PagePool<Memory> pool_;                                                        // under the lock
  std::array<TypeDescription, kMostTypes> types_{};                              // grows under the lock
  std::size_t type_count_ = 0;                                                   // under the lock
  std::array<std::array<PageNumber, SizeClass::kCount>, kMostTypes> with_room_;  // under the lock: heads of lists
  PageNumber young_ = kNoPage;                                                   // under the lock: head of a list
  std::size_t taken_ = 0;  // under the lock: pages, since the last sweep
};

using PageHeap = BasicPageHeap<OsMemory>;

}  // namespace hallmark::inline HALLMARK_NAMESPACE
