#include "models/engine/explorer/graph.hpp"

#include <algorithm>

namespace hallmark::explorer_engine {

Graph::Graph(std::size_t threads, std::span<const Word> initial, const Faults* faults)
    : threads_(threads), locations_(initial.size()), initial_(initial), faults_(faults) {}

bool Graph::is_second_half(EventId id) const {
  const GraphEvent& event = events_[id];
  if (!event.is_write || event.position == 0) return false;
  const GraphEvent& previous = events_[threads_[event.thread][event.position - 1u]];
  return previous.exclusive && !previous.is_write;
}

Clock Graph::before_next(std::size_t thread) const {
  return threads_[thread].empty() ? Clock() : events_[threads_[thread].back()].before;
}

Clock Graph::before_previous(EventId id) const {
  const GraphEvent& event = events_[id];
  return event.position == 0 ? Clock() : events_[threads_[event.thread][event.position - 1u]].before;
}

Clock Graph::prefix_of_next(std::size_t thread) const {
  return threads_[thread].empty() ? Clock() : events_[threads_[thread].back()].prefix;
}

std::uint16_t Graph::observed_position(LocationId location, const Clock& before) const {
  std::uint16_t newest = 0;
  for (std::size_t t = 0; t < threads_.size(); ++t) {
    // Within a thread, coherence lets the last access decide.
    for (std::size_t i = before[t]; i > 0; --i) {
      const GraphEvent& event = events_[threads_[t][i - 1]];
      if (event.access.location != location || event.detached || event.guessed) continue;
      newest = std::max(newest, event.is_write ? event.mo : mo_position(event.source));
      break;
    }
  }
  return newest;
}

EventId Graph::race_of(std::size_t thread, LocationId location, bool writes) const {
  const Clock before = before_next(thread);
  for (std::size_t t = 0; t < threads_.size(); ++t) {
    if (t == thread) continue;
    for (std::size_t i = threads_[t].size(); i > before[t]; --i) {
      const GraphEvent& event = events_[threads_[t][i - 1]];
      if (event.access.location == location && (writes || event.is_write)) return threads_[t][i - 1];
    }
  }
  return kInitial;
}

EventId Graph::append(std::size_t thread, const Access& access) {
  const auto id = static_cast<EventId>(events_.size());
  GraphEvent& event = events_.emplace_back();
  event.access = access;
  event.thread = static_cast<std::uint8_t>(thread);
  event.position = static_cast<std::uint16_t>(threads_[thread].size());
  event.order = access.order;
  threads_[thread].push_back(id);
  return id;
}

EventId Graph::append_read(std::size_t thread, const Access& access, EventId source, unsigned variant) {
  const EventId id = append(thread, access);
  attach(id, source, variant);
  return id;
}

EventId Graph::append_guess(std::size_t thread, const Access& access, Word value, unsigned variant) {
  const EventId id = append(thread, access);
  events_[id].guessed = true;
  fill_read(id, value, variant);
  return id;
}

void Graph::attach(EventId read, EventId source, unsigned variant) {
  fill_read(read, value_of(events_[read].access.location, source), variant);
  GraphEvent& event = events_[read];
  event.source = source;
  if (source == kInitial) return;
  event.prefix.join(events_[source].prefix);
  if (acquires(event.order)) event.before.join(events_[source].released);
}

void Graph::fill_read(EventId read, Word value, unsigned variant) {
  GraphEvent& event = events_[read];
  const Effect effect = effect_of(event.access, value, variant);
  event.detached = false;
  event.value = value;
  event.variant = static_cast<std::uint8_t>(variant);
  event.order = effect.order;
  event.exclusive = effect.writes;
  event.blocks = effect.blocks;
  event.before = before_previous(read);
  event.prefix = event.position == 0 ? Clock() : events_[threads_[event.thread][event.position - 1u]].prefix;
  event.before.set(event.thread, static_cast<std::uint16_t>(event.position + 1));
  event.prefix.set(event.thread, static_cast<std::uint16_t>(event.position + 1));
}

void Graph::close_prefixes() {
  for (bool changed = true; changed;) {
    changed = false;
    for (EventId id = 0; id < events_.size(); ++id) {
      GraphEvent& event = events_[id];
      Clock prefix = event.prefix;
      if (event.position > 0) prefix.join(events_[threads_[event.thread][event.position - 1u]].prefix);
      if (!event.is_write && event.source != kInitial) prefix.join(events_[event.source].prefix);
      changed = changed || prefix != event.prefix;
      event.prefix = prefix;
    }
  }
}

EventId Graph::append_write(std::size_t thread, const Access& access, Word value, MemoryOrder order, bool exclusive,
                            EventId after) {
  const Clock before = before_next(thread);
  const Clock prefix = prefix_of_next(thread);
  const EventId id = append(thread, access);
  GraphEvent& event = events_[id];
  event.value = value;
  event.order = order;
  event.is_write = true;
  event.exclusive = exclusive;
  event.before = before;
  event.prefix = prefix;
  event.before.set(thread, static_cast<std::uint16_t>(event.position + 1));
  event.prefix.set(thread, static_cast<std::uint16_t>(event.position + 1));
  event.released = released_by(id);
  link(id, after);
  return id;
}

// C++20 [intro.races]: a release sequence is its head and the read-modify-writes that follow it in modification order
// without a gap. So a read-modify-write passes on what the write that it read from releases.
Clock Graph::released_by(EventId write) const {
  const GraphEvent& event = events_[write];
  const std::vector<EventId>& own = threads_[event.thread];
  Clock released;
  if (releases(event.order)) released = event.before;
  if (event.exclusive) {
    const EventId source = events_[own[event.position - 1u]].source;
    if (source != kInitial) released.join(events_[source].released);
  }
  if (faults_->old_release_sequences && !event.access.is_plain()) {
    for (std::size_t i = event.position; i > 0; --i) {
      const GraphEvent& previous = events_[own[i - 1]];
      if (!previous.is_write || previous.access.location != event.access.location) continue;
      released.join(previous.released);
      break;
    }
  }
  return released;
}

void Graph::link(EventId write, EventId after) {
  GraphEvent& event = events_[write];
  Location& location = locations_[event.access.location];
  event.earlier = after;
  event.later = after == kInitial ? location.first : events_[after].later;
  (after == kInitial ? location.first : events_[after].later) = write;
  (event.later == kInitial ? location.last : events_[event.later].earlier) = write;
  ++location.count;
  renumber(event.access.location, write);
}

void Graph::unlink(EventId write) {
  const GraphEvent& event = events_[write];
  Location& location = locations_[event.access.location];
  (event.earlier == kInitial ? location.first : events_[event.earlier].later) = event.later;
  (event.later == kInitial ? location.last : events_[event.later].earlier) = event.earlier;
  --location.count;
  renumber(event.access.location, event.later);
}

void Graph::renumber(LocationId location, EventId from) {
  for (EventId write = from; write != kInitial; write = next_write(location, write)) {
    events_[write].mo = static_cast<std::uint16_t>(mo_position(events_[write].earlier) + 1);
  }
}

void Graph::truncate(std::size_t first) {
  while (events_.size() > first) {
    const auto id = static_cast<EventId>(events_.size() - 1);
    const GraphEvent& event = events_[id];
    if (event.is_write) unlink(id);
    threads_[event.thread].pop_back();
    events_.pop_back();
  }
}

EventId Graph::restrict(const Graph& other, EventId keep_below, const Clock& keep, EventId follow) {
  events_.clear();
  initial_ = other.initial_;
  faults_ = other.faults_;
  threads_.resize(other.threads_.size());
  for (auto& thread : threads_) thread.clear();
  locations_.assign(other.locations_.size(), {});
  renamed_.assign(other.size(), kInitial);
  for (EventId id = 0; id < other.size(); ++id) {
    const GraphEvent& event = other[id];
    if (id > keep_below && !keep.contains(event.thread, event.position)) continue;
    renamed_[id] = static_cast<EventId>(events_.size());
    events_.push_back(event);
    threads_[event.thread].push_back(renamed_[id]);
  }
  const auto rename = [&](EventId id) { return id == kInitial ? kInitial : renamed_[id]; };
  for (GraphEvent& event : events_) event.source = rename(event.source);
  for (LocationId l = 0; l < locations_.size(); ++l) {
    Location& location = locations_[l];
    for (EventId write = other.oldest(l); write != kInitial; write = other[write].later) {
      const EventId kept = renamed_[write];
      if (kept == kInitial) continue;
      GraphEvent& event = events_[kept];
      event.earlier = location.last;
      event.later = kInitial;
      event.mo = ++location.count;
      (location.last == kInitial ? location.first : events_[location.last].later) = kept;
      location.last = kept;
    }
  }
  return rename(follow);
}

std::uint64_t Graph::fingerprint() const {
  const auto mix = [](std::uint64_t x) {  // splitmix64
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  };
  const auto name = [&](EventId id) -> std::uint64_t {
    return id == kInitial ? 0xffff : events_[id].thread * std::uint64_t{4096} + events_[id].position;
  };
  std::uint64_t sum = events_.size();
  for (EventId id = 0; id < events_.size(); ++id) {
    const GraphEvent& event = events_[id];
    const std::uint64_t other = name(event.is_write ? event.earlier : event.source);
    sum += mix(mix(name(id) << 24 | std::uint64_t{event.variant} << 20 | other) ^ event.value);
  }
  return sum;
}

}  // namespace hallmark::explorer_engine
