// Two threads each store their flag and load the other's: with seq_cst one of them sees the other. Broken with release
// and acquire, where both may read 0; then the program aborts.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

template <std::memory_order Store, std::memory_order Load>
void store_and_look() {
  for (int round = 0; round < 300; ++round) {
    alignas(64) std::atomic<int> mine{0};
    alignas(64) std::atomic<int> others{0};
    std::atomic<int> ready{0};
    int seen = 0;
    std::thread other([&] {
      ready.fetch_add(1);
      while (ready.load() != 2) std::this_thread::yield();
      others.store(1, Store);
      seen = mine.load(Load);
    });
    ready.fetch_add(1);
    while (ready.load() != 2) std::this_thread::yield();
    mine.store(1, Store);
    const int seen_here = others.load(Load);
    other.join();
    if (seen == 0 && seen_here == 0) std::abort();
  }
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(argc, argv, store_and_look<std::memory_order_release, std::memory_order_acquire>,
                                store_and_look<std::memory_order_seq_cst, std::memory_order_seq_cst>);
}
