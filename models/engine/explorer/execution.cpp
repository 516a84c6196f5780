#include "models/engine/explorer/execution.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace hallmark::explorer_engine {
namespace {

using check::EventKind;
using check::kNoEvent;

EventKind kind_of(const Access& access, bool wrote) {
  switch (access.kind) {
    case AccessKind::load: return EventKind::load;
    case AccessKind::store: return EventKind::store;
    case AccessKind::rmw: return EventKind::rmw;
    case AccessKind::cas: return wrote ? EventKind::cas : EventKind::cas_fail;
    case AccessKind::plain_read: return EventKind::plain_read;
    case AccessKind::plain_write: return EventKind::plain_write;
    case AccessKind::lock:
    case AccessKind::try_lock: return wrote ? EventKind::lock : EventKind::lock_blocked;
    case AccessKind::unlock: return EventKind::unlock;
    case AccessKind::enter_wait: return EventKind::wait;
    case AccessKind::leave_wait: return EventKind::wake;
    case AccessKind::notify_one:
    case AccessKind::notify_all: return EventKind::notify;
  }
  return EventKind::load;
}

}  // namespace

Execution::Execution(const check::ScenarioType& type, check::Trace* trace) : type_(type), trace_(trace) {
  memory_ = std::make_unique<std::byte[]>(type.size + type.alignment);
  storage_ = memory_.get();
  std::size_t room = type.size + type.alignment;
  std::align(type.alignment, type.size, storage_, room);
  for (std::size_t i = 0; i <= threads(); ++i) fibers_.push_back(std::make_unique<Fiber>());
  current_ = this;
  check::current_run = {&scratch_,
                        [](const char* what, const char* file, int line) { current().fail_here(what, file, line); }};
}

Execution::~Execution() {
  current_ = nullptr;
  check::current_run = {};
}

bool Execution::run_alone(Phase phase, Fiber::Body body) {
  phase_ = phase;
  active_ = fibers_.back().get();
  active_->start(body, this);
  active_->resume();
  return !failed_;
}

bool Execution::restart() {
  failed_ = false;
  deferred_.reset();
  scratch_ = {};
  locations_ = 0;
  if (trace_ != nullptr) {
    trace_->events.clear();
    traced_.clear();
    traced_initial_.clear();
  }
  const bool constructed = run_alone(Phase::construction, [](void* self) {
    auto& execution = *static_cast<Execution*>(self);
    execution.scenario_ = execution.type_.construct(execution.storage_);
    execution.scenario_->info = execution.type_.info;
  });
  if (!constructed) return false;
  if (initial_.empty()) {
    initial_ = values_;
    image_.assign(static_cast<std::byte*>(storage_), static_cast<std::byte*>(storage_) + type_.size);
  }
  phase_ = Phase::threads;
  for (std::size_t t = 0; t < threads(); ++t) {
    threads_[t] = {};
    struct Start {
      static void run(void* self) {
        auto& execution = *static_cast<Execution*>(self);
        execution.scenario_->thread(static_cast<unsigned>(execution.running_));
      }
    };
    fibers_[t]->start(&Start::run, this);
  }
  return true;
}

Status Execution::resume(std::size_t thread) {
  phase_ = Phase::threads;
  running_ = thread;
  threads_[thread].status = Status::runnable;
  active_ = fibers_[thread].get();
  active_->resume();
  if (active_->finished()) threads_[thread].status = Status::finished;
  return threads_[thread].status;
}

Status Execution::run_trial(std::size_t thread, Trial& trial) {
  auto* bytes = static_cast<std::byte*>(storage_);
  saved_.assign(bytes, bytes + type_.size);
  const check::LiveCounters counted = scratch_;
  const Thread state = std::exchange(threads_[thread], {});
  const Phase phase = phase_;
  const std::size_t running = running_;
  Fiber* const active = active_;
  std::memcpy(bytes, image_.data(), image_.size());
  trial_ = &trial;
  phase_ = Phase::trial;
  running_ = thread;
  active_ = fibers_.back().get();
  active_->start(
      [](void* self) {
        auto& execution = *static_cast<Execution*>(self);
        execution.scenario_->thread(static_cast<unsigned>(execution.running_));
        execution.threads_[execution.running_].status = Status::finished;
      },
      this);
  active_->resume();
  const Status status = std::exchange(threads_[thread], state).status;
  std::memcpy(bytes, saved_.data(), saved_.size());
  scratch_ = counted;
  phase_ = phase;
  running_ = running;
  active_ = active;
  return status;
}

bool Execution::run_after() {
  const Graph& graph = search_->graph();
  for (LocationId l = 0; l < values_.size(); ++l) values_[l] = graph.value_of(l, graph.newest(l));
  if (trace_ != nullptr) {
    for (LocationId l = 0; l < values_.size(); ++l) {
      if (graph.newest(l) != kInitial) traced_initial_[l] = traced_[graph.newest(l)];
    }
  }
  return run_alone(Phase::afterwards, [](void* self) { static_cast<Execution*>(self)->scenario_->after(); });
}

