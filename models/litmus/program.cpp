#include "models/litmus/program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace hallmark::litmus {
namespace {

constexpr std::string_view kAtomicNames = "xyzw";
constexpr std::string_view kPlainNames = "de";
constexpr std::string_view kMutexNames = "mn";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

[[noreturn]] void refuse(std::string_view text) {
  throw std::invalid_argument(fmt::format("not a litmus instruction: '{}'", text));
}

class Parser {
 public:
  explicit Parser(std::string_view name) { program_.name = name; }

  Program run(std::string_view text) {
    const std::vector<std::string_view> halves = split(text, "?");
    for (const std::string_view thread : split(halves[0], "||")) {
      std::vector<Instruction>& instructions = program_.threads.emplace_back();
      for (const std::string_view part : split(thread, ";")) instructions.push_back(instruction(part));
    }
    if (halves.size() > 1) {
      for (const std::string_view location : split(halves[1], " ")) {
        program_.final_locations.push_back(numbered(location, kAtomicNames, program_.atomics));
      }
    }
    const bool uses_index = std::ranges::any_of(program_.threads, [](const auto& thread) {
      return std::ranges::any_of(thread, [](const Instruction& i) { return i.index != kNone; });
    });
    if (uses_index) program_.atomics = kMostLocations;
    if (program_.threads.size() < 2 || program_.threads.size() > kMostThreads || program_.observed() > kMostObserved) {
      throw std::invalid_argument("a litmus program has 2 to 4 threads and at most 8 observed values");
    }
    return program_;
  }

 private:
  static unsigned numbered(std::string_view text, std::string_view names, unsigned& used) {
    const std::size_t at = text.size() == 1 ? names.find(text[0]) : std::string_view::npos;
    if (at == std::string_view::npos) refuse(text);
    used = std::max(used, static_cast<unsigned>(at) + 1);
    return static_cast<unsigned>(at);
  }

  unsigned register_number(std::string_view text) {
    if (text.size() != 2 || text[0] != 'r' || text[1] < '0' || text[1] >= '0' + static_cast<char>(kMostRegisters)) {
      refuse(text);
    }
    const unsigned number = static_cast<unsigned>(text[1] - '0');
    program_.registers = std::max(program_.registers, number + 1);
    return number;
  }

  static Value constant(std::string_view text) {
    if (text.size() != 1 || text[0] < '0' || text[0] > '9') refuse(text);
    return static_cast<Value>(text[0] - '0');
  }

  Operand operand(std::string_view text) {
    if (!text.starts_with('r')) return {.constant = constant(text)};
    const std::vector<std::string_view> parts = split(text, "+");
    return {.constant = parts.size() > 1 ? constant(parts[1]) : 0, .from = register_number(parts[0])};
  }

  static MemoryOrder order(std::string_view text) {
    for (const MemoryOrder candidate : {MemoryOrder::relaxed, MemoryOrder::acquire, MemoryOrder::release,
                                        MemoryOrder::acq_rel, MemoryOrder::seq_cst}) {
      if (short_name(candidate) == text) return candidate;
    }
    refuse(text);
  }

  // "x", "x[r0]"
  void place(std::string_view text, Instruction& instruction) {
    if (text.ends_with(']')) {
      instruction.index = register_number(text.substr(2, text.size() - 3));
      text = text.substr(0, 1);
    }
    instruction.location = numbered(text, kAtomicNames, program_.atomics);
  }

  // "x.acq", "d.na"; true if atomic
  bool access(std::string_view text, Instruction& instruction) {
    const std::vector<std::string_view> parts = split(text, ".");
    if (parts.size() != 2) refuse(text);
    if (parts[1] == "na") {
      instruction.location = numbered(parts[0], kPlainNames, program_.plains);
      return false;
    }
    place(parts[0], instruction);
    instruction.order = order(parts[1]);
    return true;
  }

  // "add(x, 1, rlx)"
  void call(std::string_view text, Instruction& instruction) {
    const std::size_t open = text.find('(');
    const std::string_view function = text.substr(0, open);
    const std::vector<std::string_view> arguments = split(text.substr(open + 1, text.size() - open - 2), ",");
    const bool compares = function == "cas" || function == "weak";
    if (arguments.size() != (compares ? 5U : 3U)) refuse(text);
    place(arguments[0], instruction);
    if (compares) {
      instruction.action = function == "cas" ? Action::cas : Action::weak_cas;
      instruction.expected = operand(arguments[1]);
      instruction.value = operand(arguments[2]);
      instruction.order = order(arguments[3]);
      instruction.failure = order(arguments[4]);
      return;
    }
    instruction.action = function == "xchg" ? Action::exchange : function == "add" ? Action::add : Action::bit_or;
    instruction.value = operand(arguments[1]);
    instruction.order = order(arguments[2]);
  }

