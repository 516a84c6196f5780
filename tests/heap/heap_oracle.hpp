// HeapOracle: what lies in a heap, kept in ordinary containers, and the heap's invariants against it.
#pragma once

#include <hallmark/heap/allocator.hpp>
#include <hallmark/heap/page_heap.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace hallmark::testing {

inline constexpr std::uint32_t kNodeSlots[] = {0, 24};

/// Calls its visitor for a slot at the end of the object.
inline void trace_last(const std::byte* object, std::size_t bytes, const SlotVisitor& visit) {
  if (bytes >= sizeof(Slot)) visit(*reinterpret_cast<const Slot*>(object + (bytes / 8 - 1) * 8));
}

template <class Memory>
class HeapOracle {
 public:
  using Heap = BasicPageHeap<Memory>;
  struct Object {
    TypeNumber type = 0;
    std::size_t bytes = 0;
    std::byte fill{};
    bool marked = false;  // from an earlier sweep
  };

  explicit HeapOracle(Heap& heap) : heap_(heap) {}

  /// The heap has given `at` for an object. Checks everything about it, and fills it.
  void add(Address at, TypeNumber type, std::size_t bytes) {
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(at) % kGranule, 0U);
    ASSERT_TRUE(heap_.is_object(at));
    ASSERT_FALSE(heap_.is_marked(at)) << "DP8: a mark is left over";
    ASSERT_GE(heap_.bytes_of(at), bytes);
    ASSERT_EQ(heap_.header(heap_.page_of(at)).type_number, type);
    ASSERT_EQ(heap_.header(heap_.page_of(at)).type, &heap_.type(type));
    ASSERT_TRUE(std::all_of(at, at + heap_.bytes_of(at), [](std::byte byte) { return byte == std::byte{0}; }))
        << "DP8: something is left over";
    for (std::size_t offset = 0; offset < bytes; offset += kGranule) ASSERT_TRUE(is_dirty(at + offset)) << "I5";
    const auto after = objects_.lower_bound(at);
    ASSERT_TRUE(after == objects_.end() || at + extent(bytes) <= after->first) << "two objects overlap";
    ASSERT_TRUE(after == objects_.begin() || end_of(std::prev(after)) <= at) << "two objects overlap";
    const auto fill = static_cast<std::byte>(1 + count_++ % 255);
    std::fill_n(at, extent(bytes), fill);
    objects_[at] = {type, bytes, fill, false};
  }

  std::map<Address, Object>& objects() { return objects_; }

  /// Bytes that an object takes up.
  static std::size_t extent(std::size_t bytes) {
    return bytes <= kMostSmallBytes ? SizeClass::of(bytes).cell_bytes()
                                    : (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  }

  /// I1, I2, the countable part of I3, and that no object has changed.
  void check_invariants() const {
    auto next = objects_.begin();
    std::set<PageNumber> in_use;
    for (PageNumber page = 0; page < heap_.page_count(); ++page) {
      for (std::size_t granule = 0; granule < kGranulesOfPage; ++granule) {
        const Address at = heap_.begin_of(page) + granule * kGranule;
        const bool expected = next != objects_.end() && next->first == at;
        ASSERT_EQ(heap_.allocated(page).contains(granule), expected) << "I1: page " << page << " granule " << granule;
        if (!expected) {
          ASSERT_FALSE(heap_.is_marked(at)) << "I2: page " << page << " granule " << granule;
          continue;
        }
        for (std::size_t i = 0; i < pages_of(next->second.bytes); ++i) {
          in_use.insert(static_cast<PageNumber>(page + i));
          const PageKind kind = heap_.header(static_cast<PageNumber>(page + i)).kind;
          ASSERT_EQ(kind, next->second.bytes <= kMostSmallBytes ? PageKind::small
                          : i == 0                              ? PageKind::large
                                                                : PageKind::large_rest);
        }
        ++next;
      }
    }
    ASSERT_TRUE(next == objects_.end()) << "I1";
    std::size_t used = 0;
    for (PageNumber page = 0; page < heap_.page_count(); ++page) {
      const PageHeader& header = heap_.header(page);
      used += header.kind != PageKind::unused ? 1 : 0;
      ASSERT_TRUE(header.kind != PageKind::unused || in_use.count(page) == 0) << "I3: page " << page;
    }
    ASSERT_EQ(heap_.unused_pages() + used, heap_.page_count()) << "I3";
    check_contents();
  }

  void check_contents() const {
    for (const auto& [at, object] : objects_) {
      ASSERT_TRUE(std::all_of(at, at + extent(object.bytes), [&o = object](std::byte byte) { return byte == o.fill; }))
          << "an object has changed";
    }
  }

  enum class Sweep { all, young };

  /// Marks each object that isn't marked with chance marked/16, and sweeps. `Who` as in try_mark.
  template <Markers Who, class Random>
  void mark_and_sweep(Random& random, unsigned marked, Sweep what = Sweep::all) {
    std::uint64_t live_bytes = 0;
    std::uint64_t freed = 0;
    for (auto object = objects_.begin(); object != objects_.end();) {
      const bool before = object->second.marked;
      if (before || random() % 16 < marked) {
        ASSERT_EQ(heap_.template try_mark<Who>(object->first), !before);
        ASSERT_FALSE(heap_.template try_mark<Who>(object->first));
        object->second.marked = true;
        live_bytes += extent(object->second.bytes);
        ++object;
      } else {
        dead_.push_back(object->first);
        object = objects_.erase(object);
        ++freed;
      }
    }
    const std::size_t unused = heap_.unused_pages();
    const SweepCounts counts = what == Sweep::all ? heap_.sweep() : heap_.sweep_young();
    ASSERT_EQ(counts.freed_objects, freed) << "I4, if less";
    ASSERT_EQ(counts.freed_pages, heap_.unused_pages() - unused);
    ASSERT_EQ(heap_.pages_taken(), 0U);
    if (what == Sweep::all) {
      ASSERT_EQ(counts.live_objects, objects_.size());
      ASSERT_EQ(counts.live_bytes, live_bytes);
      ASSERT_EQ(counts.pages, heap_.page_count());
    }
    for (const Address at : dead_) ASSERT_FALSE(heap_.is_object(at));
    for (const auto& object : objects_) ASSERT_TRUE(heap_.is_marked(object.first)) << "sweep took a mark";
    dead_.clear();
    check_invariants();
    check_ages();
    check_dirty_bits();
  }

  /// Before a marking of everything.
  void clear_marks() {
    heap_.clear_marks();
    for (auto& object : objects_) {
      ASSERT_FALSE(heap_.is_marked(object.first));
      object.second.marked = false;
    }
  }

  /// After a sweep: old pages are those with an object in them.
  void check_ages() const {
    std::set<PageNumber> old;
    for (const auto& [at, object] : objects_) {
      for (std::size_t i = 0; i < pages_of(object.bytes); ++i) {
        old.insert(static_cast<PageNumber>(heap_.page_of(at) + i));
      }
    }
    for (PageNumber page = 0; page < heap_.page_count(); ++page) {
      ASSERT_EQ(heap_.header(page).flags.is_old(), old.count(page) == 1) << "page " << page;
    }
  }

  /// I5, after a sweep: the bits of free cells of pages that an allocator has, and no others.
  void check_dirty_bits() const {
    for (PageNumber page = 0; page < heap_.page_count(); ++page) {
      const PageHeader& header = heap_.header(page);
      for (std::size_t granule = 0; granule < kGranulesOfPage; ++granule) {
        bool expected = false;
        if (header.in_allocator) {
          const std::size_t cell = granule * kGranule / header.object_bytes;
          expected = cell < kPageBytes / header.object_bytes &&
                     objects_.count(heap_.begin_of(page) + cell * header.object_bytes) == 0;
        }
        ASSERT_EQ(heap_.dirty(page).is_set(granule), expected) << "I5: page " << page << " granule " << granule;
      }
    }
  }

  /// I3, the lists, when no allocator holds a page and nothing was allocated since a sweep of all: each page with room
  /// is in the list of its type and class, once.
  void check_lists() {
    std::map<std::pair<TypeNumber, std::size_t>, std::set<PageNumber>> with_room;
    std::map<PageNumber, std::size_t> objects_of_page;
    for (const auto& [at, object] : objects_) {
      if (object.bytes > kMostSmallBytes) continue;
      const PageNumber page = heap_.page_of(at);
      const SizeClass size = SizeClass::of(object.bytes);
      if (objects_of_page[page]++ == 0) with_room[{object.type, size.number()}].insert(page);
    }
    for (auto& [key, pages] : with_room) {
      const std::size_t cells = kPageBytes / SizeClass::numbered(key.second).cell_bytes();
      for (auto page = pages.begin(); page != pages.end();) {
        page = objects_of_page[*page] == cells ? pages.erase(page) : std::next(page);
      }
      std::set<PageNumber> listed;
      const std::size_t unused = heap_.unused_pages();
      for (std::size_t i = 0; i < pages.size(); ++i) {
        listed.insert(heap_.take_page(key.first, SizeClass::numbered(key.second), 9));
      }
      ASSERT_EQ(listed, pages) << "I3";
      ASSERT_EQ(heap_.unused_pages(), unused) << "a page with room was not in its list";
      for (const PageNumber page : listed) {
        ASSERT_TRUE(heap_.header(page).in_allocator);
        ASSERT_EQ(heap_.header(page).owner_thread, 9U);
        heap_.give_back_page(page);
        ASSERT_FALSE(heap_.header(page).in_allocator);
      }
    }
  }

 private:
  static std::size_t pages_of(std::size_t bytes) {
    return bytes <= kMostSmallBytes ? 1 : (bytes + kPageBytes - 1) / kPageBytes;
  }
  static Address end_of(typename std::map<Address, Object>::const_iterator object) {
    return object->first + extent(object->second.bytes);
  }

  bool is_dirty(Address at) const { return heap_.dirty(heap_.page_of(at)).is_set(heap_.granule_in_page(at)); }

  Heap& heap_;
  std::map<Address, Object> objects_;
  std::vector<Address> dead_;
  std::size_t count_ = 0;
};

}  // namespace hallmark::testing