bool Execution::check_invariant(bool fresh) {
  auto* bytes = static_cast<std::byte*>(storage_);
  if (fresh) {
    saved_.assign(bytes, bytes + type_.size);
    std::memcpy(bytes, image_.data(), image_.size());
  }
  const bool holds =
      run_alone(Phase::invariant, [](void* self) { static_cast<Execution*>(self)->scenario_->invariant(); });
  if (fresh) std::memcpy(bytes, saved_.data(), saved_.size());
  return holds;
}

void Execution::stop(Status status) {
  threads_[running_].status = status;
  for (;;) active_->suspend();
}

void Execution::report(std::string what, Place place, const Clock& cut) {
  failed_ = true;
  failure_ = {std::move(what), place.file, place.line, cut};
}

void Execution::fail(const char* what, Place place, const Clock& cut) {
  if (phase_ == Phase::trial) stop(Status::failed);
  if (phase_ == Phase::threads && defers_) {
    if (!deferred_) deferred_ = Failure{what, place.file, place.line, cut};
    stop(Status::failed);
  }
  report(what, place, cut);
  stop(Status::failed);
}

void Execution::fail_here(const char* what, const char* file, int line) {
  Clock cut;
  const Graph& graph = search_->graph();
  if (phase_ == Phase::threads) {
    const std::size_t position = threads_[running_].position;
    if (position > 0) cut = graph[graph.thread(running_)[position - 1]].prefix;
  } else if (phase_ == Phase::afterwards) {
    for (std::size_t t = 0; t < threads(); ++t) cut.set(t, static_cast<std::uint16_t>(graph.thread(t).size()));
  }
  fail(what, {file, line}, cut);
}

LocationId Execution::add_location(Word initial) {
  if (phase_ != Phase::construction) {
    fail_here("a scenario made an atomic, a plain, a mutex or a condition after its construction", __FILE__, __LINE__);
  }
  if (locations_ == values_.size()) values_.emplace_back();
  values_[locations_] = initial;
  if (trace_ != nullptr) traced_initial_.push_back(kNoEvent);
  return static_cast<LocationId>(locations_++);
}

// Not twice in a row: after a spurious failure the next attempt of the same thread, site and object is a strong one,
// and after a time-out the next wait on the same condition has none. So a loop around it ends.
void Execution::mark_spurious(Access& access) const {
  if (!access.may_fail_spuriously) return;
  const Graph& graph = search_->graph();
  const std::vector<EventId>& own = graph.thread(running_);
  for (std::size_t i = threads_[running_].position; i > 0; --i) {
    const GraphEvent& event = graph[own[i - 1]];
    if (event.access.kind != access.kind || event.access.site != access.site ||
        event.access.location != access.location || event.is_write) {
      continue;
    }
    access.may_fail_spuriously = event.variant == 0;
    return;
  }
}

void Execution::check_use(const Access& access, Place place) {
  if (threads_[running_].awaiting && access.kind != AccessKind::load) {
    fail_here("the predicate of an await does more than to load atomics", place.file, place.line);
  }
  if (access.kind != AccessKind::unlock) return;
  const Graph& graph = search_->graph();
  for (std::size_t i = threads_[running_].position; i > 0; --i) {
    const GraphEvent& event = graph[graph.thread(running_)[i - 1]];
    if (event.access.location != access.location) continue;
    if (event.is_write && event.value != 0) return;
    break;
  }
  fail_here("a thread unlocked a mutex that it doesn't hold", place.file, place.line);
}

unsigned Execution::locks_held() const {
  if (phase_ != Phase::threads) return 0;
  const Graph& graph = search_->graph();
  unsigned held = 0;
  for (std::size_t i = 0; i < threads_[running_].position; ++i) {
    const GraphEvent& event = graph[graph.thread(running_)[i]];
    const AccessKind kind = event.access.kind;
    if (kind == AccessKind::unlock) --held;
    if ((kind == AccessKind::lock || kind == AccessKind::try_lock) && event.is_write) ++held;
  }
  return held;
}

