// Random litmus programs: every second one is made from scratch, with two or three threads and some seven operations of
// every kind; the others are programs of the corpus with other orders and an operation or two changed.
#pragma once

#include <cstdint>

#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// The same program for the same number. Its values stay small enough for the brute force.
Program generate(std::uint64_t number);

}  // namespace hallmark::litmus
