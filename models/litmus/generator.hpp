// Random litmus programs: two or three threads, some seven operations, everything that a program can contain.
#pragma once

#include <cstdint>

#include "models/litmus/program.hpp"

namespace hallmark::litmus {

/// The same program for the same number. Its values stay small enough for the brute force.
Program generate(std::uint64_t number);

}  // namespace hallmark::litmus
