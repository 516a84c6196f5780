// Allocator: one thread's way of making objects. It fills pages of its own, a page for each type and size class in use.
//
// Thread roles: one thread. The destructor may run on another one, after it.
//
// A page is filled run by run: a run is a row of free cells, and allocation takes its first. The heap's lock is taken
// when a page is full.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include <hallmark/heap/page_heap.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Complexity: allocate O(1), amortised over the cells of a page; O(bytes) to zero the object.
template <class Heap>
class BasicAllocator {
 public:
  /// `thread` is noted as the owner of the pages that this allocator fills.
  BasicAllocator(Heap& heap, std::uint32_t thread) : heap_(heap), thread_(thread) {}
  BasicAllocator(const BasicAllocator&) = delete;
  BasicAllocator& operator=(const BasicAllocator&) = delete;
  ~BasicAllocator() { release_pages(); }

  /// An object of a type that has one size: all bytes zero, aligned to 16. nullptr: out of memory, nothing has changed.
  /// Throws HeapError if the type's objects have a size each.
  Address allocate(TypeNumber type) {
    const std::uint32_t bytes = heap_.type(type).bytes;
    if (bytes == 0) [[unlikely]]
      refuse(type, "has no size of its own: say how many bytes this object has");
    return make(type, bytes);
  }

  /// An object of `bytes` bytes of a type whose objects have a size each. Otherwise as above. Throws HeapError if
  /// `bytes` is 0, or differs from the type's size.
  Address allocate(TypeNumber type, std::size_t bytes) {
    const std::uint32_t fixed = heap_.type(type).bytes;
    if (bytes == 0 || (fixed != 0 && bytes != fixed)) [[unlikely]]
      refuse(type,
             "has no objects of " + std::to_string(bytes) + " bytes: its description says " + std::to_string(fixed));
    return make(type, bytes);
  }

  /// How many times this allocator has asked the heap for pages.
  std::uint64_t requests() const { return requests_; }

  /// Gives up all pages: what has room is for others.
  void release_pages() {
    for (auto& runs : runs_) {
      if (runs == nullptr) continue;
      for (Run& run : *runs) {
        if (run.page != kNoPage) leave(run);
      }
      runs.reset();
    }
  }

 private:
  /// Free cells [next, end) of a page, and the end of the last one that has been looked at.
  struct Run {
    Address next = nullptr;
    Address end = nullptr;
    PageNumber page = kNoPage;
  };
  using Runs = std::array<Run, SizeClass::kCount>;

  [[noreturn]] void refuse(TypeNumber type, const std::string& why) const {
    throw HeapError("type \"" + std::string(heap_.type(type).name) + "\" " + why);
  }

  Address make(TypeNumber type, std::size_t bytes) {
    if (bytes > kMostSmallBytes) [[unlikely]] {
      ++requests_;
      heap_.expect_own_process();
      return heap_.allocate_large(type, bytes, thread_);
    }
    const SizeClass size = SizeClass::of(bytes);
    if (runs_[type] == nullptr && !add_type(type)) [[unlikely]]
      return nullptr;
    Run& run = (*runs_[type])[size.number()];
    if (run.next == run.end && !refill(run, type, size)) [[unlikely]]
      return nullptr;
    const Address object = run.next;
    run.next += size.cell_bytes();
    heap_.allocated(run.page).add(static_cast<std::size_t>(object - heap_.begin_of(run.page)) / kGranule);
    std::memset(object, 0, size.cell_bytes());
    return object;
  }

  bool add_type(TypeNumber type) {
    runs_[type].reset(new (std::nothrow) Runs());
    return runs_[type] != nullptr;
  }

  void leave(Run& run) {
    const std::size_t cell = heap_.header(run.page).object_bytes;
    if (run.next != run.end || find_run(run, cell)) {
      heap_.give_back_page(run.page);
    } else {
      heap_.leave_full_page(run.page);
    }
    run = Run();
  }

  bool refill(Run& run, TypeNumber type, SizeClass size) {
    if (run.page != kNoPage) {
      if (find_run(run, size.cell_bytes())) return true;
      heap_.leave_full_page(run.page);
      run = Run();
    }
    ++requests_;
    heap_.expect_own_process();
    const PageNumber page = heap_.take_page(type, size, thread_);
    if (page == kNoPage) return false;
    run.page = page;
    run.next = run.end = heap_.begin_of(page);
    return find_run(run, size.cell_bytes());  // there is one: the page has room
  }

  /// Moves the run to the next free cells behind it, if there are any.
  bool find_run(Run& run, std::size_t cell) {
    const AllocatedCells& allocated = heap_.allocated(run.page);
    const Address begin = heap_.begin_of(run.page);
    const Address last = begin + kPageBytes / cell * cell;
    const auto taken = [&](Address at) { return allocated.contains(static_cast<std::size_t>(at - begin) / kGranule); };
    Address at = run.end;
    while (at != last && taken(at)) at += cell;
    run.next = run.end = at;
    while (run.end != last && !taken(run.end)) run.end += cell;
    return run.next != run.end;
  }

  Heap& heap_;
  const std::uint32_t thread_;
  std::uint64_t requests_ = 0;
  std::array<std::unique_ptr<Runs>, Heap::kMostTypes> runs_{};
};

using Allocator = BasicAllocator<PageHeap>;

}  // namespace hallmark::inline HALLMARK_NAMESPACE
