// Two threads count in a plain integer; correct with a mutex.
#include <mutex>
#include <thread>

#include "sanitizers/controls/control.hpp"

namespace {

template <class Increment>
void count(Increment increment) {
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) increment();
  });
  for (int i = 0; i < 1000; ++i) increment();
  other.join();
}

}  // namespace

int main(int argc, char** argv) {
  int counter = 0;
  std::mutex mutex;
  return hallmark::control::run(
      argc, argv, [&] { count([&] { ++counter; }); },
      [&] {
        count([&] {
          const std::lock_guard guard(mutex);
          ++counter;
        });
      });
}
