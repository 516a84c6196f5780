// OsMemory: address space and memory from the operating system. The only place of the heap that knows it.
//
// Address space is reserved once, and given memory piece by piece (commit). Tests put a type with the same functions in
// its place, one that refuses (tests/heap/).
#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/mman.h>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

struct OsMemory {
  /// Address space without memory: `bytes`, aligned to `alignment`. nullptr: refused. Both are multiples of the
  /// system's page size, `alignment` a power of two.
  static std::byte* reserve(std::size_t bytes, std::size_t alignment) noexcept {
    const std::size_t more = bytes + alignment;
    void* const mapped = mmap(nullptr, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    const auto first = reinterpret_cast<std::uintptr_t>(mapped);
    const std::uintptr_t aligned = (first + alignment - 1) / alignment * alignment;
    // The parts before and after go back.
    if (aligned != first) munmap(mapped, aligned - first);
    std::byte* const begin = static_cast<std::byte*>(mapped) + (aligned - first);
    if (const std::size_t after = first + more - (aligned + bytes); after != 0) munmap(begin + bytes, after);
    return begin;
  }

  /// Memory for [begin, begin + bytes), zeroed. False: refused, and nothing has changed.
  [[nodiscard]] static bool commit(std::byte* begin, std::size_t bytes) noexcept {
    return mprotect(begin, bytes, PROT_READ | PROT_WRITE) == 0;
  }

  /// Asks for huge pages in a reserved range. A system that has none goes on without.
  static void prefer_huge_pages(std::byte* begin, std::size_t bytes) noexcept { madvise(begin, bytes, MADV_HUGEPAGE); }

  /// The memory of [begin, begin + bytes) goes back; it can be used on, and reads as zero.
  static void give_back(std::byte* begin, std::size_t bytes) noexcept { madvise(begin, bytes, MADV_DONTNEED); }

  /// Undoes reserve.
  static void release(std::byte* begin, std::size_t bytes) noexcept { munmap(begin, bytes); }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
