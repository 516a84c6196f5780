#include "models/litmus/generator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "models/litmus/brute_force.hpp"
#include "models/litmus/corpus.hpp"

namespace hallmark::litmus {
namespace {

// SplitMix64: the same numbers with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  unsigned below(unsigned limit) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return static_cast<unsigned>((x ^ (x >> 31)) % limit);
  }

  bool one_in(unsigned n) { return below(n) == 0; }

  template <class T>
  T any_of(std::initializer_list<T> list) {
    return list.begin()[below(static_cast<unsigned>(list.size()))];
  }

 private:
  std::uint64_t state_;
};

// How a program likes its orders: uniformly mixed, mostly seq_cst, mostly release and acquire, mostly relaxed.
enum class Taste : unsigned char { mixed, sequential, handing_over, relaxed };

class Generator {
 public:
  explicit Generator(std::uint64_t number) : random_(number) {
    taste_ = random_.any_of({Taste::mixed, Taste::mixed, Taste::sequential, Taste::handing_over, Taste::relaxed});
  }

  /// Operations at random. Most such programs have no outcome that hinges on an order.
  Program from_scratch() {
    program_.atomics = random_.any_of({1U, 2U, 2U, 2U, 3U});
    if (random_.one_in(5)) program_.plains = 1;
    if (random_.one_in(4)) program_.mutexes = random_.any_of({1U, 1U, 2U});
    program_.threads.resize(random_.any_of({2U, 2U, 3U}));
    unsigned left = program_.threads.size() == 2 ? 7 : 6;  // operations on memory
    while (left > 0) {
      for (auto& thread : program_.threads) {
        if (left == 0 || (thread.size() > 1 && random_.one_in(4))) continue;
        left -= 1;
        thread.push_back(operation(static_cast<unsigned>(&thread - program_.threads.data())));
      }
    }
    for (auto& thread : program_.threads) add_critical_section(thread);
    add_final_locations();
    return finished();
  }

  /// A program of the corpus with other orders and up to two operations changed, left out or put in: its cycles are of
  /// the kind that the models differ in.
  Program from_corpus() {
    program_ = corpus()[random_.below(static_cast<unsigned>(corpus().size()))].program;
    program_.atomics = std::max(program_.atomics, 1U);  // for an operation that is put in
    for (auto& thread : program_.threads) {
      for (Instruction& i : thread) {
        uses_index_ |= i.index != kNone;
        if (!random_.one_in(3)) set_orders(i);
      }
    }
    for (unsigned changes = random_.below(3); changes > 0; --changes) change(random_.below(size()));
    if (random_.one_in(2)) add_final_locations();
    return finished();
  }

 private:
  Program finished() {
    if (uses_index_) program_.atomics = kMostLocations;  // an address dependency may reach any
    return program_;
  }

  unsigned size() const { return static_cast<unsigned>(program_.threads.size()); }
  unsigned room() const { return kMostObserved - program_.observed(); }

  void add_final_locations() {
    for (unsigned i = 0; i < program_.atomics && room() > 0; ++i) {
      const auto& there = program_.final_locations;
      if (std::find(there.begin(), there.end(), i) == there.end()) program_.final_locations.push_back(i);
    }
  }

  void change(unsigned thread) {
    std::vector<Instruction>& code = program_.threads[thread];
    const unsigned at = random_.below(static_cast<unsigned>(code.size()));
    Instruction& i = code[at];
    const bool is_lock = i.action == Action::lock || i.action == Action::unlock;
    switch (random_.below(4)) {
      case 0:
        if (!is_lock && code.size() > 1) code.erase(code.begin() + at);
        break;
      case 1: code.insert(code.begin() + at, operation(thread)); break;
      case 2:
        if (!is_lock && i.action != Action::plain_read && i.action != Action::plain_write) {
          i.location = random_.below(program_.atomics);
        }
        break;
      default:
        if (i.action == Action::load || i.action == Action::store) {  // becomes a read-modify-write
          if (i.result == kNone && room() == 0) break;
          i.action = random_.any_of({Action::exchange, Action::add, Action::bit_or});
          if (i.result == kNone) i.result = program_.registers++;
          set_orders(i);
        }
        break;
    }
  }

