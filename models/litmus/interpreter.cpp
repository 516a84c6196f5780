#include <hallmark/sync/sync.hpp>

#include <array>
#include <new>
#include <optional>

#define HALLMARK_ENGINE HALLMARK_NAMESPACE
#include "models/litmus/interpreter.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using check::Operation;
using litmus::Action;
using litmus::Instruction;
using litmus::Operand;
using litmus::Value;

class Interpreter final : public check::Scenario {
 public:
  Interpreter() {
    const litmus::Program& program = litmus::interpreted.prepared->program();
    for (unsigned i = 0; i < program.atomics; ++i) atomics_[i].emplace(0);
    for (unsigned i = 0; i < program.plains; ++i) plains_[i].emplace(0);
    for (unsigned i = 0; i < program.mutexes; ++i)
      mutexes_[i].emplace(check::LockRank{static_cast<unsigned short>(i)}, "m");
  }

  void thread(unsigned id) override {
    Registers registers{};  // of its own, so that a thread which is run again begins afresh
    for (const litmus::Prepared::Step& step : litmus::interpreted.prepared->steps(id)) {
      const unsigned guard = step.instruction.guard;
      if (guard != litmus::kNone && registers[guard] != step.instruction.guard_value) continue;
      execute(step, registers);
    }
    results_[id] = registers;
  }

  void after() override {
    const litmus::Program& program = litmus::interpreted.prepared->program();
    litmus::Outcome outcome = 0;
    unsigned position = 0;
    for (; position < program.registers; ++position) {
      // A register belongs to one thread and is 0 in the others.
      for (const Registers& registers : results_) outcome = litmus::with_value(outcome, position, registers[position]);
    }
    for (const unsigned location : program.final_locations) {
      outcome = litmus::with_value(outcome, position++, atomics_[location]->load(check::observing()));
    }
    litmus::interpreted.observations->add(outcome);
  }

 private:
  using Registers = std::array<Value, litmus::kMostRegisters>;

  template <Operation Kind>
  static check::ModelOrder<Kind> order_of(check::Site* site, int number) {
    return {*site, "litmus", number};
  }

  static Value evaluate(const Operand& operand, const Registers& registers) {
    return operand.constant + (operand.from == litmus::kNone ? 0 : registers[operand.from]);
  }

  void execute(const litmus::Prepared::Step& step, Registers& registers) {
    const Instruction& i = step.instruction;
    const check::Place place{"litmus", step.number};
    switch (i.action) {
      // The cells' own: what a program locks is not known when this is compiled.
      case Action::lock: mutexes_[i.location]->cell().lock(place); return;
      case Action::unlock: mutexes_[i.location]->cell().unlock(place); return;
      case Action::plain_write: plains_[i.location]->write(evaluate(i.value, registers), place); return;
      case Action::plain_read: registers[i.result] = plains_[i.location]->read(place); return;
      default: break;
    }
    const Value offset = i.index == litmus::kNone ? 0 : registers[i.index];
    sync::atomic<Value>& atomic = *atomics_[(i.location + offset) % litmus::kMostLocations];
    const Value value = evaluate(i.value, registers);
    const auto rmw_order = [&] { return order_of<Operation::rmw>(step.site, step.number); };
    switch (i.action) {
      case Action::load: registers[i.result] = atomic.load(order_of<Operation::load>(step.site, step.number)); break;
      case Action::store: atomic.store(value, order_of<Operation::store>(step.site, step.number)); break;
      case Action::exchange: registers[i.result] = atomic.exchange(value, rmw_order()); break;
      case Action::add: registers[i.result] = atomic.fetch_add(value, rmw_order()); break;
      case Action::bit_or: registers[i.result] = atomic.fetch_or(value, rmw_order()); break;
      default: compare_exchange(step, atomic, value, registers); break;
    }
  }

  static void compare_exchange(const litmus::Prepared::Step& step, sync::atomic<Value>& atomic, Value desired,
                               Registers& registers) {
    const Instruction& i = step.instruction;
    Value expected = evaluate(i.expected, registers);
    const auto success = order_of<Operation::cas>(step.site, step.number);
    const auto failure = order_of<Operation::cas_fail>(step.failure, step.number);
    const bool won = i.action == Action::cas ? atomic.compare_exchange_strong(expected, desired, success, failure)
                                             : atomic.compare_exchange_weak(expected, desired, success, failure);
    registers[i.result] = expected;
    if (i.success != litmus::kNone) registers[i.success] = won ? 1 : 0;
  }

  std::array<std::optional<sync::atomic<Value>>, litmus::kMostLocations> atomics_;
  std::array<std::optional<sync::plain<Value>>, litmus::kMostLocations> plains_;
  std::array<std::optional<sync::mutex>, litmus::kMostLocations> mutexes_;
  std::array<Registers, litmus::kMostThreads> results_{};
};

}  // namespace

check::ScenarioType litmus_interpreter(const check::ScenarioInfo& info) {
  return {&info, sync::kEngine, {}, sizeof(Interpreter), alignof(Interpreter), [](void* storage) -> check::Scenario* {
            return ::new (storage) Interpreter();
          }};
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE
