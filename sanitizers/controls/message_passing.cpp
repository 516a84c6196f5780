// Message passing: a plain value is published by an atomic flag. Broken where the flag's store is relaxed, although no
// x86 processor ever shows it. Value and flag lie apart (busy_neighbour.cpp), and not on the stack, where clang doesn't
// instrument the receiver's read.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

struct Message {
  alignas(64) int text = 0;
  alignas(64) std::atomic<bool> ready{false};
};

template <std::memory_order Publish>
void pass_message() {
  const auto message = std::make_unique<Message>();
  std::thread sender([&] {
    message->text = 42;
    message->ready.store(true, Publish);
  });
  while (!message->ready.load(std::memory_order_acquire)) std::this_thread::yield();
  if (message->text != 42) std::abort();
  sender.join();
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(argc, argv, pass_message<std::memory_order_relaxed>,
                                pass_message<std::memory_order_release>);
}
