// A set of events that is closed under program order: for each thread, how many of its events are in it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hallmark::explorer_engine {

/// The most threads of a scenario.
inline constexpr std::size_t kMostThreads = 8;

class Clock {
 public:
  std::uint16_t operator[](std::size_t thread) const { return counts_[thread]; }

  void set(std::size_t thread, std::uint16_t count) { counts_[thread] = count; }

  /// True if the thread's event with this index in program order is in the set.
  bool contains(std::size_t thread, std::uint16_t position) const { return position < counts_[thread]; }

  bool operator==(const Clock& other) const {
    for (std::size_t t = 0; t < kMostThreads; ++t) {
      if (counts_[t] != other.counts_[t]) return false;
    }
    return true;
  }

  void join(const Clock& other) { counts_ = counts_ > other.counts_ ? counts_ : other.counts_; }

 private:
  using Counts = std::uint16_t __attribute__((vector_size(2 * kMostThreads)));
  Counts counts_{};
};

}  // namespace hallmark::explorer_engine