  MemoryOrder order(std::initializer_list<MemoryOrder> legal) {
    const MemoryOrder any = random_.any_of(legal);
    if (random_.one_in(3)) return any;
    switch (taste_) {
      case Taste::mixed: return any;
      case Taste::sequential: return MemoryOrder::seq_cst;
      case Taste::relaxed: return MemoryOrder::relaxed;
      case Taste::handing_over: return legal.begin()[1];
    }
    return any;
  }
  MemoryOrder load_order() { return order({MemoryOrder::relaxed, MemoryOrder::acquire, MemoryOrder::seq_cst}); }
  MemoryOrder store_order() { return order({MemoryOrder::relaxed, MemoryOrder::release, MemoryOrder::seq_cst}); }
  MemoryOrder update_order() {
    return order(
        {MemoryOrder::relaxed, MemoryOrder::acq_rel, MemoryOrder::acquire, MemoryOrder::release, MemoryOrder::seq_cst});
  }

  void set_orders(Instruction& i) {
    switch (i.action) {
      case Action::load: i.order = load_order(); break;
      case Action::store: i.order = store_order(); break;
      case Action::plain_read:
      case Action::plain_write:
      case Action::lock:
      case Action::unlock: break;
      default: i.order = update_order(); break;
    }
    if (is_cas(i.action)) i.failure = load_order();
  }

  // A register that the thread has set, or kNone.
  unsigned own_register(unsigned thread) {
    std::vector<unsigned> own;
    for (const Instruction& i : program_.threads[thread]) {
      if (i.result != kNone) own.push_back(i.result);
      if (i.success != kNone) own.push_back(i.success);
    }
    return own.empty() ? kNone : own[random_.below(static_cast<unsigned>(own.size()))];
  }

  Operand operand(unsigned thread) {
    Operand result{.constant = 1 + random_.below(2)};
    if (!random_.one_in(4)) return result;
    result.from = own_register(thread);
    if (result.from != kNone) result.constant = random_.below(2);
    return result;
  }

  Action action() {
    const bool may_read = room() >= 2;
    if (program_.plains > 0 && random_.one_in(4)) {
      return may_read && random_.one_in(2) ? Action::plain_read : Action::plain_write;
    }
    if (!may_read) return Action::store;
    return random_.any_of({Action::load, Action::load, Action::load, Action::load, Action::store, Action::store,
                           Action::store, Action::store, Action::exchange, Action::add, Action::bit_or, Action::cas,
                           Action::cas, Action::weak_cas});
  }

  Instruction operation(unsigned thread) {
    Instruction i{.action = action()};
    const bool atomic = i.action != Action::plain_read && i.action != Action::plain_write;
    if (atomic) i.location = random_.below(program_.atomics);
    if (atomic && random_.one_in(12)) i.index = own_register(thread);
    if (i.index != kNone) uses_index_ = true;
    if (random_.one_in(5)) i.guard = own_register(thread);
    if (i.guard != kNone) i.guard_value = random_.below(3);
    const bool writes = i.action != Action::load && i.action != Action::plain_read;
    if (writes) i.value = operand(thread);
    set_orders(i);
    if (is_cas(i.action)) {
      i.expected = {.constant = random_.below(3)};
      if (random_.one_in(6)) i.expected = operand(thread);
    }
    const bool reads = i.action != Action::store && i.action != Action::plain_write;
    if (reads) i.result = program_.registers++;
    if (i.action == Action::weak_cas) i.success = program_.registers++;
    return i;
  }

  // Puts one or two operations between lock and unlock.
  void add_critical_section(std::vector<Instruction>& thread) {
    if (program_.mutexes == 0 || random_.one_in(4)) return;
    const unsigned mutex = random_.below(program_.mutexes);
    const unsigned size = static_cast<unsigned>(thread.size());
    const unsigned first = random_.below(size);
    const unsigned last = first + random_.below(std::min(2U, size - first)) + 1;
    thread.insert(thread.begin() + last, Instruction{.action = Action::unlock, .location = mutex});
    thread.insert(thread.begin() + first, Instruction{.action = Action::lock, .location = mutex});
  }

  Random random_;
  Program program_;
  Taste taste_{};
  bool uses_index_ = false;
};

}  // namespace

Program generate(std::uint64_t number) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    Generator generator(number * 0x100000001b3 + attempt);
    Program program = number % 2 == 0 ? generator.from_scratch() : generator.from_corpus();
    program.name = fmt::format("generated-{}", number);
    if (fits_brute_force(program)) return program;
  }
}

}  // namespace hallmark::litmus