  Instruction instruction(std::string_view text) {
    Instruction result;
    if (text.starts_with("if ")) {
      const std::size_t equals = text.find("==");
      const std::size_t colon = text.find(": ");
      if (equals == std::string_view::npos || colon == std::string_view::npos) refuse(text);
      result.guard = register_number(text.substr(3, equals - 3));
      result.guard_value = constant(text.substr(equals + 2, colon - equals - 2));
      text = trimmed(text.substr(colon + 2));
    }
    if (text.starts_with("lock ") || text.starts_with("unlock ")) {
      result.action = text[0] == 'l' ? Action::lock : Action::unlock;
      result.location = numbered(text.substr(text.size() - 1), kMutexNames, program_.mutexes);
      return result;
    }
    const std::vector<std::string_view> sides = split(text, " = ");
    if (sides.size() != 2) refuse(text);
    if (!sides[0].starts_with('r')) {
      result.action = access(sides[0], result) ? Action::store : Action::plain_write;
      result.value = operand(sides[1]);
      return result;
    }
    const std::vector<std::string_view> targets = split(sides[0], ",");
    result.result = register_number(targets[0]);
    if (targets.size() > 1) result.success = register_number(targets[1]);
    if (sides[1].ends_with(')')) {
      call(sides[1], result);
    } else {
      result.action = access(sides[1], result) ? Action::load : Action::plain_read;
    }
    return result;
  }

  Program program_;
};

std::string show(const Operand& operand) {
  if (operand.from == kNone) return fmt::format("{}", operand.constant);
  if (operand.constant == 0) return fmt::format("r{}", operand.from);
  return fmt::format("r{}+{}", operand.from, operand.constant);
}

std::string show_place(const Instruction& instruction) {
  const char name = kAtomicNames[instruction.location];
  return instruction.index == kNone ? std::string(1, name) : fmt::format("{}[r{}]", name, instruction.index);
}

std::string show_operation(const Instruction& i) {
  const std::string_view order = short_name(i.order);
  switch (i.action) {
    case Action::load: return fmt::format("r{} = {}.{}", i.result, show_place(i), order);
    case Action::store: return fmt::format("{}.{} = {}", show_place(i), order, show(i.value));
    case Action::exchange: return fmt::format("r{} = xchg({}, {}, {})", i.result, show_place(i), show(i.value), order);
    case Action::add: return fmt::format("r{} = add({}, {}, {})", i.result, show_place(i), show(i.value), order);
    case Action::bit_or: return fmt::format("r{} = or({}, {}, {})", i.result, show_place(i), show(i.value), order);
    case Action::cas:
    case Action::weak_cas: {
      const std::string success = i.success == kNone ? std::string() : fmt::format(",r{}", i.success);
      return fmt::format("r{}{} = {}({}, {}, {}, {}, {})", i.result, success, i.action == Action::cas ? "cas" : "weak",
                         show_place(i), show(i.expected), show(i.value), order, short_name(i.failure));
    }
    case Action::plain_read: return fmt::format("r{} = {}.na", i.result, kPlainNames[i.location]);
    case Action::plain_write: return fmt::format("{}.na = {}", kPlainNames[i.location], show(i.value));
    case Action::lock: return fmt::format("lock {}", kMutexNames[i.location]);
    case Action::unlock: return fmt::format("unlock {}", kMutexNames[i.location]);
  }
  return {};
}

}  // namespace

Program parse(std::string_view name, std::string_view text) { return Parser(name).run(text); }

std::string to_text(const Program& program) {
  std::string text;
  for (const auto& thread : program.threads) {
    if (!text.empty()) text += " || ";
    bool first = true;
    for (const Instruction& instruction : thread) {
      if (!std::exchange(first, false)) text += "; ";
      if (instruction.guard != kNone) text += fmt::format("if r{}=={}: ", instruction.guard, instruction.guard_value);
      text += show_operation(instruction);
    }
  }
  if (!program.final_locations.empty()) text += " ?";
  for (const unsigned location : program.final_locations) text += fmt::format(" {}", kAtomicNames[location]);
  return text;
}

std::string to_text(const Program& program, Outcome outcome) {
  std::string text;
  for (unsigned i = 0; i < program.observed(); ++i) {
    const Value value = outcome >> (8 * i) & 0xff;
    const std::string name = i < program.registers
                                 ? fmt::format("r{}", i)
                                 : std::string(1, kAtomicNames[program.final_locations[i - program.registers]]);
    text += fmt::format("{}{}={}", i == 0 ? "" : " ", name, value);
  }
  return text;
}

std::string to_digits(const Program& program, Outcome outcome) {
  std::string text;
  for (unsigned i = 0; i < program.observed(); ++i) text += fmt::format("{}", outcome >> (8 * i) & 0xff);
  return text;
}

std::string to_digits(const Program& program, const Behaviour& behaviour) {
  if (behaviour.race) return "race";
  std::vector<std::string> parts;
  for (const Outcome outcome : behaviour.outcomes) parts.push_back(to_digits(program, outcome));
  std::ranges::sort(parts);
  return fmt::format("{}", fmt::join(parts, " "));
}

Behaviour parse_digits(const Program& program, std::string_view digits) {
  Behaviour behaviour;
  if (digits == "race") {
    behaviour.race = true;
    return behaviour;
  }
  for (const std::string_view text : split(digits, " ")) {
    if (text.empty()) continue;
    if (text.size() != program.observed()) {
      throw std::invalid_argument(
          fmt::format("{}: outcome '{}' has not {} values", program.name, text, program.observed()));
    }
    Outcome outcome = 0;
    for (unsigned i = 0; i < text.size(); ++i) outcome = with_value(outcome, i, static_cast<Value>(text[i] - '0'));
    behaviour.outcomes.insert(outcome);
  }
  return behaviour;
}

std::string_view short_name(MemoryOrder order) {
  constexpr std::string_view kNames[] = {"rlx", "acq", "rel", "ar", "sc"};
  return kNames[static_cast<std::size_t>(order)];
}

}  // namespace hallmark::litmus
