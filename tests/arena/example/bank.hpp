// The example's program: accounts with a balance, a history and a title, changed 400 times. It makes many times the
// heap's size in garbage. Needs no library; the expected result is computed beside it without a heap.
#pragma once

#include "tests/arena/example/interpreter.hpp"

namespace hallmark::example {

inline constexpr std::uint32_t kAccounts = 8;
inline constexpr std::uint32_t kHistory = 4;
inline constexpr std::uint32_t kSteps = 400;
inline constexpr std::uint32_t kTotals = 20;

/// What the program must return.
inline double expected_result() {
  double balance[kAccounts] = {};
  double history[kAccounts][kHistory] = {};
  double totals[kTotals] = {};
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    balance[step % kAccounts] += step;
    history[step % kAccounts][step / kAccounts % kHistory] = step * 0.5;
    totals[step % kTotals] += 1;
  }
  double sum = 0;
  for (std::uint32_t i = 0; i < kAccounts; ++i) {
    sum += balance[i] * (i + 1) + 2 * 7;  // the title: two words of seven letters
    for (const double entry : history[i]) sum += entry;
  }
  for (std::uint32_t i = 0; i < kTotals; ++i) sum += totals[i] * (i + 3);
  return sum;
}

template <class Options>
class Bank {
 public:
  using Machine = Interpreter<Options>;
  template <class T>
  using Scoped = typename Machine::template Scoped<T>;

  explicit Bank(Machine& machine) : machine_(machine), accounts_(machine.heap()), totals_(machine.heap()) {}

  /// The result, or a negative number when memory ran out.
  double run() {
    if (!open()) return -1;
    for (std::uint32_t step = 0; step < kSteps; ++step) {
      if (!book(step)) return -1;
    }
    return result();
  }

 private:
  HeapIndex name(const char* text) {
    std::uint32_t length = 0;
    while (text[length] != '\0') ++length;
    return machine_.name(text, length);
  }

  HeapIndex total_name(std::uint32_t i) {
    const char text[] = {'t', static_cast<char>('a' + i), '\0'};
    return name(text);
  }

  HeapIndex account(std::uint32_t i) { return List::elements(*accounts_)[i]; }

  // The value is made before the name is looked up: looking up a name that exists allocates nothing.
  bool set_number(HeapIndex object, HeapIndex property, double value) {
    const Scoped<Object> owner(machine_.heap(), object);
    const Scoped<String> key(machine_.heap(), property);
    const HeapIndex number = machine_.number(value);
    return number && machine_.set(owner.index(), key.index(), number);
  }

  bool open() {
    accounts_.set(machine_.list(kAccounts));
    totals_.set(machine_.object());
    if (!accounts_.get() || !totals_.get()) return false;
    for (std::uint32_t i = 0; i < kAccounts; ++i) {
      const Scoped<Object> owner(machine_.heap(), machine_.object());
      if (!owner.get()) return false;
      List::elements(*accounts_)[i] = owner.index();
      if (!name("balance") || !name("history") || !name("title")) return false;
      if (!set_number(owner.index(), name("balance"), 0)) return false;
      const Scoped<List> history(machine_.heap(), machine_.list(kHistory));
      if (!history.get() || !machine_.set(owner.index(), name("history"), history.index())) return false;
    }
    for (std::uint32_t i = 0; i < kTotals; ++i) {
      if (!total_name(i) || !set_number(totals_.index(), total_name(i), 0)) return false;
    }
    return true;
  }

  bool book(std::uint32_t step) {
    const std::uint32_t i = step % kAccounts;
    const double balance = machine_.value(machine_.get(account(i), name("balance")));
    if (!set_number(account(i), name("balance"), balance + step)) return false;
    const HeapIndex entry = machine_.number(step * 0.5);
    if (!entry) return false;
    List& history = *machine_.heap().template get<List>(machine_.get(account(i), name("history")));
    List::elements(history)[step / kAccounts % kHistory] = entry;
    const HeapIndex total = total_name(step % kTotals);
    const double count = machine_.value(machine_.get(totals_.index(), total));
    if (!set_number(totals_.index(), total, count + 1)) return false;
    const Scoped<String> word(machine_.heap(), machine_.string("account", 7));
    if (!word.get()) return false;
    const Scoped<String> title(machine_.heap(), machine_.concatenate(word.index(), word.index()));
    return title.get() && machine_.set(account(i), name("title"), title.index());
  }

  double result() {
    double sum = 0;
    for (std::uint32_t i = 0; i < kAccounts; ++i) {
      sum += machine_.value(machine_.get(account(i), name("balance"))) * (i + 1);
      sum += machine_.heap().template get<String>(machine_.get(account(i), name("title")))->length;
      List& history = *machine_.heap().template get<List>(machine_.get(account(i), name("history")));
      for (std::uint32_t k = 0; k < kHistory; ++k) sum += machine_.value(List::elements(history)[k]);
    }
    for (std::uint32_t i = 0; i < kTotals; ++i) {
      sum += machine_.value(machine_.get(totals_.index(), total_name(i))) * (i + 3);
    }
    return sum;
  }

  Machine& machine_;
  Scoped<List> accounts_;
  Scoped<Object> totals_;
};

}  // namespace hallmark::example
