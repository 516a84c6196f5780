// Every sequence of up to so many operations, on an arena and its model; stops at the first disagreement.
//
// Blocks are named by age, so that few operations reach every shape: the newest, the one before it, the oldest. What
// isn't possible (a link without blocks, freeing a block that is referenced) is not a step.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/arena/model.hpp"

namespace hallmark::testing {

inline constexpr std::array<const char*, 15> kStepNames = {
    "allocate leaf",         "allocate pair", "allocate array", "link newest to previous",
    "link oldest to newest", "unlink oldest", "root newest",    "root oldest",
    "unroot first",          "unroot last",   "collect",        "compact",
    "compact with a table",  "free_last",     "shrink newest"};

struct SearchResult {
  std::array<std::uint64_t, kStepNames.size()> steps{};  // how often each was taken
  std::uint64_t refused = 0;                             // allocations without room
  std::uint64_t moved = 0;                               // compactions that moved a block
  std::uint64_t fallbacks = 0;                           // tables that did not fit
  std::uint64_t overflows = 0;                           // markings whose stack was full
  std::uint64_t states = 0;                              // sequences, the shorter ones among them
  std::string mismatch;                                  // empty, or what differed
  std::string sequence;                                  // after which steps

  bool found() const { return !mismatch.empty(); }
};

template <class A>
class Search {
 public:
  /// Sequences of up to `depth` steps in a heap of `units` units. Allocation collects on demand if `may_collect`.
  Search(unsigned depth, std::uint32_t units, bool may_collect = false)
      : depth_(depth), may_collect_(may_collect), memory_(units), arena_(memory_.data(), units * 8), lockstep_(arena_) {
    descend();
  }

  const SearchResult& result() const { return result_; }

 private:
  // False if the step is not possible here; then nothing was done.
  bool take(std::size_t step) {
    const std::size_t live = lockstep_.live();
    if (step <= 2) {
      lockstep_.allocate(static_cast<int>(step), 4, may_collect_);
      return true;
    }
    if (step == 10) {
      lockstep_.collect();
      return true;
    }
    if (step == 11 || step == 12) {
      const std::uint32_t movements = arena_.statistics().movements;
      const std::uint32_t fallbacks = arena_.statistics().table_fallbacks;
      lockstep_.compact(step == 11 ? Forwarding::in_place : Forwarding::table);
      result_.moved += arena_.statistics().movements - movements;
      result_.fallbacks += arena_.statistics().table_fallbacks - fallbacks;
      return true;
    }
    const std::size_t roots = lockstep_.model().roots.size();
    if (step == 8 || step == 9) {
      if (roots == 0 || (step == 9 && roots == 1)) return false;
      lockstep_.unroot(step == 8 ? 0 : roots - 1);
      return true;
    }
    if (live == 0) return false;
    switch (step) {
      case 3:
        if (live < 2 || lockstep_.block(live - 1).count == 0) return false;
        lockstep_.link(live - 1, 0, live - 2);
        return true;
      case 4:
        if (lockstep_.block(0).count == 0) return false;
        lockstep_.link(0, 1, live - 1);
        return true;
      case 5:
        if (lockstep_.block(0).count == 0) return false;
        lockstep_.unlink(0, 1);
        return true;
      case 6: lockstep_.root(live - 1); return true;
      case 7:
        if (live < 2) return false;
        lockstep_.root(0);
        return true;
      default: {
        const Model::Block& last = lockstep_.model().blocks.back();
        if (last.id == Model::kNobody) return false;
        if (step == 13) {
          if (lockstep_.model().is_referenced(last.id)) return false;
          lockstep_.free_last();
        } else {
          if (last.tag != 3) return false;
          lockstep_.shrink_last(2);
        }
        return true;
      }
    }
  }

  void descend() {
    if (path_.size() == depth_) return;
    const auto arena = arena_.save();
    const auto model = lockstep_.save();
    for (std::size_t step = 0; step < kStepNames.size() && !result_.found(); ++step) {
      const std::size_t before = lockstep_.live();
      if (!take(step)) continue;
      path_.push_back(step);
      ++result_.steps[step];
      ++result_.states;
      if (step <= 2 && lockstep_.live() == before) ++result_.refused;
      if (step >= 10 && step <= 12 && arena_.statistics().last_overflows > 0) ++result_.overflows;
      result_.mismatch = lockstep_.mismatch();
      if (result_.found()) {
        for (const std::size_t taken : path_) result_.sequence += std::string(kStepNames[taken]) + "; ";
        return;
      }
      descend();
      path_.pop_back();
      arena_.restore(arena);
      lockstep_.restore(model);
    }
  }

  unsigned depth_;
  bool may_collect_;
  std::vector<std::uint64_t> memory_;
  A arena_;
  Lockstep<A> lockstep_;
  std::vector<std::size_t> path_;
  SearchResult result_;
};

}  // namespace hallmark::testing
