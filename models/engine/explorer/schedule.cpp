#include "models/engine/explorer/schedule.hpp"

#include <charconv>

#include "models/engine/explorer/linear.hpp"

namespace hallmark::explorer_engine {
namespace {

// How many of the events in `present` follow `write` in modification order.
std::uint16_t newer_writes(const Graph& graph, const std::vector<bool>& present, LocationId location, EventId write) {
  std::uint16_t count = 0;
  while ((write = graph.next_write(location, write)) != kInitial)
    count = static_cast<std::uint16_t>(count + present[write]);
  return count;
}

std::string in_words(const ScheduleStep& step, std::size_t times) {
  std::string text(1, static_cast<char>('A' + step.thread));
  if (step.guessed) {
    text += 'g' + std::to_string(step.value) + 'f' + static_cast<char>('A' + step.from_thread) +
            std::to_string(step.from_position);
  }
  if (step.older != 0) text += 's' + std::to_string(step.older);
  if (step.before != 0) text += 'm' + std::to_string(step.before);
  if (step.variant != 0) text += 'v' + std::to_string(step.variant);
  if (times > 1) text += std::to_string(times);
  return text;
}

}  // namespace

std::string write_schedule(const Graph& graph, const Clock& cut) {
  std::vector<EventId> order;
  linearize(graph, cut, order);
  std::vector<bool> present(graph.size());
  std::vector<ScheduleStep> steps;
  bool buffered = false;
  for (const EventId id : order) {
    const GraphEvent& event = graph[id];
    const LocationId location = event.access.location;
    if (!graph.is_second_half(id)) steps.push_back({.thread = event.thread, .variant = event.variant});
    ScheduleStep& step = steps.back();
    if (event.guessed) {
      buffered = step.guessed = true;
      step.value = event.value;
      step.from_thread = graph[event.source].thread;
      step.from_position = graph[event.source].position;
    } else if (!event.is_write) {
      step.older = newer_writes(graph, present, location, event.source);
    } else if (!event.exclusive) {
      step.before = newer_writes(graph, present, location, id);
    }
    present[id] = true;
  }
  std::string text = buffered ? "l" : "r";
  for (std::size_t i = 0; i < steps.size();) {
    const bool plain = steps[i] == ScheduleStep{.thread = steps[i].thread};
    std::size_t next = i + 1;
    while (plain && next < steps.size() && steps[next] == steps[i]) ++next;
    text += in_words(steps[i], next - i);
    i = next;
  }
  return text;
}

bool read_schedule(std::string_view text, std::vector<ScheduleStep>& steps) {
  steps.clear();
  if (text.empty() || (text.front() != 'r' && text.front() != 'l')) return false;
  const char* at = text.data() + 1;
  const char* const end = text.data() + text.size();
  const auto number = [&](auto& value) {
    const auto [stop, error] = std::from_chars(at, end, value);
    at = stop;
    return error == std::errc();
  };
  const auto positive = [&](auto& value) { return number(value) && value != 0; };
  const auto thread = [&](std::uint8_t& value) {
    if (at == end || *at < 'A' || *at >= static_cast<char>('A' + kMostThreads)) return false;
    value = static_cast<std::uint8_t>(*at++ - 'A');
    return true;
  };
  const auto next_is = [&](char letter) { return at != end && *at == letter && ++at; };
  while (at != end) {
    ScheduleStep step;
    std::size_t times = 1;
    if (!thread(step.thread)) return false;
    if (at != end && *at >= '0' && *at <= '9' && (!positive(times) || times > 0xffff)) return false;
    step.guessed = next_is('g');
    if (step.guessed) {
      const bool whole = number(step.value) && next_is('f') && thread(step.from_thread) && number(step.from_position);
      if (!whole || text.front() != 'l') return false;
    }
    if (next_is('s') && !positive(step.older)) return false;
    if (next_is('m') && !positive(step.before)) return false;
    if (next_is('v') && !positive(step.variant)) return false;
    steps.insert(steps.end(), times, step);
  }
  return true;
}

}  // namespace hallmark::explorer_engine
