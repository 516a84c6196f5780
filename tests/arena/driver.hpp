// Turns numbers into operations on an arena and its model: for random sequences and for the fuzzer.
#pragma once

#include <cstdint>

#include "tests/arena/model.hpp"

namespace hallmark::testing {

template <class A>
class Driver {
 public:
  Driver(A& arena, bool may_collect) : lockstep_(arena), may_collect_(may_collect) {}

  /// One operation, chosen by `operation` and applied as `x` and `y` say; nothing where it is not possible.
  void step(unsigned operation, unsigned x, unsigned y) {
    Model& model = lockstep_.model();
    switch (operation % 16) {
      default: return allocate(operation % 3, x, y);
      case 6:
      case 7: return link(x, y, x / 7);
      case 8:
        if (holds_references(x)) lockstep_.unlink(pick(x), y % lockstep_.block(pick(x)).count);
        return;
      case 9:
        if (lockstep_.live() > 0) lockstep_.root(pick(x));
        return;
      case 10:
        if (!model.roots.empty()) lockstep_.unroot(x % model.roots.size());
        return;
      case 11: return lockstep_.collect();
      case 12: return lockstep_.compact(Forwarding::in_place);
      case 13: return lockstep_.compact(Forwarding::table);
      case 14:
        if (lockstep_.live() == 0 || model.blocks.back().id == Model::kNobody) return;
        if (!model.is_referenced(model.blocks.back().id)) lockstep_.free_last();
        return;
      case 15:
        if (lockstep_.live() > 0 && model.blocks.back().tag == 3) lockstep_.shrink_last(x % 4 * 2);
    }
  }

  const std::string& mismatch() { return lockstep_.mismatch(); }
  std::size_t live() const { return lockstep_.live(); }

 private:
  std::size_t pick(unsigned x) const { return x % lockstep_.live(); }
  bool holds_references(unsigned x) { return lockstep_.live() > 0 && lockstep_.block(pick(x)).count > 0; }

  void link(unsigned from, unsigned slot, unsigned to) {
    if (holds_references(from)) lockstep_.link(pick(from), slot % lockstep_.block(pick(from)).count, pick(to));
  }

  // The block is linked from another one (three times of four), or rooted, or garbage.
  void allocate(unsigned kind, unsigned x, unsigned y) {
    const int before = lockstep_.model().next_id;
    lockstep_.allocate(static_cast<int>(kind), x % 4 * 2, may_collect_);
    if (lockstep_.model().next_id == before) return;
    const auto newest = static_cast<unsigned>(lockstep_.live() - 1);
    if (y % 4 != 0 && newest > 0 && holds_references(x % newest)) {
      lockstep_.link(x % newest, y / 4 % lockstep_.block(x % newest).count, newest);
    } else if (y % 8 != 0 && lockstep_.model().roots.size() < A::kRootSlots) {
      lockstep_.root(newest);
    }
  }

  Lockstep<A> lockstep_;
  bool may_collect_;
};

}  // namespace hallmark::testing
