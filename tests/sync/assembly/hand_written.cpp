// The same queue on std::atomic, orders spelled out. The two macros let assembly_test.cmake change one order.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#ifndef POP_STORE_BOTTOM
#define POP_STORE_BOTTOM std::memory_order_seq_cst
#endif
#ifndef PUSH_LOAD_TOP
#define PUSH_LOAD_TOP std::memory_order_acquire
#endif

namespace {

constexpr std::size_t kCapacity = 1024;

enum class Outcome : unsigned char { success, empty, lost_race };

struct Result {
  Outcome outcome;
  std::uint64_t item;
};

struct Queue {
  bool push(std::uint64_t item) {
    const std::uint64_t b = bottom_between_operations;
    if (b - top_seen_by_owner >= kCapacity) {
      top_seen_by_owner = top.load(PUSH_LOAD_TOP);
      if (b - top_seen_by_owner >= kCapacity) return false;
    }
    slots[b % kCapacity].store(item, std::memory_order_relaxed);
    bottom.store(b + 1, std::memory_order_release);
    bottom_between_operations = b + 1;
    return true;
  }

  std::optional<std::uint64_t> pop() {
    const std::uint64_t b = bottom_between_operations - 1;
    bottom.store(b, POP_STORE_BOTTOM);
    std::uint64_t t = top.load(std::memory_order_seq_cst);
    const auto left_above = static_cast<std::int64_t>(b - t);
    if (left_above < 0) {
      bottom.store(b + 1, std::memory_order_relaxed);
      return std::nullopt;
    }
    const std::uint64_t item = slots[b % kCapacity].load(std::memory_order_relaxed);
    if (left_above > 0) {
      bottom_between_operations = b;
      return item;
    }
    const bool won = top.compare_exchange_strong(t, t + 1, std::memory_order_release, std::memory_order_acquire);
    bottom.store(b + 1, std::memory_order_relaxed);
    if (!won) return std::nullopt;
    return item;
  }

  Result steal() {
    std::uint64_t t = top.load(std::memory_order_seq_cst);
    const std::uint64_t b = bottom.load(std::memory_order_seq_cst);
    if (static_cast<std::int64_t>(b - t) <= 0) return {Outcome::empty, 0};
    const std::uint64_t item = slots[t % kCapacity].load(std::memory_order_relaxed);
    if (!top.compare_exchange_strong(t, t + 1, std::memory_order_seq_cst, std::memory_order_relaxed)) {
      return {Outcome::lost_race, 0};
    }
    return {Outcome::success, item};
  }

  std::size_t size() const {
    const std::uint64_t t = top.load(std::memory_order_relaxed);
    const std::uint64_t b = bottom.load(std::memory_order_relaxed);
    const auto difference = static_cast<std::int64_t>(b - t);
    return static_cast<std::size_t>(std::clamp<std::int64_t>(difference, 0, static_cast<std::int64_t>(kCapacity)));
  }

  alignas(64) std::atomic<std::uint64_t> top{0};
  alignas(64) std::atomic<std::uint64_t> bottom{0};
  std::uint64_t bottom_between_operations = 0;
  std::uint64_t top_seen_by_owner = 0;
  alignas(64) std::array<std::atomic<std::uint64_t>, kCapacity> slots{};
};

}  // namespace

extern "C" bool queue_push(Queue* queue, std::uint64_t item) { return queue->push(item); }

extern "C" bool queue_pop(Queue* queue, std::uint64_t* item) {
  const std::optional<std::uint64_t> popped = queue->pop();
  if (popped) *item = *popped;
  return popped.has_value();
}

extern "C" int queue_steal(Queue* queue, std::uint64_t* item) {
  const Result result = queue->steal();
  *item = result.item;
  return static_cast<int>(result.outcome);
}

extern "C" std::size_t queue_size(const Queue* queue) { return queue->size(); }
