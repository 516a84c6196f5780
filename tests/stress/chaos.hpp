// Chaos: a seeded pause before atomic operations, so that threads meet in places where they otherwise rarely do.
//
// Each thread draws from a stream of its own; which one, the test says (`Chaos::enter_thread`). The seed is
// HALLMARK_CHAOS_SEED, or 1. It decides each thread's pauses, not what the scheduler makes of them: a seed that found
// something makes it likely again, not certain.
#pragma once

#include <sched.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace hallmark::testing {

class Chaos {
 public:
  /// The seed of this process. Ends the program when HALLMARK_CHAOS_SEED is not a number.
  static std::uint64_t seed() {
    static const std::uint64_t value = read_seed();
    return value;
  }

  /// The calling thread draws from stream `stream` from now on, from its beginning.
  static void enter_thread(std::uint64_t stream) { state() = seed() * 0x9E3779B97F4A7C15U + stream; }

  /// Returns at once, three times in four; otherwise spins, yields or sleeps first.
  static void before_operation() noexcept {
    const std::uint64_t random = next();
    switch (random % 64) {
      case 0: sleep(); break;
      case 1:
      case 2:
      case 3:
      case 4: sched_yield(); break;
      case 5:
      case 6:
      case 7:
      case 8:
      case 9:
      case 10:
      case 11:
      case 12:
      case 13:
      case 14:
      case 15: spin((random >> 32) % 256); break;
      default: break;
    }
  }

  /// The next number of the calling thread's stream (splitmix64).
  static std::uint64_t next() noexcept {
    std::uint64_t z = state() += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

 private:
  static std::uint64_t& state() noexcept {
    thread_local std::uint64_t state = 0;
    return state;
  }

  static void sleep() noexcept {
    const timespec shortest{0, 1};
    nanosleep(&shortest, nullptr);
  }

  static void spin(std::uint64_t rounds) noexcept {
    for (std::uint64_t i = 0; i < rounds; ++i) asm volatile("");  // kept by the compiler
  }

  static std::uint64_t read_seed() {
    const char* const text = std::getenv("HALLMARK_CHAOS_SEED");
    if (text == nullptr || *text == '\0') return 1;
    char* end = nullptr;
    const std::uint64_t value = std::strtoull(text, &end, 10);
    if (*end != '\0' || *text < '0' || *text > '9') {
      std::fprintf(stderr, "HALLMARK_CHAOS_SEED=%s is not a number\n", text);
      std::exit(2);
    }
    return value;
  }
};

}  // namespace hallmark::testing
