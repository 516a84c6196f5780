// Two rows of memory with huge-page advice, one for nodes and one for arrays, in which objects lie one after the other
// in the order of their allocation: the least that a heap can be.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tests/benchmarks/marking/graphs.hpp"

namespace hallmark::bench {

/// The words of a node: its references, then its id and a word more. Those of an array: references.
using Words = std::uint64_t*;

inline constexpr std::size_t kNodeWords = kNodeSlots + 2;

inline Words reference(const std::uint64_t* object, std::size_t slot) { return reinterpret_cast<Words>(object[slot]); }

/// Memory that is given back at the end. Aligned to huge pages.
class MappedRow {
 public:
  explicit MappedRow(std::size_t bytes) : bytes_(bytes + kHuge) {
    mapped_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped_ == MAP_FAILED) std::abort();
    madvise(mapped_, bytes_, MADV_HUGEPAGE);
    next_ = base_ = (reinterpret_cast<std::uintptr_t>(mapped_) + kHuge - 1) / kHuge * kHuge;
  }
  MappedRow(const MappedRow&) = delete;
  MappedRow& operator=(const MappedRow&) = delete;
  ~MappedRow() { munmap(mapped_, bytes_); }

  Words take(std::size_t words) {
    const auto object = reinterpret_cast<Words>(next_);
    next_ += words * sizeof(std::uint64_t);
    if (next_ > base_ + bytes_ - kHuge) std::abort();
    return object;
  }
  std::uintptr_t base() const { return base_; }
  bool holds(const std::uint64_t* object) const { return reinterpret_cast<std::uintptr_t>(object) - base_ < bytes_; }

 private:
  static constexpr std::size_t kHuge = std::size_t{2} << 20;

  void* mapped_ = nullptr;
  std::size_t bytes_;
  std::uintptr_t base_ = 0;
  std::uintptr_t next_ = 0;
};

class PlainHeap {
 public:
  using Object = Words;

  Object make_node(std::uint32_t id) {
    Object node = nodes_.take(kNodeWords);
    node[kNodeSlots] = id;
    return node;
  }

  Object make_array(std::uint32_t slots) {
    Object length = arrays_.take(1);
    length[0] = slots;
    return arrays_.take(slots);
  }

  void set(Object object, std::uint32_t slot, Object target) {
    object[slot] = reinterpret_cast<std::uintptr_t>(target);
  }
  void root(Object object) { root_ = object; }

 protected:
  bool is_node(const std::uint64_t* object) const { return nodes_.holds(object); }
  static std::size_t length_of_array(const std::uint64_t* array) { return array[-1]; }
  std::size_t index_of_node(const std::uint64_t* node) const {
    return (reinterpret_cast<std::uintptr_t>(node) - nodes_.base()) / (kNodeWords * sizeof(std::uint64_t));
  }

  const std::uint64_t* root_ = nullptr;

 private:
  MappedRow nodes_{std::size_t{1} << 30};
  MappedRow arrays_{std::size_t{1} << 28};
};

}  // namespace hallmark::bench
