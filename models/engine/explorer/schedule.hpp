// An execution as a line of text, and the way back.
//
//   schedule = ("r" | "l") { thread [modifiers] | thread count }        no spaces, no slashes
//   "l" if a load reads from a later store (buffering.hpp)
//   thread   = "A" | "B" | ...     its next event; a read-modify-write is one
//   count    = number              so many plain steps in a row
//   modifiers, each a letter and a number, where it is not 0:
//     s    the read takes the value that is so many writes older than the newest
//     m    the write goes so many places before the newest in modification order
//     v    the variant (access.hpp)
//   and for a read from a later store: g, the value; f, the thread and number of the event that it reads from
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/engine/core/engine.hpp"
#include "models/engine/explorer/graph.hpp"

namespace hallmark::explorer_engine {

struct ScheduleStep {
  std::uint8_t thread = 0;
  std::uint16_t older = 0;
  std::uint16_t before = 0;
  std::uint8_t variant = 0;
  bool guessed = false;
  std::uint8_t from_thread = 0;
  std::uint16_t from_position = 0;
  Word value = 0;

  bool operator==(const ScheduleStep&) const = default;
};

/// The part of the graph that lies in `cut`.
std::string write_schedule(const Graph& graph, const Clock& cut);

/// Returns false if the text is not a schedule.
bool read_schedule(std::string_view text, std::vector<ScheduleStep>& steps);

/// Repeats one execution, with the trace if the request asks for it. `svg`, if given, becomes a picture of the graph.
check::RunResult replay(const check::RunRequest& request, std::string* svg = nullptr);

}  // namespace hallmark::explorer_engine
