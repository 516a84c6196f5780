#include "models/litmus/interpreter.hpp"

namespace hallmark::litmus {

using vocabulary::Operation;

void Observations::add(Outcome outcome) {
  unsigned i = 0;
  while (i < count && outcomes[i] != outcome) ++i;
  if (i == kMost) {
    overflow = true;
    return;
  }
  if (i == count) outcomes[count++] = outcome;
  ++times[i];
}

Prepared::Prepared(const Program& program) : program_(&program) {
  const auto new_site = [this](std::string_view label, Operation operation, MemoryOrder order) {
    return &sites_.emplace_back(label, operation, order, false);
  };
  int number = 0;
  for (const std::vector<Instruction>& thread : program.threads) {
    std::vector<Step>& steps = threads_.emplace_back();
    for (const Instruction& instruction : thread) {
      Step step{.instruction = instruction, .number = ++number};
      switch (instruction.action) {
        case Action::load: step.site = new_site("litmus.run.load_x", Operation::load, instruction.order); break;
        case Action::store: step.site = new_site("litmus.run.store_x", Operation::store, instruction.order); break;
        case Action::exchange:
        case Action::add:
        case Action::bit_or: step.site = new_site("litmus.run.rmw_x", Operation::rmw, instruction.order); break;
        case Action::cas:
        case Action::weak_cas:
          step.site = new_site("litmus.run.cas_x", Operation::cas, instruction.order);
          step.failure = new_site("litmus.run.cas_fail_x", Operation::cas_fail, instruction.failure);
          break;
        default: break;
      }
      steps.push_back(step);
    }
  }
}

}  // namespace hallmark::litmus
