// A steal queue whose slots are plain: a slow thief reads a slot that the owner has got back and writes. The thief
// drops what it read, since its claim fails, but the read is a race all the same. Correct with relaxed atomic slots.
//
// The window is a few instructions wide; the pauses of tests/stress/chaos.hpp widen it.
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "sanitizers/controls/control.hpp"
#include "tests/stress/chaos.hpp"

namespace {

using hallmark::testing::Chaos;

class PlainSlot {
 public:
  int read() const { return value_; }
  void write(int value) { value_ = value; }

 private:
  int value_ = 0;
};

class AtomicSlot {
 public:
  int read() const { return value_.load(std::memory_order_relaxed); }
  void write(int value) { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<int> value_{0};
};

template <class Slot>
class Queue {
 public:
  bool push(int item) {
    const std::uint64_t bottom = bottom_.load(std::memory_order_relaxed);
    if (bottom - top_.load(std::memory_order_acquire) >= kCapacity) return false;
    Chaos::before_operation();
    slots_[bottom % kCapacity].write(item);
    bottom_.store(bottom + 1, std::memory_order_release);
    return true;
  }

  bool steal() {
    std::uint64_t top = top_.load(std::memory_order_seq_cst);
    if (static_cast<std::int64_t>(bottom_.load(std::memory_order_seq_cst) - top) <= 0) return false;
    Chaos::before_operation();
    const int item = slots_[top % kCapacity].read();
    Chaos::before_operation();
    return top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed) &&
           item >= 0;
  }

 private:
  static constexpr std::size_t kCapacity = 2;

  std::atomic<std::uint64_t> top_{0};
  std::atomic<std::uint64_t> bottom_{0};
  std::array<Slot, kCapacity> slots_{};
};

template <class Slot>
void share() {
  constexpr int kItems = 20000;
  // On the heap: clang's ThreadSanitizer didn't see the owner's writes when it was a local variable.
  const auto queue = std::make_unique<Queue<Slot>>();
  std::atomic<bool> done{false};
  const auto thief = [&](std::uint64_t stream) {
    Chaos::enter_thread(stream);
    while (!done.load(std::memory_order_acquire)) {
      if (!queue->steal()) std::this_thread::yield();
    }
  };
  std::thread first(thief, 1);
  std::thread second(thief, 2);
  Chaos::enter_thread(0);
  for (int i = 0; i < kItems; ++i) {
    while (!queue->push(i)) std::this_thread::yield();
  }
  done.store(true, std::memory_order_release);
  first.join();
  second.join();
}

}  // namespace

int main(int argc, char** argv) { return hallmark::control::run(argc, argv, share<PlainSlot>, share<AtomicSlot>); }
