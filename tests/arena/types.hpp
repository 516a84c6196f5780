// Block types and options that the arena's tests share.
#pragma once

#include <hallmark/arena/arena.hpp>
#include <hallmark/arena/hosted_report.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define HALLMARK_TEST_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HALLMARK_TEST_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef HALLMARK_TEST_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace hallmark::testing {

#ifdef HALLMARK_TEST_ADDRESS_SANITIZER
inline constexpr bool kAddressSanitizer = true;
inline void poison_memory(const void* start, std::size_t bytes) { __asan_poison_memory_region(start, bytes); }
inline void unpoison_memory(const void* start, std::size_t bytes) { __asan_unpoison_memory_region(start, bytes); }
inline bool is_poisoned(const void* place) { return __asan_address_is_poisoned(place) != 0; }
#else
inline constexpr bool kAddressSanitizer = false;
inline void poison_memory(const void*, std::size_t) {}
inline void unpoison_memory(const void*, std::size_t) {}
inline bool is_poisoned(const void*) { return false; }
#endif

/// `Base`, and what no block holds is poisoned for AddressSanitizer.
template <class Base>
struct Poisoning : Base {
  static void poison(const void* start, std::size_t bytes) { poison_memory(start, bytes); }
  static void unpoison(const void* start, std::size_t bytes) { unpoison_memory(start, bytes); }
};

/// `Base`, and marking may use so many slots of the gap.
template <class Base, std::uint32_t kSlots>
struct WithSlots : Base {
  static constexpr std::uint32_t kMarkStackSlots = kSlots;
};

/// No references; counts how often it was finalised.
struct Leaf {
  std::uint32_t id = 0;

  static inline std::uint32_t finalized = 0;
  static inline void (*on_finalize)(const Leaf&) = nullptr;
  static void finalize(Leaf& leaf) {
    ++finalized;
    if (on_finalize != nullptr) on_finalize(leaf);
  }
};

/// Two references, by name.
struct Pair {
  std::uint32_t id = 0;
  HeapIndex first;
  HeapIndex second;
  static constexpr References<&Pair::first, &Pair::second> kReferences{};
};

/// As many references as its payload has room for.
struct Array {
  std::uint32_t id = 0;
  std::uint32_t unused = 0;

  static HeapIndex* elements(Array& array) { return reinterpret_cast<HeapIndex*>(&array + 1); }
  static constexpr std::uint32_t length(std::uint32_t bytes) {
    return (bytes - static_cast<std::uint32_t>(sizeof(Array))) / static_cast<std::uint32_t>(sizeof(HeapIndex));
  }
  template <class Visit>
  static void trace(Array& array, std::uint32_t bytes, Visit&& visit) {
    for (std::uint32_t i = 0; i < length(bytes); ++i) visit(elements(array)[i]);
  }
};

template <class Options>
using TestArena = Arena<Options, Leaf, Pair, Array>;

/// An arena whose inside the tests may see, save and put back. `Base`: the arena, or a broken one derived from it.
template <class Options, class Base = TestArena<Options>>
class Observed : public Base {
 public:
  static constexpr bool kStressed = Options::kStress;
  static constexpr std::size_t kRootSlots = Options::kRoots;

  using Base::Base;

  BlockHeader& header_at(std::uint32_t unit) { return this->header(unit); }
  void* payload_at(std::uint32_t unit) { return this->payload(unit); }
  HeapIndex index_at(std::uint32_t unit) const { return this->index_of(unit); }
  std::uint32_t first_unit() const { return this->first_; }
  std::uint32_t top_unit() const { return this->top_; }
  unsigned char* memory() const { return this->base_; }
  /// Units that blocks can take while nothing is reserved.
  std::uint32_t usable_units() const { return this->end_ - this->kPadUnits; }

  struct Saved {
    std::uint32_t first, top, limit, stamp;
    RootTable<kRootSlots> roots;
    ArenaStatistics statistics;
    std::vector<unsigned char> bytes;
  };
  Saved save() const {
    return {this->first_,
            this->top_,
            this->limit_,
            this->stamp_,
            this->roots_,
            this->statistics_,
            std::vector<unsigned char>(memory(), memory() + this->top_bytes())};
  }
  void restore(const Saved& saved) {
    this->first_ = saved.first;
    this->top_ = saved.top;
    this->limit_ = saved.limit;
    this->stamp_ = saved.stamp;
    this->roots_ = saved.roots;
    this->statistics_ = saved.statistics;
    std::copy(saved.bytes.begin(), saved.bytes.end(), memory());
  }
};

}  // namespace hallmark::testing
