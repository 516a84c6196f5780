// TypeTable: the types of an arena's blocks, and what to call for a block when only its tag is known.
//
// The tag of a type is its place in the list, from 1; tag 0 is the free block, so that three bits name seven types.
//
// Read next: tracer.hpp (what a type says of itself).
#pragma once

#include <cstdint>
#include <type_traits>

#include <hallmark/arena/block_header.hpp>
#include <hallmark/arena/tracer.hpp>

namespace hallmark {

template <class... Types>
struct TypeTable {
  static_assert(sizeof...(Types) >= 1 && sizeof...(Types) <= BlockHeader::kMostTag,
                "an arena has one to seven types: the tag has three bits and zero is the free block");
  static_assert((std::is_trivially_copyable_v<Types> && ...), "blocks are moved as bytes");
  static_assert((std::is_trivially_destructible_v<Types> && ...), "what must be done at the end goes into finalize");
  static_assert(((alignof(Types) <= kArenaUnit) && ...), "blocks are aligned to 8 bytes");

  static constexpr std::uint32_t kTypes = sizeof...(Types);

  /// 1..kTypes.
  template <class T>
  static consteval std::uint32_t tag_of() {
    static_assert((std::is_same_v<T, Types> || ...), "the type is not one of this arena's");
    std::uint32_t place = 0;
    (void)((++place, std::is_same_v<T, Types>) || ...);
    return place;
  }

  /// The least payload of a block with this tag, in bytes; 0 if no type has the tag.
  static constexpr std::uint32_t least_payload(std::uint32_t tag) {
    std::uint32_t place = 0;
    std::uint32_t bytes = 0;
    (void)((++place == tag && (bytes = sizeof(Types), true)) || ...);
    return bytes;
  }

  /// Visits each reference of the block's object. A tag that no type has: nothing.
  template <class Visit>
  static void trace(std::uint32_t tag, void* payload, std::uint32_t bytes, Visit&& visit) {
    std::uint32_t place = 0;
    (void)((++place == tag && (trace_references(*static_cast<Types*>(payload), bytes, visit), true)) || ...);
  }

  /// Runs the finaliser of the block's type. True if it has one.
  static bool finalize(std::uint32_t tag, void* payload) {
    std::uint32_t place = 0;
    bool has_finalizer = false;
    (void)((++place == tag && (has_finalizer = finalize_one<Types>(payload), true)) || ...);
    return has_finalizer;
  }

 private:
  template <class T>
  static bool finalize_one([[maybe_unused]] void* payload) {
    if constexpr (HasFinalizer<T>) T::finalize(*static_cast<T*>(payload));
    return HasFinalizer<T>;
  }
};

}  // namespace hallmark
