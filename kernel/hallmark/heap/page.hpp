// Pages: what the heap is made of, and what it knows about each.
//
// BiBOP ("big bag of pages", Steele 1977): all cells of a page have one size and one type, so what other collectors
// write in front of each object stands once for a page. A page has 64 KiB; the heap's pages lie side by side, and so do
// their headers and bitmaps, each kind in an array of its own: a page's number leads to all of them by a shift.
// (Headers inside their pages would be found by masking as quickly, but lie 64 KiB apart and so compete for few cache
// lines.)
//
// Read next: page_table.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/heap/page_flags.hpp>
#include <hallmark/heap/size_class.hpp>
#include <hallmark/heap/type_description.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

inline constexpr std::size_t kPageBytes = 65536;
inline constexpr std::size_t kGranulesOfPage = kPageBytes / kGranule;

/// The place of a page in the heap, counted from 0.
using PageNumber = std::uint32_t;
inline constexpr PageNumber kNoPage = ~PageNumber{0};

enum class PageKind : unsigned char {
  unused,
  small,       ///< cells of one size class
  large,       ///< the first page of a large object
  large_rest,  ///< the others
};

/// All zero: an unused page. Written under the heap's lock or while the world is stopped, unless noted.
struct alignas(64) PageHeader {
  const TypeDescription* type;        ///< of all objects in the page
  std::size_t object_bytes;           ///< small: of a cell; large: of the object
  TypeDescription::SlotRun slot_run;  ///< of the type
  PageNumber first;                   ///< large_rest: the object's first page
  PageNumber next_with_room;          ///< in the list of pages with room (page_heap.hpp)
  PageNumber next_young;              ///< in the list of pages that may hold young objects
  std::uint32_t owner_thread;         ///< whose allocator filled the page
  std::uint16_t type_number;          ///< of `type` in the heap
  PageKind kind;
  unsigned char size_class;             ///< small: its number
  unsigned char worker;                 ///< whose page it is while marking; written before marking
  bool in_allocator;                    ///< an allocator fills it now: by that allocator's thread
  bool was_used;                        ///< its memory may not be zero
  bool is_with_room;                    ///< it is in that list
  bool is_young;                        ///< it is in that list
  PageFlags flags;                      ///< old: some object in it has survived a collection; see page_flags.hpp
  sync::plain<PageHeader*> next_dirty;  ///< in the list of dirty pages (remember/dirty_pages.hpp)
};
static_assert(sizeof(PageHeader) == 64, "one cache line");

using PageMarks = MarkBitmap<kGranulesOfPage>;
/// Small objects: by the granule of the slot that was stored to. A large array: by its part in the page. Only those of
/// old objects say something.
using PageDirtyBits = DirtyBits<kGranulesOfPage>;

/// A bit for the first granule of each cell that holds an object. Written by the thread that allocates in the page, and
/// by the sweep while the world is stopped.
class AllocatedCells {
 public:
  static constexpr std::size_t kWords = kGranulesOfPage / 64;

  bool contains(std::size_t granule) const { return (words_[granule / 64].read() >> (granule % 64) & 1U) != 0; }
  void add(std::size_t granule) {
    sync::plain<std::uint64_t>& word = words_[granule / 64];
    word.write(word.read() | std::uint64_t{1} << (granule % 64));
  }
  std::uint64_t word(std::size_t i) const { return words_[i].read(); }
  void set_word(std::size_t i, std::uint64_t value) { words_[i].write(value); }
  void clear() {
    for (auto& word : words_) word.write(0);
  }

 private:
  std::array<sync::plain<std::uint64_t>, kWords> words_{};
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
