// PageTable: where pages lie, and what is known about each: its header and its bitmaps, as markers and write barriers
// ask for them.
//
// Thread roles: markers call try_mark and what they need, any number of threads, while the world is stopped; mutators
// what write barriers need. Whoever adds pages (page_heap.hpp) does so under a lock.
//
// Shape: one range of address space, reserved when the heap is made, that never moves. Page n lies at n * 64 KiB in it;
// its header, its mark bits, its allocation bits and its grey bits (mark/grey_set.hpp) are element n of an array each.
// Memory comes in steps of 4 MiB, and with it the memory of the bitmaps: marking never asks for any.
//
// Read next: page_tracer.hpp, page_heap.hpp.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <hallmark/heap/cell_granules.hpp>
#include <hallmark/heap/page.hpp>
#include <hallmark/heap/reserved_array.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class Memory>
class BasicPageTable {
 public:
  /// A large array of references is traced in parts of this size, 512 slots.
  static constexpr std::size_t kPartBytes = 4096;
  static constexpr std::size_t kGreyWordsOfPage = kGranulesOfPage / 64;

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

  // For markers. An item is an object, or a part of a large array of references (page_tracer.hpp).

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
    // The address of the object itself stands for all of its parts. So the next granule stands for the first: an item
    // is told from others by its granule, if the grey set has it.
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

 protected:
  /// Throws HeapError if the address space is refused.
  explicit BasicPageTable(std::size_t most_pages)
      : most_pages_(most_pages),
        headers_(most_pages),
        marks_(most_pages),
        allocated_(most_pages),
        grey_(most_pages),
        grey_pages_(most_pages),
        dirty_(most_pages),
        memory_(most_pages * kPageBytes, kHugePage) {}

  /// Under the lock. False: the system refuses memory; no page is lost, and none has been added.
  bool grow_to(std::size_t count) {
    if (!headers_.grow_to(count) || !marks_.grow_to(count) || !allocated_.grow_to(count) || !grey_.grow_to(count) ||
        !grey_pages_.grow_to(count) || !dirty_.grow_to(count) || !memory_.grow_to(count * kPageBytes)) {
      return false;
    }
    page_count_ = static_cast<PageNumber>(count);
    return true;
  }
  std::size_t side_bytes() const {
    return headers_.committed_bytes() + marks_.committed_bytes() + allocated_.committed_bytes() +
           grey_.committed_bytes() + grey_pages_.committed_bytes() + dirty_.committed_bytes();
  }

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

  std::size_t offset_of(const std::byte* address) const {
    return reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(memory_.begin());
  }
  std::size_t granule_of(const std::byte* object) const { return offset_of(object) % kPageBytes / kGranule; }

  const std::size_t most_pages_;
  PageNumber page_count_ = 0;  // grows under the lock
  ReservedArray<PageHeader, Memory> headers_;
  ReservedArray<PageMarks, Memory> marks_;                                                 // any marker
  ReservedArray<AllocatedCells, Memory> allocated_;                                        // see AllocatedCells
  ReservedArray<std::array<sync::atomic<std::uint64_t>, kGreyWordsOfPage>, Memory> grey_;  // any marker
  ReservedArray<sync::atomic<std::uint64_t>, Memory> grey_pages_;                          // any marker
  ReservedArray<PageDirtyBits, Memory> dirty_;                                             // any mutator
  ReservedArray<std::byte, Memory> memory_;                                                // the pages

 private:
  static constexpr std::size_t kHugePage = std::size_t{1} << 21;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
