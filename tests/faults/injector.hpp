// Injector: refuses the k-th occasion on which a program asks the system for something: address space (mmap), memory
// (mprotect), objects (operator new, with and without exceptions) and threads. Run once counting, then once for each k,
// it visits every call site and every time that it is reached.
//
// For a program that is linked with injector.cpp and hallmark_faults (CMakeLists.txt). Any thread asks; one thread
// begins and ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hallmark::testing {

class Injector {
 public:
  enum class Kind : unsigned char { address_space, memory, object, thread };
  static constexpr std::size_t kKinds = 4;
  static constexpr std::uint64_t kNothing = ~std::uint64_t{0};

  /// Refuses occasion `first`, from 0 on, and with `all_after` every one from there on.
  struct Plan {
    std::uint64_t first = kNothing;
    bool all_after = false;
  };
  struct Seen {
    std::array<std::uint64_t, kKinds> occasions{};
    std::array<std::uint64_t, kKinds> refused{};
    std::size_t sites = 0;  ///< different places in the program that asked

    std::uint64_t all() const { return occasions[0] + occasions[1] + occasions[2] + occasions[3]; }
    std::uint64_t all_refused() const { return refused[0] + refused[1] + refused[2] + refused[3]; }
  };

  static void begin(Plan plan);
  /// Nothing is counted or refused any more. What was seen since begin.
  static Seen end();

  /// Nothing is counted or refused in its scope, if it is `wanted`.
  class Pause {
   public:
    explicit Pause(bool wanted = true) : was_active_(wanted && set_active(false)) {}
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause() {
      if (was_active_) set_active(true);
    }

   private:
    const bool was_active_;
  };

  /// For the functions that stand in place of the system's: true if this occasion is refused.
  static bool refuses(Kind kind, const void* site) noexcept;

 private:
  static bool set_active(bool now) noexcept;  // returns what it was
};

inline std::string to_string(const Injector::Seen& seen) {
  std::string text = std::to_string(seen.sites) + " sites;";
  constexpr const char* kNames[] = {"address space", "memory", "objects", "threads"};
  for (std::size_t kind = 0; kind < Injector::kKinds; ++kind) {
    text += std::string(" ") + kNames[kind] + " " + std::to_string(seen.occasions[kind]) + " times, " +
            std::to_string(seen.refused[kind]) + " refused;";
  }
  return text;
}

}  // namespace hallmark::testing
