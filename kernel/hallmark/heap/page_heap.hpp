// PageHeap: pages, what lies in them, and what a marker asks about them.
//
// Thread roles: allocators (allocator.hpp) call take_page, large and what they need from any thread, under the lock
// here; markers call try_mark, trace and the like, any number of threads, while the world is stopped; register_type,
// sweep and clear_marks are called while the world is stopped or before it starts.
//
// Shape: one range of address space, reserved when the heap is made, that never moves. Page n lies at n * 64 KiB in it;
// its header, its mark bits, its allocation bits and its grey bits (mark/grey_set.hpp) are element n of an array each.
// Memory comes in steps of 4 MiB, and with it the memory of the bitmaps: marking never asks for any.
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
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include <hallmark/heap/cell_granules.hpp>
#include <hallmark/heap/heap_error.hpp>
#include <hallmark/heap/os_memory.hpp>
#include <hallmark/heap/page.hpp>
#include <hallmark/heap/page_pool.hpp>
#include <hallmark/heap/reserved_array.hpp>
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
class BasicPageHeap {
 public:
  static constexpr std::size_t kMostTypes = 1024;
  /// A large array of references is traced in parts of this size, 512 slots.
  static constexpr std::size_t kPartBytes = 4096;
  static constexpr std::size_t kGreyWordsOfPage = kGranulesOfPage / 64;

