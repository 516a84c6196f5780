// A flag is stored with release, then again, relaxed, after another write: who reads the second store has not
// synchronised with it. Broken as that; correct when the second store is a release, too.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

struct Message {
  alignas(64) int text = 0;
  alignas(64) std::atomic<int> flag{0};
};

template <std::memory_order Second>
void publish() {
  const auto message = std::make_unique<Message>();
  std::thread sender([&] {
    message->text = 1;
    message->flag.store(1, std::memory_order_release);
    message->flag.store(2, Second);
  });
  while (message->flag.load(std::memory_order_acquire) != 2) std::this_thread::yield();
  if (message->text != 1) std::abort();
  sender.join();
}

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(argc, argv, publish<std::memory_order_relaxed>, publish<std::memory_order_release>);
}
