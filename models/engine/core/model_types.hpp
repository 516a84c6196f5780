// sync::atomic, sync::plain, sync::mutex and sync::condition of the model backends. They translate typed operations
// into operations on an engine's cells, which hold 64-bit words; the engines see nothing else.
//
// An engine provides:
//   AtomicCell(word)   load(site), store(word, site), rmw(Rmw, operand, mask, site),
//                      compare_exchange(expected, desired, weak, success site, failure site)
//   PlainCell(word)    read(Place), write(word, Place)
//   MutexCell()        lock(Place), try_lock(Place), unlock(Place)
//   ConditionCell()    wait(MutexCell&, may time out, Place), notify(all, Place)
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <hallmark/sync/lock_rank.hpp>
#include <hallmark/sync/misuse.hpp>
#include <hallmark/sync/thread_safety.hpp>

#include "models/engine/core/scenario.hpp"
#include "models/engine/core/site.hpp"

namespace hallmark::check {

using vocabulary::LockRank;
using vocabulary::Place;
using Word = std::uint64_t;

enum class Rmw : unsigned char { exchange, add, subtract, bit_or, bit_and };

/// The value that a read-modify-write stores. `mask` has a bit for each bit of the type.
constexpr Word apply(Rmw operation, Word old, Word operand, Word mask) {
  switch (operation) {
    case Rmw::exchange: return operand;
    case Rmw::add: return (old + operand) & mask;
    case Rmw::subtract: return (old - operand) & mask;
    case Rmw::bit_or: return old | operand;
    case Rmw::bit_and: return old & operand;
  }
  return old;
}

template <class T>
Word to_word(T value) {
  static_assert(sizeof(T) <= sizeof(Word) && std::is_trivially_copyable_v<T>, "models hold values of up to 8 bytes");
  Word word = 0;
  std::memcpy(&word, &value, sizeof(T));
  return word;
}

template <class T>
T from_word(Word word) {
  T value;
  std::memcpy(&value, &word, sizeof(T));
  return value;
}

template <class T, class Cell>
class ModelAtomic {
 public:
  ModelAtomic() : cell_(to_word(T())) {}
  explicit ModelAtomic(T initial) : cell_(to_word(initial)) {}
  ModelAtomic(const ModelAtomic&) = delete;
  ModelAtomic& operator=(const ModelAtomic&) = delete;

  T load(ModelOrder<Operation::load> order) const { return from_word<T>(cell_.load(order.site())); }
  void store(T desired, ModelOrder<Operation::store> order) { cell_.store(to_word(desired), order.site()); }

  using RmwOrder = ModelOrder<Operation::rmw>;
  T exchange(T desired, RmwOrder order) { return rmw(Rmw::exchange, desired, order); }
  T fetch_add(T operand, RmwOrder order) requires std::is_integral_v<T> { return rmw(Rmw::add, operand, order); }
  T fetch_sub(T operand, RmwOrder order) requires std::is_integral_v<T> { return rmw(Rmw::subtract, operand, order); }
  T fetch_or(T operand, RmwOrder order) requires std::is_integral_v<T> { return rmw(Rmw::bit_or, operand, order); }
  T fetch_and(T operand, RmwOrder order) requires std::is_integral_v<T> { return rmw(Rmw::bit_and, operand, order); }

  using CasOrder = ModelOrder<Operation::cas>;
  using CasFailOrder = ModelOrder<Operation::cas_fail>;
  bool compare_exchange_strong(T& expected, T desired, CasOrder success, CasFailOrder failure) {
    return compare_exchange(expected, desired, false, success, failure);
  }
  bool compare_exchange_weak(T& expected, T desired, CasOrder success, CasFailOrder failure) {
    return compare_exchange(expected, desired, true, success, failure);
  }

 private:
  static constexpr Word kMask = ~Word{0} >> (8 * (sizeof(Word) - sizeof(T)));

  T rmw(Rmw operation, T operand, RmwOrder order) {
    return from_word<T>(cell_.rmw(operation, to_word(operand), kMask, order.site()));
  }

  bool compare_exchange(T& expected, T desired, bool weak, CasOrder success, CasFailOrder failure) {
    Word word = to_word(expected);
    const bool won = cell_.compare_exchange(word, to_word(desired), weak, success.site(), failure.site());
    expected = from_word<T>(word);
    return won;
  }

  mutable Cell cell_;
};

/// Every access is checked against the others for a data race.
template <class T, class Cell>
class ModelPlain {
 public:
  ModelPlain() : cell_(to_word(T())) {}
  explicit ModelPlain(T initial) : cell_(to_word(initial)) {}
  ModelPlain(const ModelPlain&) = delete;
  ModelPlain& operator=(const ModelPlain&) = delete;

  T read(Place place = Place::here()) const { return from_word<T>(cell_.read(place)); }
  void write(T value, Place place = Place::here()) { cell_.write(to_word(value), place); }

 private:
  mutable Cell cell_;
};

template <class Cell>
class HALLMARK_CAPABILITY("mutex") ModelMutex {
 public:
  ModelMutex(LockRank, const char*) {}
  ModelMutex(const ModelMutex&) = delete;
  ModelMutex& operator=(const ModelMutex&) = delete;

  void lock(Place place = Place::here()) HALLMARK_ACQUIRE() { cell_.lock(place); }
  bool try_lock(Place place = Place::here()) HALLMARK_TRY_ACQUIRE(true) { return cell_.try_lock(place); }
  void unlock(Place place = Place::here()) HALLMARK_RELEASE() { cell_.unlock(place); }

  Cell& cell() { return cell_; }

 private:
  Cell cell_;
};

/// A violation of the scenario that runs.
inline void report_misuse(const vocabulary::Misuse& misuse) {
  const bool placed = misuse.place.file != nullptr;
  current_run.fail(misuse.what, placed ? misuse.place.file : "", misuse.place.line);
}

/// A violation of the scenario that runs, if `held`, the number of locks that the thread holds, isn't 0.
inline void expect_no_lock_held(unsigned held, Place place) {
  if (held != 0) current_run.fail("a thread holds a lock where it may hold none", place.file, place.line);
}

template <class Cell, class Mutex>
class ModelCondition {
 public:
  ModelCondition() = default;
  ModelCondition(const ModelCondition&) = delete;
  ModelCondition& operator=(const ModelCondition&) = delete;

  void wait(Mutex& mutex, Place place = Place::here()) HALLMARK_REQUIRES(mutex) {
    cell_.wait(mutex.cell(), false, place);
  }

  /// Returns false at any moment: no clock runs in a model. A wait that only time could end is a hang all the same.
  bool wait_for(Mutex& mutex, std::chrono::milliseconds, Place place = Place::here()) HALLMARK_REQUIRES(mutex) {
    return cell_.wait(mutex.cell(), true, place);
  }

  void notify_one(Place place = Place::here()) { cell_.notify(false, place); }
  void notify_all(Place place = Place::here()) { cell_.notify(true, place); }

 private:
  Cell cell_;
};

}  // namespace hallmark::check
