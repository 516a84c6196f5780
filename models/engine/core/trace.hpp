// One execution as a list of events: what `replay` draws. Engines fill it only when asked to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/engine/core/site.hpp"

namespace hallmark::check {

enum class EventKind : unsigned char {
  load,
  store,
  rmw,
  cas,
  cas_fail,  // atomic
  plain_read,
  plain_write,  // sync::plain
  lock,
  unlock,
  lock_blocked,  // sync::mutex
  wait,
  wake,
  notify,  // sync::condition
  failure  // the property that was violated; the last event
};

inline constexpr std::uint32_t kNoEvent = 0xffffffff;

struct Event {
  EventKind kind{};
  int thread = 0;              // -1: construction and after()
  const Site* site = nullptr;  // atomic operations only
  MemoryOrder order{};         // in force, that is after the mutant
  std::uint32_t object = 0;    // which object, numbered in order of construction
  std::uint64_t value_read = 0;
  std::uint64_t value_written = 0;
  std::uint32_t reads_from = kNoEvent;  // index of the event that wrote the value read
  bool stale = false;                   // a newer value was there already
  bool spurious = false;                // a weak compare-exchange that failed although the value matched
  const char* file = "";
  int line = 0;
  std::string text{};  // failure only
};

struct Trace {
  std::vector<Event> events;
};

/// The execution as a table, a column per thread, time downwards.
std::string draw_interleaving(const Trace& trace, unsigned threads);

}  // namespace hallmark::check
