#include "models/engine/explorer/backend.hpp"
#include "models/engine/explorer/execution.hpp"

namespace hallmark::explorer_engine {
namespace {

Execution& execution() { return Execution::current(); }

Place place_of(const Site& site) { return {site.file, site.line}; }

}  // namespace

AtomicCell::AtomicCell(Word initial) : location_(execution().add_location(initial)) {}

Word AtomicCell::load(const Site& site) {
  if (&site == &check::observing_site) return execution().observe(location_);
  const Access access{.kind = AccessKind::load, .order = site.active, .location = location_, .site = &site};
  return execution().perform(access, place_of(site)).value;
}

void AtomicCell::store(Word desired, const Site& site) {
  const Access access{
      .kind = AccessKind::store, .order = site.active, .location = location_, .site = &site, .operand = desired};
  execution().perform(access, place_of(site));
}

Word AtomicCell::rmw(Rmw operation, Word operand, Word mask, const Site& site) {
  const Access access{.kind = AccessKind::rmw,
                      .rmw = operation,
                      .order = site.active,
                      .location = location_,
                      .site = &site,
                      .operand = operand,
                      .mask = mask};
  return execution().perform(access, place_of(site)).value;
}

bool AtomicCell::compare_exchange(Word& expected, Word desired, bool weak, const Site& success, const Site& failure) {
  const Access access{.kind = AccessKind::cas,
                      .order = success.active,
                      .failure_order = failure.active,
                      .may_fail_spuriously = weak,
                      .location = location_,
                      .site = &success,
                      .failure_site = &failure,
                      .operand = desired,
                      .expected = expected};
  const Execution::Result result = execution().perform(access, place_of(success));
  expected = result.value;
  return result.wrote;
}

PlainCell::PlainCell(Word initial) : location_(execution().add_location(initial)) {}

Word PlainCell::read(Place place) {
  return execution().perform({.kind = AccessKind::plain_read, .location = location_}, place).value;
}

void PlainCell::write(Word value, Place place) {
  execution().perform({.kind = AccessKind::plain_write, .location = location_, .operand = value}, place);
}

MutexCell::MutexCell() : location_(execution().add_location(0)) {}

void MutexCell::lock(Place place) {
  execution().perform({.kind = AccessKind::lock, .order = MemoryOrder::acquire, .location = location_}, place);
}

bool MutexCell::try_lock(Place place) {
  const Access access{.kind = AccessKind::try_lock, .order = MemoryOrder::acquire, .location = location_};
  return execution().perform(access, place).wrote;
}

void MutexCell::unlock(Place place) {
  execution().perform({.kind = AccessKind::unlock, .order = MemoryOrder::release, .location = location_}, place);
}

ConditionCell::ConditionCell() : location_(execution().add_location(0)) {}

bool ConditionCell::wait(MutexCell& mutex, bool may_time_out, Place place) {
  const Word bit = execution().thread_bit();
  execution().perform({.kind = AccessKind::enter_wait, .location = location_, .operand = bit}, place);
  mutex.unlock(place);
  const Access leave{
      .kind = AccessKind::leave_wait, .may_fail_spuriously = may_time_out, .location = location_, .operand = bit};
  const bool notified = is_woken(execution().perform(leave, place).value, bit);
  mutex.lock(place);
  return notified;
}

void ConditionCell::notify(bool all, Place place) {
  const AccessKind kind = all ? AccessKind::notify_all : AccessKind::notify_one;
  execution().perform({.kind = kind, .location = location_}, place);
}

void begin_await() { execution().begin_await(); }

void end_await(bool satisfied) { execution().end_await(satisfied); }

unsigned locks_held() { return execution().locks_held(); }

}  // namespace hallmark::explorer_engine