Execution::Result Execution::perform(Access access, Place place) {
  if (phase_ == Phase::trial) {
    const Trial::Answer answer = trial_->answer(access);
    if (answer.stop) stop(Status::cut);
    return {answer.value, answer.wrote};
  }
  if (phase_ != Phase::threads) return perform_alone(access, place);
  Thread& thread = threads_[running_];
  const Graph& graph = search_->graph();
  mark_spurious(access);
  access.awaits = thread.awaiting;
  if (thread.position == graph.thread(running_).size()) check_use(access, place);
  while (thread.position == graph.thread(running_).size()) {
    switch (search_->extend(running_, access, place)) {
      case Step::proceed: break;
      case Step::park:
        thread.pending = access;
        thread.status = Status::parked;
        active_->suspend();
        break;
      case Step::cut: stop(Status::cut);
    }
  }
  const EventId id = graph.thread(running_)[thread.position];
  const GraphEvent& event = graph[id];
  if (event.access != access) [[unlikely]] {
    fail_here("the scenario is not deterministic: a re-execution took another way", place.file, place.line);
  }
  const bool half = event.exclusive && !event.is_write;
  if (trace_ != nullptr) [[unlikely]] {
    const Word written = event.is_write ? event.value
                         : half         ? graph[graph.thread(running_)[thread.position + 1]].value
                                        : 0;
    record(access, place, &event, event.value, written, half);
    traced_.resize(graph.size(), kNoEvent);
    traced_[half ? graph.thread(running_)[thread.position + 1] : id] =
        static_cast<std::uint32_t>(trace_->events.size() - 1);
  }
  if (event.blocks) {
    thread.pending = access;
    stop(Status::blocked);
  }
  thread.position += half ? 2 : 1;
  return {event.value, half};
}

Execution::Result Execution::perform_alone(const Access& access, Place place) {
  Word& value = values_[access.location];
  const Word old = value;
  if (phase_ == Phase::invariant) {
    if (access.kind != AccessKind::load && access.kind != AccessKind::plain_read) {
      fail_here("an invariant may only load", place.file, place.line);
    }
    return {observe(access.location), false};
  }
  if (access.is_pure_write()) {
    value = access.operand;
    if (trace_ != nullptr) [[unlikely]] {
      record(access, place, nullptr, 0, value, true);
      traced_initial_[access.location] = static_cast<std::uint32_t>(trace_->events.size() - 1);
    }
    return {old, false};
  }
  const Effect effect = effect_of(access, old, 0);
  if (effect.blocks) {
    fail_here("deadlock: a wait, or a lock that is held, before or after the threads", place.file, place.line);
  }
  if (trace_ != nullptr) [[unlikely]]
    record(access, place, nullptr, old, effect.written, effect.writes);
  if (effect.writes) {
    value = effect.written;
    if (trace_ != nullptr) [[unlikely]] {
      traced_initial_[access.location] = static_cast<std::uint32_t>(trace_->events.size() - 1);
    }
  }
  return {old, effect.writes};
}

Word Execution::observe(LocationId location) {
  if (phase_ == Phase::threads) {
    fail_here("a thread observed an atomic: only invariant() and after() may", "", 0);
  }
  if (phase_ == Phase::invariant && std::ranges::find(observed_, location) == observed_.end()) {
    observed_.push_back(location);
  }
  return values_[location];
}

void Execution::begin_await() {
  Thread& thread = threads_[running_];
  thread.awaiting = true;
  thread.await_begin = thread.position;
}

void Execution::end_await(bool satisfied) {
  if (phase_ == Phase::trial) {
    if (!satisfied) stop(Status::blocked);
    return;
  }
  if (phase_ != Phase::threads) {
    if (!satisfied) fail_here("hang: an await before or after the threads that nothing can satisfy", "", 0);
    return;
  }
  Thread& thread = threads_[running_];
  thread.awaiting = !satisfied;
  if (satisfied) return;
  if (thread.position == thread.await_begin) {
    fail_here("hang: the predicate of an await is false and loads nothing", "", 0);
  }
  if (search_->await_failed(running_) == Step::cut) stop(Status::cut);
  stop(Status::blocked);
}

void Execution::record(const Access& access, Place place, const GraphEvent* event, Word value, Word written,
                       bool wrote) {
  check::Event& line = trace_->events.emplace_back();
  line.kind = kind_of(access, wrote);
  line.thread = event != nullptr ? static_cast<int>(event->thread) : -1;
  line.object = access.location;
  line.value_read = value;
  line.value_written = written;
  line.file = place.file;
  line.line = place.line;
  const bool failed = line.kind == EventKind::cas_fail;
  line.site = failed ? access.failure_site : access.site;
  if (line.site != nullptr) {
    line.order = line.site->active;
    line.file = line.site->file;
    line.line = line.site->line;
  }
  if (event == nullptr) {
    if (!access.is_pure_write()) line.reads_from = traced_initial_[access.location];
    return;
  }
  if (event->is_write) return;
  const Graph& graph = search_->graph();
  line.reads_from = event->source == kInitial ? traced_initial_[access.location] : traced_[event->source];
  line.spurious = failed && event->variant != 0;
  line.stale = graph.mo_position(event->source) + (event->exclusive ? 1 : 0) < graph.writes(access.location);
}

void Execution::trace_source(EventId read, EventId source) {
  const Graph& graph = search_->graph();
  const GraphEvent& event = graph[read];
  const EventId named = event.exclusive ? graph.thread(event.thread)[event.position + 1u] : read;
  trace_->events[traced_[named]].reads_from = traced_[source];
}

}  // namespace hallmark::explorer_engine
