// OsMemory that refuses on demand, and knows what it has given. For one thread.
#pragma once

#include <hallmark/heap/os_memory.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <map>

namespace hallmark::testing {

struct MemoryState {
  static constexpr std::size_t kNever = ~std::size_t{0};

  std::size_t reserves = 0;             // calls so far
  std::size_t commits = 0;              // calls so far
  std::size_t refuse_reserve = kNever;  // the number of the call that fails, from 0
  std::size_t refuse_commit = kNever;
  bool refuse_all_commits = false;
  std::size_t given_back = 0;  // bytes
  std::size_t huge = 0;        // bytes
  std::map<std::byte*, std::size_t> reserved;
};

/// A Memory (os_memory.hpp). Its state is that of the program: `Scope` begins anew.
struct RefusingMemory {
  inline static MemoryState state;

  /// From here on nothing is refused; at the end, all that was reserved must have been released.
  struct Scope {
    Scope() { state = MemoryState(); }
    ~Scope() { EXPECT_TRUE(state.reserved.empty()) << state.reserved.size() << " ranges were not released"; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
  };

  static std::byte* reserve(std::size_t bytes, std::size_t alignment) noexcept {
    if (state.reserves++ == state.refuse_reserve) return nullptr;
    std::byte* const begin = OsMemory::reserve(bytes, alignment);
    if (begin != nullptr && bytes > 0) state.reserved[begin] = bytes;
    return begin;
  }
  [[nodiscard]] static bool commit(std::byte* begin, std::size_t bytes) noexcept {
    if (state.commits++ == state.refuse_commit || state.refuse_all_commits) return false;
    return OsMemory::commit(begin, bytes);
  }
  static void prefer_huge_pages(std::byte*, std::size_t bytes) noexcept { state.huge += bytes; }
  static void give_back(std::byte* begin, std::size_t bytes) noexcept {
    state.given_back += bytes;
    OsMemory::give_back(begin, bytes);
  }
  static void release(std::byte* begin, std::size_t bytes) noexcept {
    if (bytes == 0) return;
    const auto found = state.reserved.find(begin);
    EXPECT_TRUE(found != state.reserved.end() && found->second == bytes) << "released what was not reserved";
    if (found != state.reserved.end()) state.reserved.erase(found);
    OsMemory::release(begin, bytes);
  }
};

}  // namespace hallmark::testing
