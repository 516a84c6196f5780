// A flag is stored with release, then again, relaxed, after another write: who reads the second store has not
// synchronised with it. Broken as that; correct when the second store is a release, too.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

template <std::memory_order Second>
void publish() {
  int first = 0;
  std::atomic<int> flag{0};
  std::thread sender([&] {
    first = 1;
    flag.store(1, std::memory_order_release);
    flag.store(2, Second);
  });
  while (flag.load(std::memory_order_acquire) != 2) std::this_thread::yield();
  if (first != 1) std::abort();
  sender.join();
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(argc, argv, publish<std::memory_order_relaxed>, publish<std::memory_order_release>);
}
