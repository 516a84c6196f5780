#include "models/engine/core/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/engine/core/trace_text.hpp"

namespace hallmark::check {
namespace {

// A value as a person reads it: 97 'a', and large ones near the wrap-around as negative numbers.
std::string show(std::uint64_t value) {
  if (value >= 'a' && value <= 'z') return fmt::format("'{}'", static_cast<char>(value));
  constexpr std::uint64_t kNearWrap = ~std::uint64_t{0} - 4096;
  if (value >= kNearWrap) return fmt::format("2^64-{}", ~value + 1);
  return fmt::format("{}", value);
}

std::string show_source(const Event& event) {
  std::string text = event.reads_from == kNoEvent ? " (initial)" : fmt::format(" (from {})", event.reads_from + 1);
  if (event.stale) text += " OLD";
  if (event.spurious) text += " SPURIOUS";
  return text;
}

// The label without its primitive: the table's rows are all about one.
std::string_view short_label(const Event& event) { return event.site->label.substr(event.site->label.find('.') + 1); }

std::string what_happened(const Event& event) {
  const std::string source = is_read(event.kind) ? show_source(event) : "";
  if (event.site == nullptr) return effect_in_words(event) + source;
  return fmt::format("{} [{}] {}{}", short_label(event), vocabulary::name_of(event.order), effect_in_words(event),
                     source);
}

}  // namespace

bool is_read(EventKind kind) {
  switch (kind) {
    case EventKind::load:
    case EventKind::rmw:
    case EventKind::cas:
    case EventKind::cas_fail:
    case EventKind::plain_read: return true;
    default: return false;
  }
}

std::string effect_in_words(const Event& event) {
  switch (event.kind) {
    case EventKind::load: return "reads " + show(event.value_read);
    case EventKind::store: return "writes " + show(event.value_written);
    case EventKind::rmw:
    case EventKind::cas: return show(event.value_read) + " -> " + show(event.value_written);
    case EventKind::cas_fail: return "fails, reads " + show(event.value_read);
    case EventKind::plain_read: return fmt::format("plain #{} reads {}", event.object, show(event.value_read));
    case EventKind::plain_write: return fmt::format("plain #{} writes {}", event.object, show(event.value_written));
    case EventKind::lock: return fmt::format("lock #{}", event.object);
    case EventKind::unlock: return fmt::format("unlock #{}", event.object);
    case EventKind::lock_blocked: return fmt::format("lock #{} is taken", event.object);
    case EventKind::wait: return fmt::format("waits on #{}", event.object);
    case EventKind::wake: return fmt::format("wakes up on #{}", event.object);
    case EventKind::notify: return fmt::format("notifies #{}", event.object);
    case EventKind::failure: return fmt::format("VIOLATED: {}", event.text);
  }
  return {};
}

std::string draw_interleaving(const Trace& trace, unsigned threads) {
  std::vector<std::size_t> width(threads, 8);
  for (const Event& event : trace.events) {
    if (event.thread < 0) continue;
    std::size_t& column = width[static_cast<std::size_t>(event.thread)];
    column = std::max(column, what_happened(event).size());
  }
  std::string table = fmt::format("{:>5}", "step");
  for (unsigned t = 0; t < threads; ++t) table += fmt::format("  {:<{}}", fmt::format("thread {}", t), width[t]);
  table.erase(table.find_last_not_of(' ') + 1);
  table += "\n";
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const Event& event = trace.events[i];
    const std::string text = what_happened(event);
    std::string row;
    if (event.thread < 0) {
      const char* where = event.kind == EventKind::failure ? "" : "alone: ";
      row = fmt::format("{:>5}  {}{}", i + 1, where, text);
    } else {
      row = fmt::format("{:>5}", i + 1);
      for (int t = 0; t < event.thread; ++t) row += fmt::format("  {:<{}}", "", width[static_cast<std::size_t>(t)]);
      row += "  " + text;
    }
    if (event.kind == EventKind::failure) row += fmt::format("  at {}:{}", event.file, event.line);
    table += row + "\n";
  }
  return table;
}

}  // namespace hallmark::check
