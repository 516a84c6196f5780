// Arenas with a mistake in their compaction, each one that a collector was once written with.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/arena/types.hpp"

namespace hallmark::testing {

/// Clears the marks before it asks them what is dead: nothing is ever found dead, so that nothing moves or is freed.
template <class Options>
class ForwardsAfterMarksWereCleared : public TestArena<Options> {
 public:
  using TestArena<Options>::TestArena;

  void compact(Forwarding = Forwarding::in_place) {
    this->mark();
    std::vector<std::uint32_t> dead;
    for (std::uint32_t unit = this->first_; unit < this->top_; unit = this->next(unit)) this->header(unit).clear_mark();
    for (std::uint32_t unit = this->first_; unit < this->top_; unit = this->next(unit)) {
      if (this->header(unit).is_marked()) dead.push_back(unit);
    }
    for (const std::uint32_t unit : dead) (void)this->header(unit).set_tag(BlockHeader::kFreeTag);
  }
};

/// Rewrites one block's references after the other, from the top of the heap down: the new index of a block that has
/// been done is the old one of a block that is yet to come, and its references are rewritten again.
template <class Options>
class ReusesAnIndexOfAHigherAddress : public TestArena<Options> {
 public:
  using TestArena<Options>::TestArena;

  void compact(Forwarding = Forwarding::in_place) {
    this->collect();
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;
    std::uint32_t target = 0;
    for (std::uint32_t unit = this->first_; unit < this->top_; unit = this->next(unit)) {
      if (this->header(unit).is_free()) continue;
      places.emplace_back(unit, target);
      target += this->header(unit).units();
    }
    for (auto place = places.rbegin(); place != places.rend(); ++place) {
      const auto visit = [&](HeapIndex& reference) {
        if (reference == this->index_of(place->first)) reference = this->index_of(place->second);
      };
      this->roots_.for_each(visit);
      for (const auto& [unit, unused] : places) this->trace(unit, visit);
    }
    this->move_blocks(0, false);
  }
};

/// Keeps copies of the roots while blocks move, and goes on with the copies.
template <class Options>
class CachesRootsAcrossMovement : public TestArena<Options> {
 public:
  using TestArena<Options>::TestArena;

  void compact(Forwarding forwarding = Forwarding::in_place) {
    std::vector<HeapIndex> cached;
    this->roots_.for_each([&](HeapIndex& root) { cached.push_back(root); });
    TestArena<Options>::compact(forwarding);
    auto next = cached.begin();
    this->roots_.for_each([&](HeapIndex& root) { root = *next++; });
  }
};

}  // namespace hallmark::testing
