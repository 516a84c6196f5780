// The message of message_passing.cpp, in the same eight bytes as its flag and other flags, all of which the receiver
// reads again and again. ThreadSanitizer knows the last four accesses of each eight bytes; that of the sender is none
// of them any more.
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

struct alignas(8) Message {
  int text = 0;
  std::array<std::atomic<bool>, 4> ready{};
};
static_assert(sizeof(Message) == 8);

template <std::memory_order Publish>
void pass_message() {
  const auto message = std::make_unique<Message>();
  std::thread sender([&] {
    message->text = 42;
    for (std::atomic<bool>& flag : message->ready) flag.store(true, Publish);
  });
  for (int times = 0; times < 1000;) {
    bool all = true;
    for (const std::atomic<bool>& flag : message->ready) all = flag.load(std::memory_order_acquire) && all;
    if (all) {
      ++times;
    } else {
      std::this_thread::yield();
    }
  }
  if (message->text != 42) std::abort();
  sender.join();
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(argc, argv, pass_message<std::memory_order_relaxed>,
                                pass_message<std::memory_order_release>);
}
