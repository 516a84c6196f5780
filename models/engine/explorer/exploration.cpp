#include "models/engine/explorer/exploration.hpp"

#include "models/engine/explorer/consistency.hpp"
#include "models/engine/explorer/schedule.hpp"
#include "models/engine/explorer/stuck.hpp"

namespace hallmark::explorer_engine {

using check::RunResult;
using check::RunVerdict;

Exploration::Exploration(const check::RunRequest& request, const Options& options)
    : request_(request), options_(options), execution_(*request.scenario, nullptr) {
  execution_.set_search(this);
  if (guesses()) execution_.defer_failures();
  frames_.push_back(std::make_unique<Frame>());
}

RunResult Exploration::run() {
  if (!execution_.restart()) return result(false);
  frame().graph = Graph(execution_.threads(), execution_.initial_values(), &options_.faults);
  do {
    ++effort_.executions_started;
    switch (run_forward()) {
      case Run::violated: return result(false);
      case Run::abandoned: ++blocked_; break;
      case Run::concluded: break;
      case Run::complete:
        if (!conclude()) return result(false);
        if (request_.count != 0 && executions_ == request_.count) return result(!backtrack());
        break;
    }
  } while (backtrack());
  return result(true);
}

RunResult Exploration::result(bool finished) {
  RunResult answer;
  answer.executions = executions_;
  answer.duplicates = duplicates_;
  answer.blocked = blocked_;
  answer.exhaustive = finished && !bound_reached_;
  if (const Failure* failure = execution_.failure()) {
    answer.verdict = RunVerdict::violated;
    answer.failure = failure->what;
    if (!guesses()) answer.schedule = write_schedule(graph(), failure->cut);
  } else if (!answer.exhaustive) {
    answer.verdict = RunVerdict::inconclusive;
    if (bound_reached_) answer.failure = "bound reached: an execution has too many events";
  }
  return answer;
}

// --- Running the program up to the end of an execution.

Exploration::Run Exploration::run_forward() {
  forced_ = kMostThreads;
  if (!execution_.restart()) return Run::violated;
  for (;;) {
    const std::size_t thread = next_thread();
    if (thread == kMostThreads) break;
    const Status status = execution_.resume(thread);
    if (status == Status::failed && !guesses()) return Run::violated;
    if (status == Status::cut) return Run::abandoned;
  }
  if (guesses()) return conclude_guessed() ? Run::concluded : Run::violated;
  for (std::size_t t = 0; t < execution_.threads(); ++t) {
    if (execution_.status(t) == Status::finished) continue;
    return report_if_stuck(execution_, graph()) ? Run::violated : Run::abandoned;
  }
  return Run::complete;
}

// The first thread that can go on. If all that are left would rather wait: one that needn't any more, then one in an
// await, then any.
std::size_t Exploration::next_thread() {
  std::size_t ready = kMostThreads, awaiting = kMostThreads, waiting = kMostThreads;
  for (std::size_t t = 0; t < execution_.threads(); ++t) {
    if (execution_.status(t) == Status::runnable) return t;
    if (execution_.status(t) != Status::parked) continue;
    const Access& access = execution_.pending(t);
    std::size_t& place = access.awaits ? awaiting : is_ready(access) ? ready : waiting;
    if (place == kMostThreads) place = t;
  }
  forced_ = ready != kMostThreads ? ready : awaiting != kMostThreads ? awaiting : waiting;
  return forced_;
}

// True if the access would not block on the newest value.
bool Exploration::is_ready(const Access& access) {
  const Graph& now = graph();
  return !effect_of(access, now.value_of(access.location, now.newest(access.location)), 0).blocks;
}

bool Exploration::must_wait(std::size_t thread, const Access& access) {
  if (forced_ == thread) {
    forced_ = kMostThreads;
    return false;
  }
  if (access.awaits) return graph().thread(thread).size() == execution_.await_begin(thread);
  return !is_ready(access);
}

Step Exploration::extend(std::size_t thread, const Access& access, Place place) {
  if (graph().size() >= options_.most_events) {
    bound_reached_ = true;
    return Step::cut;
  }
  if (access.is_plain() && !guesses()) {
    add_plain(thread, access, place);
    return Step::proceed;
  }
  if (access.is_pure_write()) {
    return add_write(thread, access, access.operand, access.order, false) ? Step::proceed : Step::cut;
  }
  if (must_wait(thread, access)) return Step::park;
  return add_read(thread, access) ? Step::proceed : Step::cut;
}

Step Exploration::await_failed(std::size_t thread) {
  GraphEvent& last = graph()[graph().thread(thread).back()];
  if (last.stuck) return Step::proceed;
  last.stuck = true;
  return last.source == graph().newest(last.access.location) ? Step::proceed : Step::cut;
}

// --- Adding an event. A choice is remembered if it has more than one alternative.

void Exploration::add_plain(std::size_t thread, const Access& access, Place place) {
  Graph& now = graph();
  const bool writes = access.kind == AccessKind::plain_write;
  const EventId race = now.race_of(thread, access.location, writes);
  ++effort_.events_added;
  if (writes && options_.buffering != nullptr) options_.buffering->add_known(access.location, thread, access.operand);
  const EventId id =
      writes ? now.append_write(thread, access, access.operand, access.order, false, now.newest(access.location))
             : now.append_read(thread, access, now.newest(access.location), 0);
  if (race == kInitial) return;
  Clock cut = now[id].prefix;
  cut.join(now[race].prefix);
  execution_.fail(writes ? kWriteRaces : kReadRaces, place, cut);
}

bool Exploration::begin(Choice choice) {
  Frame& top = frame();
  if (choice.first == top.alternatives.size()) return false;
  const Alternative alternative = top.alternatives[choice.first];
  choice.next = choice.first + (alternative.way == Alternative::Way::revisit ? 0 : 1);
  top.choices.push_back(choice);
  return alternative.way != Alternative::Way::revisit && apply(choice, alternative);
}

bool Exploration::add_read(std::size_t thread, const Access& access) {
  Frame& top = frame();
  const Graph& now = top.graph;
  Choice choice{
      .event = static_cast<EventId>(now.size()), .thread = static_cast<std::uint8_t>(thread), .access = access};
  choice.first = top.alternatives.size();
  const std::uint16_t lowest = now.observed_position(access.location, now.before_next(thread));
  const EventId newest = now.newest(access.location);
  for (EventId source = newest; now.mo_position(source) >= lowest; source = now.previous_write(source)) {
    unsigned variants = 1;
    for (unsigned variant = 0; variant < variants; ++variant) {
      const Effect effect = effect_of(access, now.value_of(access.location, source), variant);
      variants = effect.variants;
      if (effect.blocks && source != newest) continue;
      if (effect.writes && now.is_taken(access.location, source)) {
        const GraphEvent& taker = now[now.next_write(access.location, source)];
        if (now.prefix_of_next(thread).contains(taker.thread, taker.position)) continue;
      }
      top.alternatives.push_back({.target = source, .variant = static_cast<std::uint8_t>(variant)});
    }
    if (source == kInitial) break;
  }
  if (guesses()) list_guesses(choice);
  return begin(choice);
}

void Exploration::list_guesses(const Choice& choice) {
  const AccessKind kind = choice.access.kind;
  if (kind != AccessKind::load && kind != AccessKind::plain_read && kind != AccessKind::rmw &&
      kind != AccessKind::cas) {
    return;
  }
  const LocationId location = choice.access.location;
  if (!options_.buffering->may_guess(execution_, graph(), choice.thread, location)) return;
  for (const Word value : options_.buffering->known().of_others(location, choice.thread)) {
    const unsigned variants = effect_of(choice.access, value, 0).variants;
    for (unsigned variant = 0; variant < variants; ++variant) {
      frame().alternatives.push_back({.target = kInitial,
                                      .variant = static_cast<std::uint8_t>(variant),
                                      .way = Alternative::Way::guess,
                                      .value = value});
    }
  }
}

bool Exploration::add_write(std::size_t thread, const Access& access, Word value, MemoryOrder order, bool exclusive) {
  Choice choice{.event = static_cast<EventId>(graph().size()),
                .is_write = true,
                .exclusive = exclusive,
                .thread = static_cast<std::uint8_t>(thread),
                .order = order,
                .value = value,
                .access = access};
  if (options_.buffering != nullptr) options_.buffering->add_known(access.location, thread, value);
  choice.first = frame().alternatives.size();
  list_places(choice);
  if (!options_.faults.no_revisits) list_revisits(choice);
  return begin(choice);
}

void Exploration::list_places(const Choice& choice) {
  Frame& top = frame();
  const Graph& now = top.graph;
  const LocationId location = choice.access.location;
  if (choice.exclusive) {
    const EventId source = now[now.thread(choice.thread).back()].source;
    if (!now.is_taken(location, source)) top.alternatives.push_back({.target = source});
    return;
  }
  const std::uint16_t lowest = now.observed_position(location, now.before_next(choice.thread));
  for (EventId after = now.newest(location); now.mo_position(after) >= lowest; after = now.previous_write(after)) {
    if (!now.is_taken(location, after)) top.alternatives.push_back({.target = after});
    if (after == kInitial) break;
  }
}

// Every event behind the read, unless the write needs it, must have been added maximally; so from the last one back to
// the first that was not.
void Exploration::list_revisits(const Choice& choice) {
  Frame& top = frame();
  const Graph& now = top.graph;
  const Clock kept = now.prefix_of_next(choice.thread);
  for (std::size_t i = now.size(); i > 0; --i) {
    const auto id = static_cast<EventId>(i - 1);
    const GraphEvent& event = now[id];
    if (kept.contains(event.thread, event.position) || (event.access.is_plain() && !guesses())) continue;
    if (!options_.faults.revisit_always && !was_added_maximally(id, kept)) return;
    if (!event.is_write && event.access.location == choice.access.location)
      top.alternatives.push_back({.target = id, .way = Alternative::Way::revisit});
  }
}

// A read whose source was added later needs no question of its own: the source is kept, and so counts as there, or it
// is removed, and is not maximal because the older read reads from it.
bool Exploration::was_added_maximally(EventId id, const Clock& kept) {
  const Graph& now = graph();
  const GraphEvent& event = now[id];
  const auto was_there = [&](EventId other) {
    return other <= id || kept.contains(now[other].thread, now[other].position);
  };
  if (event.variant != 0 || event.guessed) return false;
  if (event.is_write && event.revisits) {
    for (EventId other = 0; other < id; ++other) {
      if (!now[other].is_write && now[other].source == id) return false;
    }
  }
  EventId write = event.is_write ? id : event.source;
  while ((write = now.next_write(event.access.location, write)) != kInitial) {
    if (was_there(write)) return false;
  }
  return true;
}

bool Exploration::apply(const Choice& choice, Alternative alternative) {
  ++effort_.events_added;
  if (choice.revisited != kInitial) return apply_revisit(choice, alternative);
  Graph& now = graph();
  if (alternative.way == Alternative::Way::guess) {
    return finish_read(now.append_guess(choice.thread, choice.access, alternative.value, alternative.variant));
  }
  if (!choice.is_write) {
    return finish_read(now.append_read(choice.thread, choice.access, alternative.target, alternative.variant));
  }
  return is_consistent(
      now.append_write(choice.thread, choice.access, choice.value, choice.order, choice.exclusive, alternative.target));
}

// The read has its source. If it is half of a read-modify-write, the write follows at once.
bool Exploration::finish_read(EventId read) {
  if (!is_consistent(read)) return false;
  const GraphEvent event = graph()[read];
  if (!event.exclusive) return true;
  const Effect effect = effect_of(event.access, event.value, event.variant);
  // Where the write of a guessed read must stand is known when the guess has its source.
  return add_write(event.thread, event.access, effect.written, effect.order, !event.guessed);
}

// No thread can go on. Executions without a guess have been looked at without guessing.
bool Exploration::conclude_guessed() {
  const Graph& now = graph();
  for (EventId id = 0; id < now.size(); ++id) {
    if (now[id].guessed) return options_.buffering->conclude(execution_, states_, now);
  }
  return true;
}

bool Exploration::is_consistent(EventId event) {
  return options_.faults.no_sequential_axiom || sequential_order_exists(graph(), event);
}

// --- Going back to the last choice that has an alternative left.

bool Exploration::backtrack() {
  for (;;) {
    Frame& top = frame();
    if (top.choices.empty()) {
      if (depth_ == 0) return false;
      --depth_;
      continue;
    }
    Choice& choice = top.choices.back();
    top.graph.truncate(choice.event);
    if (choice.next == top.alternatives.size()) {
      top.alternatives.resize(choice.first);
      top.choices.pop_back();
      continue;
    }
    const Alternative alternative = top.alternatives[choice.next++];
    if (alternative.way == Alternative::Way::revisit) {
      open_revisit(choice, alternative.target);
    } else if (const Choice copy = choice; apply(copy, alternative)) {
      return true;
    }
  }
}

void Exploration::open_revisit(const Choice& choice, EventId read) {
  ++effort_.revisits;
  if (++depth_ == frames_.size()) frames_.push_back(std::make_unique<Frame>());
  Frame& top = frame();
  Graph& now = top.graph;
  const Graph& before = frames_[depth_ - 1]->graph;
  Choice opened = choice;
  opened.revisited = now.restrict(before, read, before.prefix_of_next(choice.thread), read);
  opened.event = static_cast<EventId>(now.size());
  opened.first = opened.next = 0;
  now.detach(opened.revisited);
  list_places(opened);
  const Access& access = now[opened.revisited].access;
  const unsigned variants = effect_of(access, choice.value, 0).variants;
  const std::size_t places = top.alternatives.size();
  for (unsigned variant = 1; variant < variants; ++variant) {
    for (std::size_t i = 0; i < places; ++i) {
      top.alternatives.push_back({.target = top.alternatives[i].target, .variant = static_cast<std::uint8_t>(variant)});
    }
  }
  top.choices.push_back(opened);
}

bool Exploration::apply_revisit(const Choice& choice, Alternative alternative) {
  Graph& now = graph();
  const EventId read = choice.revisited;
  now.detach(read);
  const EventId write =
      now.append_write(choice.thread, choice.access, choice.value, choice.order, choice.exclusive, alternative.target);
  if (!is_consistent(write)) return false;
  if (now[write].mo < now.observed_position(choice.access.location, now.before_previous(read))) return false;
  now.attach(read, write, alternative.variant);
  now[write].revisits = true;
  now[read].stuck = false;
  if (now[read].blocks && now.newest(choice.access.location) != write) return false;
  return finish_read(read);
}

// --- The end of an execution. Returns false if a property is violated.

bool Exploration::conclude() {
  if (seen_.size() < kMostCompared && !seen_.insert(graph().fingerprint()).second) {
    ++duplicates_;
    return true;
  }
  if (!states_.check(execution_, graph()) || !execution_.run_after()) return false;
  ++executions_;
  check::LiveCounters& counters = *request_.counters;
  ++counters.executions;
  for (std::size_t i = 0; i < counters.witnesses.size(); ++i) {
    counters.witnesses[i] += execution_.witnesses().witnesses[i];
  }
  if (request_.pairs != nullptr) record_pairs();
  return true;
}

namespace {

// A write as SitePairs::add_read asks for it.
class WriteOf {
 public:
  WriteOf(const Graph& graph, const GraphEvent& read) : graph_(graph), thread_(read.thread), write_(read.source) {}

  bool exists() const { return write_ != kInitial; }
  const check::Site* site() const { return graph_[write_].access.site; }
  MemoryOrder order() const { return graph_[write_].order; }
  bool is_foreign() const { return graph_[write_].thread != thread_; }
  void go_back() {
    const GraphEvent& write = graph_[write_];
    write_ = write.exclusive ? graph_[graph_.thread(write.thread)[write.position - 1u]].source : kInitial;
  }

 private:
  const Graph& graph_;
  std::uint8_t thread_;
  EventId write_;
};

}  // namespace

void Exploration::record_pairs() {
  const Graph& now = graph();
  for (EventId id = 0; id < now.size(); ++id) {
    const GraphEvent& event = now[id];
    if (event.is_write || event.access.site == nullptr) continue;
    const bool failed = event.access.kind == AccessKind::cas && !event.exclusive;
    request_.pairs->add_read(failed ? event.access.failure_site : event.access.site, event.order, WriteOf(now, event));
  }
}

}  // namespace hallmark::explorer_engine
