// Message passing: a plain value is published by an atomic flag. Broken where the flag's store is relaxed, although no
// x86 processor ever shows it.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

template <std::memory_order Publish>
void pass_message() {
  int message = 0;
  std::atomic<bool> ready{false};
  std::thread sender([&] {
    message = 42;
    ready.store(true, Publish);
  });
  while (!ready.load(std::memory_order_acquire)) std::this_thread::yield();
  if (message != 42) std::abort();
  sender.join();
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(argc, argv, pass_message<std::memory_order_relaxed>,
                                pass_message<std::memory_order_release>);
}
