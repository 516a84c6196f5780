// Deque: the ground that the broken steal queues of this folder stand on. A variant derives from it and hides the one
// operation that it gets wrong, or hands it another kind of slot, so that a variant's file shows its bug and little
// else.
//
// It is a Chase-Lev deque in the plainest form: no copy of top is kept, and pop's restoring stores are release. It has
// the interface of StealQueue, so that the scenarios of models/mark/steal_queue_scenarios.hpp run on it. That the
// ground itself is sound is checked by the control C5, which hides nothing but pop.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <hallmark/mark/steal_queue.hpp>

#include "models/engine/core/catalogue.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {

/// A slot as it should be: a stale thief may read it while the owner writes it, and then drops what it read.
template <class T>
class AtomicSlot {
 public:
  T get() const { return value_.load(order<"gallery_deque.slot.load_value">(relaxed)); }
  void put(T value) { value_.store(value, order<"gallery_deque.slot.store_value">(relaxed)); }

 private:
  sync::atomic<T> value_;
};

template <class T, std::size_t N, class Slot = AtomicSlot<T>>
class Deque {
 public:
  static constexpr std::size_t kCapacity = N;

  explicit Deque(std::uint64_t first_index = 0) : top_(first_index), bottom_(first_index) {}

  bool push(T item) {
    const std::uint64_t b = bottom_.load(order<"gallery_deque.push.load_bottom">(relaxed));
    const std::uint64_t t = top_.load(order<"gallery_deque.push.load_top">(acquire));
    if (b - t >= N) return false;
    slot(b).put(item);
    bottom_.store(b + 1, order<"gallery_deque.push.store_bottom">(release));
    return true;
  }

  std::optional<T> pop() {
    const std::uint64_t b = bottom_.load(order<"gallery_deque.pop.load_bottom">(relaxed)) - 1;
    bottom_.store(b, order<"gallery_deque.pop.store_bottom">(seq_cst));
    std::uint64_t t = top_.load(order<"gallery_deque.pop.load_top">(seq_cst));
    std::optional<T> item;
    if (items_between(t, b) >= 0) item = slot(b).get();
    if (items_between(t, b) > 0) return item;
    if (item && !claim(t)) item.reset();
    bottom_.store(b + 1, order<"gallery_deque.pop.store_bottom_restored">(release));
    return item;
  }

  StealResult<T> steal() {
    std::uint64_t t = top_.load(order<"gallery_deque.steal.load_top">(seq_cst));
    const std::uint64_t b = bottom_.load(order<"gallery_deque.steal.load_bottom">(seq_cst));
    if (items_between(t, b) <= 0) return {StealOutcome::empty, T()};
    const T item = slot(t).get();
    if (!claim(t)) return {StealOutcome::lost_race, T()};
    return {StealOutcome::success, item};
  }

  std::size_t size() const {
    const std::uint64_t t = top_.load(order<"gallery_deque.size.load_top">(relaxed));
    const std::uint64_t b = bottom_.load(order<"gallery_deque.size.load_bottom">(relaxed));
    return static_cast<std::size_t>(std::clamp<std::int64_t>(items_between(t, b), 0, static_cast<std::int64_t>(N)));
  }

 protected:
  static std::int64_t items_between(std::uint64_t t, std::uint64_t b) { return static_cast<std::int64_t>(b - t); }

  Slot& slot(std::uint64_t index) { return slots_[index % N]; }

  /// Moves top past item `t`: whoever does it has the item.
  bool claim(std::uint64_t t) {
    return top_.compare_exchange_strong(t, t + 1, order<"gallery_deque.claim.cas_top">(seq_cst),
                                        order<"gallery_deque.claim.cas_fail_top">(acquire));
  }

  sync::atomic<std::uint64_t> top_;
  sync::atomic<std::uint64_t> bottom_;
  std::array<Slot, N> slots_{};
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
