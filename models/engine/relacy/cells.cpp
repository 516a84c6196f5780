#include <cstdlib>
#include <utility>

#include "models/engine/core/model_types.hpp"
#include "models/engine/relacy/backend.hpp"
#include "models/engine/relacy/execution.hpp"

namespace hallmark::relacy_engine {
namespace {

using check::Event;
using check::EventKind;
using check::kNoEvent;
using check::MemoryOrder;

rl::debug_info info_of(Place place) { return {"", place.file, static_cast<unsigned>(place.line)}; }

Event event_of(EventKind kind, unsigned object, const Site& site) {
  return {.kind = kind, .site = &site, .order = site.active, .object = object, .file = site.file, .line = site.line};
}

Event event_of(EventKind kind, unsigned object, Place place) {
  return {.kind = kind, .object = object, .file = place.file, .line = place.line};
}

unsigned load_index(rl::thread_info_base& thread, rl::atomic_data& data, MemoryOrder order) {
  switch (order) {
    case MemoryOrder::acquire: return thread.atomic_load_acquire(&data);
    case MemoryOrder::seq_cst: return thread.atomic_load_seq_cst(&data);
    default: return thread.atomic_load_relaxed(&data);
  }
}

// Reads the newest value, as a read-modify-write does that turns out to write nothing.
void load_newest(rl::thread_info_base& thread, rl::atomic_data& data, MemoryOrder order) {
  switch (order) {
    case MemoryOrder::acquire: thread.atomic_load_acquire_rmw(&data); return;
    case MemoryOrder::seq_cst: thread.atomic_load_seq_cst_rmw(&data); return;
    default: thread.atomic_load_relaxed_rmw(&data); return;
  }
}

unsigned store_index(rl::thread_info_base& thread, rl::atomic_data& data, MemoryOrder order) {
  switch (order) {
    case MemoryOrder::release: return thread.atomic_store_release(&data);
    case MemoryOrder::seq_cst: return thread.atomic_store_seq_cst(&data);
    default: return thread.atomic_store_relaxed(&data);
  }
}

unsigned rmw_index(rl::thread_info_base& thread, rl::atomic_data& data, MemoryOrder order) {
  bool aba = false;
  switch (order) {
    case MemoryOrder::acquire: return thread.atomic_rmw_acquire(&data, aba);
    case MemoryOrder::release: return thread.atomic_rmw_release(&data, aba);
    case MemoryOrder::acq_rel: return thread.atomic_rmw_acq_rel(&data, aba);
    case MemoryOrder::seq_cst: return thread.atomic_rmw_seq_cst(&data, aba);
    case MemoryOrder::relaxed: break;
  }
  return thread.atomic_rmw_relaxed(&data, aba);
}

constexpr rl::thread_id_t kNobody = -1;
constexpr unsigned kOneIn = 4;  // how often a compare-exchange tries to fail on an old value, or spuriously

}  // namespace

unsigned Execution::record(const Event& event) {
  if (trace == nullptr || trace->events.size() == trace->events.capacity()) return kNoEvent;
  trace->events.push_back(event);
  trace->events.back().thread = threads_running ? rl::ctx().threadx_->index_ : -1;
  return static_cast<unsigned>(trace->events.size() - 1);
}

void fail(const char* what, const char* file, int line, rl::test_result_e kind) {
  execution.failure = what;
  execution.failure_file = file;
  execution.failure_line = line;
  rl::ctx().fail_test(what, kind, rl::debug_info("", file, static_cast<unsigned>(line)));
  std::abort();  // fail_test has left this fiber for good
}

AtomicCell::AtomicCell(Word initial) : newest_(initial), object_(execution.objects++) {
  rl::context& context = rl::ctx();
  data_ = context.atomic_ctor(this);
  wrote(context.threadx_->atomic_store_relaxed(data_), initial);
}

AtomicCell::~AtomicCell() { rl::ctx().atomic_dtor(data_); }

void AtomicCell::wrote(unsigned index, Word value) {
  newest_ = value;
  newest_index_ = index;
  values_[index] = value;
  writers_[index] = kNoEvent;
}

Word AtomicCell::load(const Site& site) {
  rl::context& context = rl::ctx();
  if (context.invariant_executing || &site == &check::observing_site) return newest_;
  context.sched();
  const unsigned index = load_index(*context.threadx_, *data_, site.active);
  if (execution.trace != nullptr) [[unlikely]] {
    Event event = event_of(EventKind::load, object_, site);
    event.value_read = values_[index];
    event.reads_from = writers_[index];
    event.stale = index != newest_index_;
    execution.record(event);
  }
  return values_[index];
}

void AtomicCell::store(Word desired, const Site& site) {
  rl::context& context = rl::ctx();
  context.sched();
  // Relacy lets any store of the thread that made the last one continue its release sequence, as C++11 did. In C++20
  // only read-modify-writes do, so for the moment of the store nobody has made the last one.
  rl::thread_id_t& last_writer = execution.newest_writer(*data_);
  const rl::thread_id_t saved = std::exchange(last_writer, kNobody);
  const unsigned index = store_index(*context.threadx_, *data_, site.active);
  last_writer = saved;
  wrote(index, desired);
  if (execution.trace != nullptr) [[unlikely]] {
    Event event = event_of(EventKind::store, object_, site);
    event.value_written = desired;
    writers_[index] = execution.record(event);
  }
}

Word AtomicCell::rmw(Rmw operation, Word operand, Word mask, const Site& site) {
  rl::context& context = rl::ctx();
  context.sched();
  const Word old = newest_;
  const unsigned read_from = writers_[newest_index_];
  const unsigned index = rmw_index(*context.threadx_, *data_, site.active);
  wrote(index, check::apply(operation, old, operand, mask));
  if (execution.trace != nullptr) [[unlikely]] {
    Event event = event_of(EventKind::rmw, object_, site);
    event.value_read = old;
    event.value_written = newest_;
    event.reads_from = read_from;
    writers_[index] = execution.record(event);
  }
  return old;
}

bool AtomicCell::compare_exchange(Word& expected, Word desired, bool weak, const Site& success, const Site& failure) {
  rl::context& context = rl::ctx();
  context.sched();
  rl::thread_info_base& thread = *context.threadx_;

  const auto fails = [&](unsigned index, bool spurious) {
    if (execution.trace != nullptr) [[unlikely]] {
      Event event = event_of(EventKind::cas_fail, object_, failure);
      event.value_read = values_[index];
      event.reads_from = writers_[index];
      event.stale = index != newest_index_;
      event.spurious = spurious;
      execution.record(event);
    }
    expected = values_[index];
    return false;
  };

  // A failing compare-exchange is a load and may read an old value; Relacy's always reads the newest. So, now and
  // then, load first: a value that differs is a failure. If it matches, the operation goes on, and in this execution
  // the thread has one harmless load more.
  if (context.rand(kOneIn, rl::sched_type_atomic_load) == 0) {
    const unsigned index = load_index(thread, *data_, failure.active);
    if (values_[index] != expected) return fails(index, false);
  }
  const bool matches = newest_ == expected;
  const bool spurious = matches && weak && context.rand(kOneIn, rl::sched_type_cas_fail) == 0;
  if (!matches || spurious) {
    load_newest(thread, *data_, failure.active);
    return fails(newest_index_, spurious);
  }
  const unsigned read_from = writers_[newest_index_];
  const unsigned index = rmw_index(thread, *data_, success.active);
  wrote(index, desired);
  if (execution.trace != nullptr) [[unlikely]] {
    Event event = event_of(EventKind::cas, object_, success);
    event.value_read = expected;
    event.value_written = desired;
    event.reads_from = read_from;
    writers_[index] = execution.record(event);
  }
  return true;
}

PlainCell::PlainCell(Word initial) : value_(initial), writer_(kNoEvent), object_(execution.objects++) {
  rl::context& context = rl::ctx();
  data_ = context.var_ctor();
  data_->init(*context.threadx_);
}

PlainCell::~PlainCell() { rl::ctx().var_dtor(data_); }

Word PlainCell::read(Place place) {
  rl::context& context = rl::ctx();
  if (context.invariant_executing) return value_;
  const bool races = !data_->load(*context.threadx_);
  if (execution.trace != nullptr) [[unlikely]] {
    Event event = event_of(EventKind::plain_read, object_, place);
    event.value_read = value_;
    event.reads_from = writer_;
    execution.record(event);
  }
  if (races)
    fail("data race: this plain read is concurrent with a write", place.file, place.line, rl::test_result_data_race);
  return value_;
}

void PlainCell::write(Word value, Place place) {
  rl::context& context = rl::ctx();
  const bool races = !data_->store(*context.threadx_);
  value_ = value;
  if (execution.trace != nullptr) [[unlikely]] {
    Event event = event_of(EventKind::plain_write, object_, place);
    event.value_written = value;
    writer_ = execution.record(event);
  }
  if (races) {
    fail("data race: this plain write is concurrent with another access", place.file, place.line,
         rl::test_result_data_race);
  }
}

namespace {

unsigned& locks_of_this_thread() { return execution.locks_held[static_cast<std::size_t>(rl::ctx().threadx_->index_)]; }

void count_lock(int change) {
  if (execution.threads_running) locks_of_this_thread() += static_cast<unsigned>(change);
}

}  // namespace

MutexCell::MutexCell() : data_(rl::ctx().mutex_ctor(false, false, false, false)), object_(execution.objects++) {}

MutexCell::~MutexCell() { rl::ctx().mutex_dtor(data_); }

void MutexCell::lock(Place place) {
  data_->lock_exclusive(false, info_of(place));
  count_lock(+1);
  execution.record(event_of(EventKind::lock, object_, place));
}

bool MutexCell::try_lock(Place place) {
  const bool owned = data_->try_lock_exclusive(info_of(place));
  if (owned) count_lock(+1);
  execution.record(event_of(owned ? EventKind::lock : EventKind::lock_blocked, object_, place));
  return owned;
}

void MutexCell::unlock(Place place) {
  execution.record(event_of(EventKind::unlock, object_, place));
  data_->unlock_exclusive(info_of(place));
  count_lock(-1);
}

unsigned locks_held() { return execution.threads_running ? locks_of_this_thread() : 0; }

namespace {

/// Relacy's view of our mutex while a thread waits on a condition.
struct MutexForWait final : rl::mutex_wrapper {
  explicit MutexForWait(MutexCell& wrapped) : mutex(wrapped) {}
  void lock(rl::debug_info_param info) const override { mutex.lock({info.file_, static_cast<int>(info.line_)}); }
  void unlock(rl::debug_info_param info) const override { mutex.unlock({info.file_, static_cast<int>(info.line_)}); }
  MutexCell& mutex;
};

}  // namespace

ConditionCell::ConditionCell() : data_(rl::ctx().condvar_ctor(true)), object_(execution.objects++) {}

ConditionCell::~ConditionCell() { rl::ctx().condvar_dtor(data_); }

// A time-out is a spurious wake-up that says so: Relacy's own timed waits end when nothing else can happen, which would
// hide a lost wake-up.
bool ConditionCell::wait(MutexCell& mutex, bool, Place place) {
  execution.record(event_of(EventKind::wait, object_, place));
  const rl::sema_wakeup_reason reason = data_->wait(MutexForWait(mutex), false, info_of(place));
  execution.record(event_of(EventKind::wake, object_, place));
  return reason == rl::sema_wakeup_reason_success;
}

void ConditionCell::notify(bool all, Place place) {
  execution.record(event_of(EventKind::notify, object_, place));
  if (all) {
    data_->notify_all(info_of(place));
  } else {
    data_->notify_one(info_of(place));
  }
}

}  // namespace hallmark::relacy_engine
