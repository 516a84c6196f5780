// Threads that stay where they are. Two threads that spin for each other on one processor make progress once a time
// slice; a scheduler may keep them there for seconds.
#pragma once

#include <sched.h>

namespace hallmark::bench {

/// Binds the calling thread to the `which`-th processor, counted from 0, of those that this process had at its start,
/// modulo their number.
inline void pin_this_thread(unsigned which) {
  static const cpu_set_t at_start = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  const int processors = CPU_COUNT(&at_start);
  int left = processors == 0 ? -1 : static_cast<int>(which) % processors;
  for (int processor = 0; left >= 0 && processor < CPU_SETSIZE; ++processor) {
    if (!CPU_ISSET(processor, &at_start) || left-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(processor, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

}  // namespace hallmark::bench
