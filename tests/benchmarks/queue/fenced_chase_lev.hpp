// The peer of StealQueue: the deque as Lê, Pop, Cohen and Zappa Nardelli give it, "Correct and efficient work-stealing
// for weak memory models" (PPoPP 2013), with its fences. It is bounded, as ours is, and never grows.
//
// A program to compare with, not a part of the kernel: stand-alone fences are unknown to ThreadSanitizer.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <hallmark/mark/steal_queue.hpp>

namespace hallmark::bench {

template <class T, std::size_t N>
class FencedChaseLev {
 public:
  bool push(T item) {
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed);
    const std::int64_t top = top_.load(std::memory_order_acquire);
    if (bottom - top >= static_cast<std::int64_t>(N)) return false;
    slot(bottom).store(item, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return true;
  }

  std::optional<T> pop() {
    const std::int64_t bottom = bottom_.load(std::memory_order_relaxed) - 1;
    bottom_.store(bottom, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    std::int64_t top = top_.load(std::memory_order_relaxed);
    if (top > bottom) {
      bottom_.store(bottom + 1, std::memory_order_relaxed);
      return std::nullopt;
    }
    const T item = slot(bottom).load(std::memory_order_relaxed);
    if (top < bottom) return item;
    const bool won = top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed);
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    if (!won) return std::nullopt;
    return item;
  }

  StealResult<T> steal() {
    std::int64_t top = top_.load(std::memory_order_acquire);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const std::int64_t bottom = bottom_.load(std::memory_order_acquire);
    if (top >= bottom) return {StealOutcome::empty, T()};
    const T item = slot(top).load(std::memory_order_relaxed);
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed)) {
      return {StealOutcome::lost_race, T()};
    }
    return {StealOutcome::success, item};
  }

 private:
  std::atomic<T>& slot(std::int64_t index) { return slots_[static_cast<std::uint64_t>(index) % N]; }

  alignas(64) std::atomic<std::int64_t> top_ = 0;
  alignas(64) std::atomic<std::int64_t> bottom_ = 0;
  alignas(64) std::array<std::atomic<T>, N> slots_{};
};

}  // namespace hallmark::bench
