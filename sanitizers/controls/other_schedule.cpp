// A plain counter that two threads write, but the second only when the first has been seen to be slow, which it isn't
// here: a race in a schedule that doesn't happen. Correct with an atomic counter.
#include <atomic>
#include <chrono>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

template <class Counter>
void count() {
  Counter counter = 0;
  std::atomic<bool> done{false};
  std::thread worker([&] {
    counter = counter + 1;
    done.store(true, std::memory_order_release);
  });
  const auto start = std::chrono::steady_clock::now();
  while (!done.load(std::memory_order_acquire)) {
    if (std::chrono::steady_clock::now() - start > std::chrono::minutes(5)) break;
    std::this_thread::yield();
  }
  counter = counter + 1;
  worker.join();
}

}  // namespace

int main(int argc, char** argv) { return hallmark::control::run(argc, argv, count<int>, count<std::atomic<int>>); }
