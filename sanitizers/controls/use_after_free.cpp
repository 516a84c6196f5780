// An object is read after it was freed; correct before.
#include <cstdio>
#include <memory>

#include "sanitizers/controls/control.hpp"

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv,
      [] {
        auto owner = std::make_unique<int>(1);
        const int* const object = hallmark::control::opaque(owner.get());
        owner.reset();
        std::printf("%d\n", *object);
      },
      [] {
        auto owner = std::make_unique<int>(1);
        const int* const object = hallmark::control::opaque(owner.get());
        std::printf("%d\n", *object);
        owner.reset();
      });
}