  /// Throws HeapError if max_bytes is 0 or the address space is refused.
  explicit BasicPageHeap(HeapConfig config = {})
      : most_pages_((pages_for(config.max_bytes) + kGrowthPages - 1) / kGrowthPages * kGrowthPages),
        pool_(most_pages_),
        headers_(most_pages_),
        marks_(most_pages_),
        allocated_(most_pages_),
        grey_(most_pages_),
        grey_pages_(most_pages_),
        dirty_(most_pages_),
        memory_(most_pages_ * kPageBytes, kHugePage) {
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
    preset_free_cells(page);
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
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t word = 0; word < PageDirtyBits::kWords; ++word) {
        dirty_[first + i].preset(word, ~std::uint64_t{0});
      }
    }
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

  // Where things are.

  Address begin_of(PageNumber page) { return memory_.begin() + page * kPageBytes; }
  PageNumber page_of(const std::byte* object) const { return static_cast<PageNumber>(offset_of(object) / kPageBytes); }
  PageHeader& header(PageNumber page) { return headers_[page]; }
  const PageHeader& header(PageNumber page) const { return headers_[page]; }
  const PageMarks& marks(PageNumber page) const { return marks_[page]; }
  AllocatedCells& allocated(PageNumber page) { return allocated_[page]; }
  const AllocatedCells& allocated(PageNumber page) const { return allocated_[page]; }
  /// Pages that have been in use, from 0 on. While the world is stopped, or by whoever grows the heap.
  PageNumber page_count() const { return page_count_; }
  /// The same for any thread; there may be more when it returns.
  PageNumber page_count_now() {
    vocabulary::LockGuard lock(mutex_);
    return page_count_;
  }

  /// True if `address` is that of an object: anything else may be asked about. Concurrent allocation may change the
  /// answer, so ask while the world is stopped.
  bool is_object(const std::byte* address) const {
    const std::size_t offset = offset_of(address);
    if (offset >= page_count_ * kPageBytes || offset % kGranule != 0) return false;
    const auto page = static_cast<PageNumber>(offset / kPageBytes);
    const PageKind kind = headers_[page].kind;
    if (kind != PageKind::small && kind != PageKind::large) return false;
    return allocated_[page].contains(offset % kPageBytes / kGranule);
  }

  /// True if the address, in a page below page_count, is where an object of its page may begin. Any thread that has it
  /// from the one that made the object.
  bool may_begin_object(const std::byte* address) const {
    const PageHeader& page = headers_[page_of(address)];
    const std::size_t offset = offset_of(address) % kPageBytes;
    if (page.kind != PageKind::small) return page.kind == PageKind::large && offset == 0;
    return offset % page.object_bytes == 0 && offset + page.object_bytes <= kPageBytes;
  }
  /// True if the slot, in a page below page_count, lies in a place where an object of its page may be. As above.
  bool may_be_in_object(const Slot* slot) const {
    const auto* const at = reinterpret_cast<const std::byte*>(slot);
    const PageHeader& page = headers_[page_of(at)];
    const std::size_t offset = offset_of(at);
    switch (page.kind) {
      case PageKind::small: return offset % kPageBytes < kPageBytes / page.object_bytes * page.object_bytes;
      case PageKind::large:
      case PageKind::large_rest: return offset + sizeof(Slot) <= page.first * kPageBytes + page.object_bytes;
      case PageKind::unused: break;
    }
    return false;
  }

  /// True if the address lies in a page of this heap. Any thread.
  bool owns(const void* address) const {
    return offset_of(static_cast<const std::byte*>(address)) < most_pages_ * kPageBytes;
  }
  std::size_t bytes_of(const std::byte* object) const { return headers_[page_of(object)].object_bytes; }

  // For markers. An item is an object, or a later part of a large array of references (see trace).

  template <Markers Who>
  [[gnu::always_inline]] bool try_mark(const std::byte* object) {
    return marks_[page_of(object)].template try_mark<Who>(granule_of(object));
  }
  bool is_marked(const std::byte* object) const { return marks_[page_of(object)].is_marked(granule_of(object)); }

  using Item = Address;
  /// The first 32 bytes, which may lie in two cache lines.
  static void prefetch(const std::byte* item) {
    __builtin_prefetch(item);
    __builtin_prefetch(item + 2 * kGranule - 1);
  }

  unsigned worker_of(const std::byte* item) const { return headers_[page_of(item)].worker; }
  void set_worker(PageNumber page, unsigned worker) { headers_[page].worker = static_cast<unsigned char>(worker); }

  /// Calls visit(reference) for each reference in the item that isn't null. Of a large array it does the first part,
  /// and calls split(item) for each of the others. Returns how many slots it has read. A trace function that throws
  /// ends the program with a report that names its type; with sync::kChecked, so does a reference to what is no object,
  /// and a slot that lies outside of its object.
  template <class Visit, class Split>
  [[gnu::always_inline]] std::size_t trace(const std::byte* item, Visit&& visit, Split&& split) const {
    const PageHeader& page = headers_[page_of(item)];
    if (page.kind == PageKind::small) [[likely]] {
      const TypeDescription::SlotRun run = page.slot_run;
      if (run.bytes != 0) [[likely]]
        return trace_references(item + run.offset, item + run.offset + run.bytes, visit);
      return trace_object(*page.type, item, page.object_bytes, visit);
    }
    return trace_large(page, item, visit, split);
  }

  /// Grey bits, for work that finds no memory (mark/grey_set.hpp). Item <-> its granule, counted over all pages.
  std::size_t granule_in_heap(const std::byte* item) const { return offset_of(item) / kGranule; }
  Address at_granule(std::size_t granule) { return memory_.begin() + granule * kGranule; }
  sync::atomic<std::uint64_t>& grey_word(std::size_t i) { return grey_[i / kGreyWordsOfPage][i % kGreyWordsOfPage]; }
  sync::atomic<std::uint64_t>& grey_page(std::size_t page) { return grey_pages_[page]; }
  std::size_t grey_page_count() const { return page_count_; }

  // For write barriers and for what follows from them.

  PageDirtyBits& dirty(PageNumber page) { return dirty_[page]; }
  const PageDirtyBits& dirty(PageNumber page) const { return dirty_[page]; }
  void prefetch_dirty(PageNumber page) const { prefetch_whole(dirty_[page]); }
  /// Of an object: the word of its mark.
  void prefetch_mark(const std::byte* object) const {
    __builtin_prefetch(reinterpret_cast<const std::byte*>(&marks_[page_of(object)]) + granule_of(object) / 8, 1);
  }
  std::size_t granule_in_page(const std::byte* at) const { return granule_of(at); }
  /// Of a large array: the dirty bit of the part in which `at` lies, which is that of the part's first granule. So a
  /// bit that is set stands for what it would stand for in a page of small objects, and more.
  std::size_t dirty_bit_of_part(const std::byte* at) const {
    constexpr std::size_t kGranulesOfPart = kPartBytes / kGranule;
    return granule_of(at) / kGranulesOfPart * kGranulesOfPart;
  }

  /// What is to be traced for a dirty bit: the object, or the part of a large array.
  Address item_of_dirty_bit(PageNumber page, std::size_t bit) {
    const PageHeader& header = headers_[page];
    if (header.kind == PageKind::small) {
      return begin_of(page) + bit * kGranule / header.object_bytes * header.object_bytes;
    }
    if (header.type->layout != TypeDescription::Layout::references) return begin_of(header.first);
    // The address of the object itself stands for all of its parts. So the next granule stands for the first: an item is
    // told from others by its granule, if the grey set has it.
    const bool is_first_part = page == header.first && bit == 0;
    return begin_of(page) + bit * kGranule + (is_first_part ? kGranule : 0);
  }
  /// The object of which the item is the whole, or a part.
  Address object_of_item(Address item) {
    const PageHeader& header = headers_[page_of(item)];
    return header.kind == PageKind::small ? item : begin_of(header.first);
  }
  /// True if the page waits for a sweep: the dirty bits of what is not old in it say nothing. While the world is
  /// stopped, before marking; so is what follows.
  bool may_have_preset_bits(PageNumber page) const {
    return headers_[page].kind == PageKind::small && headers_[page].is_young;
  }
  /// All granules of a small page's old objects.
  GranuleBits granules_of_old(PageNumber page) const {
    GranuleBits bits;
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = marks_[page].marks_of_word(i);
    return granules_of_cells(bits, headers_[page].object_bytes / kGranule);
  }
  PageNumber number_of(const PageHeader& header) const { return static_cast<PageNumber>(&header - headers_.begin()); }

  // While the world is stopped.

  void clear_marks() {
    for (PageNumber page = 0; page < page_count_; ++page) marks_[page].clear();
  }

  /// True when each object of the page is marked.
  bool is_fully_marked(PageNumber page) const {
    std::array<std::uint64_t, PageMarks::kWords> cells;
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = allocated_[page].word(i);
    return marks_[page].is_fully_marked(cells);
  }

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

  /// Calls see(object) for each object.
  template <class See>
  void for_each_object(See&& see) {
    for (PageNumber page = 0; page < page_count_; ++page) {
      for (std::size_t i = 0; i < AllocatedCells::kWords; ++i) {
        for (std::uint64_t word = allocated_[page].word(i); word != 0; word &= word - 1) {
          see(begin_of(page) + (i * 64 + static_cast<std::size_t>(std::countr_zero(word))) * kGranule);
        }
      }
    }
  }

  /// How large the heap is, at one moment. Any thread.
  HeapSize size() {
    vocabulary::LockGuard lock(mutex_);
    return {page_count_, pool_.size(),
            headers_.committed_bytes() + marks_.committed_bytes() + allocated_.committed_bytes() +
                grey_.committed_bytes() + grey_pages_.committed_bytes() + dirty_.committed_bytes()};
  }
  std::size_t unused_pages() { return size().unused_pages; }

 private:
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;
  static constexpr std::size_t kGrowthPages = 64;

  static constexpr std::size_t kPrefetchedPages = 4;

  /// To be written.
  template <class Bits>
  static void prefetch_whole(const Bits& bits) {
    const auto* const begin = reinterpret_cast<const std::byte*>(&bits);
    for (std::size_t at = 0; at < sizeof(Bits); at += 64) __builtin_prefetch(begin + at, 1);
  }
  void prefetch_bitmaps(PageNumber page) const {
    prefetch_whole(allocated_[page]);
    prefetch_whole(marks_[page]);
    prefetch_whole(dirty_[page]);
  }

  static std::size_t pages_for(std::size_t bytes) { return bytes / kPageBytes + (bytes % kPageBytes != 0 ? 1 : 0); }

  std::size_t offset_of(const std::byte* address) const {
    return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(memory_.begin());
  }
  std::size_t granule_of(const std::byte* object) const { return offset_of(object) % kPageBytes / kGranule; }

  template <class Visit>
  [[gnu::always_inline]] void trace_slot(const std::byte* at, Visit& visit) const {
    const Address reference = reinterpret_cast<const Slot*>(at)->load_stopped();
    if (reference == nullptr) return;
    if constexpr (sync::kChecked) {
      if (!is_object(reference)) [[unlikely]]
        report_stray(at, reference);
    }
    visit(reference);
  }

  template <class Visit>
  [[gnu::always_inline]] std::size_t trace_references(const std::byte* begin, const std::byte* end,
                                                      Visit& visit) const {
    constexpr std::size_t kSlot = sizeof(Slot);
    const std::byte* at = begin;
    for (; static_cast<std::size_t>(end - at) >= 4 * kSlot; at += 4 * kSlot) {
      trace_slot(at, visit);
      trace_slot(at + kSlot, visit);
      trace_slot(at + 2 * kSlot, visit);
      trace_slot(at + 3 * kSlot, visit);
    }
    for (; static_cast<std::size_t>(end - at) >= kSlot; at += kSlot) trace_slot(at, visit);
    return static_cast<std::size_t>(end - begin) / kSlot;
  }

  template <class Visit>
  std::size_t trace_object(const TypeDescription& type, const std::byte* object, std::size_t bytes,
                           Visit& visit) const {
    switch (type.layout) {
      case TypeDescription::Layout::members:
        for (const std::uint32_t offset : type.members) trace_slot(object + offset, visit);
        return type.members.size();
      case TypeDescription::Layout::references: return trace_references(object, object + bytes, visit);
      case TypeDescription::Layout::traced: break;
    }
    std::size_t slots = 0;
    auto see = [&](const Slot& slot) {
      ++slots;
      const auto* const at = reinterpret_cast<const std::byte*>(&slot);
      if constexpr (sync::kChecked) expect_slot(type, object, bytes, at);
      trace_slot(at, visit);
    };
    try {
      type.trace(object, bytes, SlotVisitor(see, type.context));
    } catch (const std::exception& error) {
      report_thrown(type, error.what());
    } catch (...) {
      report_thrown(type, "what is no std::exception");
    }
    return slots;
  }

  // What a trace function, or who stored without a barrier, has done wrongly.

  [[gnu::cold]] static void report_thrown(const TypeDescription& type, const char* what) {
    char which[256];
    std::snprintf(which, sizeof(which), "%s: %s", type.name, what);
    sync::report_misuse({.what = "a trace function has thrown",
                         .name = which,
                         .to_do = "let it visit the slots of its object, and nothing else: it must not throw"});
  }

  static void expect_slot(const TypeDescription& type, const std::byte* object, std::size_t bytes,
                          const std::byte* at) {
    const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(at) - reinterpret_cast<std::uintptr_t>(object);
    // An offset below the object is a huge one.
    if (offset % sizeof(Slot) == 0 && bytes >= sizeof(Slot) && offset <= bytes - sizeof(Slot)) return;
    char which[256];
    std::snprintf(which, sizeof(which), "%s: offset %td in an object of %zu bytes", type.name,
                  static_cast<std::ptrdiff_t>(offset), bytes);
    sync::report_misuse({.what = "a trace function visits a slot that isn't in its object",
                         .name = which,
                         .to_do = "let it visit the slots of its object, at multiples of 8, and nothing else"});
  }

  [[gnu::cold]] void report_stray(const std::byte* at, const std::byte* reference) const {
    const PageHeader& page = headers_[page_of(at)];
    const std::size_t in_page = offset_of(at) % kPageBytes;
    const std::size_t offset = page.kind == PageKind::small ? static_cast<std::size_t>(in_page % page.object_bytes)
                                                            : offset_of(at) - page.first * kPageBytes;
    char which[256];
    std::snprintf(which, sizeof(which), "%s: the reference at offset %zu is %p, %s", page.type->name, offset,
                  static_cast<const void*>(reference),
                  owns(reference) ? "where no object begins" : "which lies outside of the heap");
    sync::report_misuse({.what = "an object refers to what is no object",
                         .name = which,
                         .to_do = "store references to objects of the same heap alone, through their barrier; if the "
                                  "type has a trace function, let it visit slots alone"});
  }

  template <class Visit, class Split>
  [[gnu::noinline]] std::size_t trace_large(const PageHeader& page, const std::byte* item, Visit& visit,
                                            Split& split) const {
    if (page.type->layout != TypeDescription::Layout::references) {
      return trace_object(*page.type, item, page.object_bytes, visit);
    }
    std::byte* const object = const_cast<std::byte*>(memory_.begin()) + page.first * kPageBytes;
    if (item == object) {
      // The last first: a stack returns them in the order of memory.
      const std::size_t parts = (page.object_bytes + kPartBytes - 1) / kPartBytes;
      for (std::size_t part = parts - 1; part > 0; --part) split(object + part * kPartBytes);
    }
    const std::size_t begin = static_cast<std::size_t>(item - object) / kPartBytes * kPartBytes;
    const std::size_t end = std::min<std::size_t>(begin + kPartBytes, page.object_bytes);
    return trace_references(object + begin, object + end, visit);
  }

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
    if (!pool_.grow_to(count) || !headers_.grow_to(count) || !marks_.grow_to(count) || !allocated_.grow_to(count) ||
        !grey_.grow_to(count) || !grey_pages_.grow_to(count) || !dirty_.grow_to(count) ||
        !memory_.grow_to(count * kPageBytes)) {
      return false;
    }
    for (std::size_t page = page_count_; page < count; ++page) pool_.add(static_cast<PageNumber>(page));
    page_count_ = static_cast<PageNumber>(count);
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

  /// Sets the dirty bits of all granules that lie in a cell without an object. By the thread whose allocator has the
  /// page, or while the world is stopped.
  void preset_free_cells(PageNumber page) {
    const std::size_t granules = headers_[page].object_bytes / kGranule;
    const std::size_t end = kGranulesOfPage / granules * granules;
    GranuleBits objects;
    for (std::size_t i = 0; i < objects.size(); ++i) objects[i] = allocated_[page].word(i);
    objects = granules_of_cells(objects, granules);
    for (std::size_t i = 0; i < objects.size(); ++i) dirty_[page].preset(i, ~objects[i] & granules_below(end, i));
  }

  void sweep_page(PageNumber page, SweepCounts& counts) {
    ++counts.pages;
    if (std::exchange(headers_[page].is_young, false)) {
      // What was preset: objects that stay are old from here on, and the bit of an old one says something.
      const std::size_t count =
          headers_[page].kind == PageKind::large ? pages_for(headers_[page].object_bytes) : std::size_t{1};
      for (std::size_t i = 0; i < count; ++i) dirty_[page + i].clear();
    }
    switch (headers_[page].kind) {
      case PageKind::small: sweep_small(page, counts); break;
      case PageKind::large: sweep_large(page, counts); break;
      case PageKind::unused:
      case PageKind::large_rest: break;
    }
    if (headers_[page].in_allocator) {
      list_young(page);
      preset_free_cells(page);
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

  const std::size_t most_pages_;
  const vocabulary::OwnProcess process_;
  sync::mutex mutex_{kHeapRank, "heap"};
  PageNumber page_count_ = 0;  // grows under the lock
  PagePool<Memory> pool_;      // under the lock
  ReservedArray<PageHeader, Memory> headers_;
  ReservedArray<PageMarks, Memory> marks_;                                                 // any marker
  ReservedArray<AllocatedCells, Memory> allocated_;                                        // see AllocatedCells
  ReservedArray<std::array<sync::atomic<std::uint64_t>, kGreyWordsOfPage>, Memory> grey_;  // any marker
  ReservedArray<sync::atomic<std::uint64_t>, Memory> grey_pages_;                          // any marker
  ReservedArray<PageDirtyBits, Memory> dirty_;                                             // any mutator
  ReservedArray<std::byte, Memory> memory_;                                                // the pages
  std::array<TypeDescription, kMostTypes> types_{};                                        // grows under the lock
  std::size_t type_count_ = 0;                                                             // under the lock
  std::array<std::array<PageNumber, SizeClass::kCount>, kMostTypes> with_room_;  // under the lock: heads of lists
  PageNumber young_ = kNoPage;                                                   // under the lock: head of a list
  std::size_t taken_ = 0;  // under the lock: pages, since the last sweep
};

using PageHeap = BasicPageHeap<OsMemory>;

}  // namespace hallmark::inline HALLMARK_NAMESPACE
