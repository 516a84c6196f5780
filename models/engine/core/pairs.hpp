// Which site's store another site's read took its value from, over all executions of a run: the reads-from pairs that
// an engine has seen between threads, and those among them that synchronise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/engine/core/site.hpp"

namespace hallmark::check {

struct SitePair {
  const Site* store = nullptr;
  const Site* read = nullptr;
  bool synchronises = false;  ///< the store heads a release sequence that the read reads from, and acquires

  bool operator==(const SitePair&) const = default;
};

constexpr bool acquires(MemoryOrder order) {
  return order == MemoryOrder::acquire || order == MemoryOrder::acq_rel || order == MemoryOrder::seq_cst;
}

constexpr bool releases(MemoryOrder order) {
  return order == MemoryOrder::release || order == MemoryOrder::acq_rel || order == MemoryOrder::seq_cst;
}

/// A set of pairs that never allocates: it may lie in memory that another process reads.
class SitePairs {
 public:
  void add(const SitePair& pair) {
    for (std::size_t i = hash_of(pair) % kRoom;; i = (i + 1) % kRoom) {
      if (pairs_[i] == pair) return;
      if (pairs_[i].store != nullptr) continue;
      if (size_ == kRoom / 2) {
        overflown_ = true;
        return;
      }
      pairs_[i] = pair;
      ++size_;
      return;
    }
  }

  /// Walks from the write that a read took its value from to the heads of its release sequence. `write` gives of the
  /// write that it is called for: its site, its order, whether it is another thread's, and in turn the write that it
  /// took its own value from if it is a read-modify-write.
  template <class Write>
  void add_read(const Site* read, MemoryOrder order, Write write) {
    if (write.exists() && write.site() != nullptr && write.is_foreign()) add({write.site(), read, false});
    if (!acquires(order)) return;
    for (; write.exists(); write.go_back()) {
      if (write.site() != nullptr && write.is_foreign() && releases(write.order())) add({write.site(), read, true});
    }
  }

  std::vector<SitePair> list() const {
    std::vector<SitePair> result;
    for (const SitePair& pair : pairs_) {
      if (pair.store != nullptr) result.push_back(pair);
    }
    return result;
  }
  bool overflown() const { return overflown_; }

 private:
  static constexpr std::size_t kRoom = 2048;

  static std::size_t hash_of(const SitePair& pair) {
    const auto store = reinterpret_cast<std::uintptr_t>(pair.store);
    const auto read = reinterpret_cast<std::uintptr_t>(pair.read);
    return (store * 31 + read + (pair.synchronises ? 1 : 0)) * 0x9e3779b97f4a7c15U >> 40;
  }

  std::array<SitePair, kRoom> pairs_{};
  std::size_t size_ = 0;
  bool overflown_ = false;
};

}  // namespace hallmark::check
