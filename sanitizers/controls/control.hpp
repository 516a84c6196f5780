// A control is a program with a mistake that a sanitizer must report, and the same program without it, which must be
// silent. `<control> broken` runs the one, `<control> correct` the other; control_test.cmake judges both.
#pragma once

#include <cstdio>
#include <string_view>

namespace hallmark::control {

template <class Broken, class Correct>
int run(int argc, char** argv, Broken broken, Correct correct) {
  const std::string_view which = argc == 2 ? argv[1] : "";
  if (which == "broken") {
    broken();
  } else if (which == "correct") {
    correct();
  } else {
    std::fprintf(stderr, "usage: %s broken|correct\n", argv[0]);
    return 2;
  }
  std::puts("finished");
  return 0;
}

/// Hides a value from the optimiser, which would otherwise see the mistake and remove it.
template <class T>
T opaque(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

}  // namespace hallmark::control
