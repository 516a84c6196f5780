#include "models/engine/explorer/access.hpp"

#include <bit>

#include "models/engine/explorer/clock.hpp"

namespace hallmark::explorer_engine {
namespace {

constexpr Word kSet = (Word{1} << kMostThreads) - 1;  // the waiting threads; the woken ones are in the next bits

constexpr Word woken(Word bit) { return bit << kMostThreads; }

Word bit_number(Word set, unsigned number) {
  for (; number > 0; --number) set &= set - 1;
  return set & (~set + 1);
}

}  // namespace

bool is_woken(Word value, Word bit) { return (value & woken(bit)) != 0; }

Effect effect_of(const Access& access, Word value, unsigned variant) {
  Effect effect{.order = access.order};
  const auto write = [&](Word written) {
    effect.writes = true;
    effect.written = written;
  };
  switch (access.kind) {
    case AccessKind::rmw: write(check::apply(access.rmw, value, access.operand, access.mask)); break;
    case AccessKind::cas:
      if (value == access.expected && access.may_fail_spuriously) effect.variants = 2;
      if (value == access.expected && variant == 0) {
        write(access.operand);
      } else {
        effect.order = access.failure_order;
      }
      break;
    case AccessKind::lock:
    case AccessKind::try_lock:
      if (value == 0) {
        write(1);
      } else {
        effect.blocks = access.kind == AccessKind::lock;
        effect.order = MemoryOrder::relaxed;
      }
      break;
    case AccessKind::enter_wait: write(value | access.operand); break;
    case AccessKind::leave_wait:
      if (is_woken(value, access.operand)) {
        write(value & ~woken(access.operand));
        break;
      }
      if (access.may_fail_spuriously) effect.variants = 2;
      if (variant == 0) {
        effect.blocks = true;
      } else {
        write(value & ~access.operand);
      }
      break;
    case AccessKind::notify_one:
    case AccessKind::notify_all:
      if (const Word waiting = value & kSet; waiting != 0) {
        const bool one = access.kind == AccessKind::notify_one;
        if (one) effect.variants = static_cast<unsigned>(std::popcount(waiting));
        const Word chosen = one ? bit_number(waiting, variant) : waiting;
        write((value & ~chosen) | woken(chosen));
      }
      break;
    case AccessKind::load:
    case AccessKind::store:
    case AccessKind::plain_read:
    case AccessKind::plain_write:
    case AccessKind::unlock: break;
  }
  return effect;
}

}  // namespace hallmark::explorer_engine
