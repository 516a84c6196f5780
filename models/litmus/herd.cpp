#include "models/litmus/herd.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

namespace hallmark::litmus {
namespace {

constexpr std::string_view kAtomics = "xyzw";
constexpr std::string_view kPlains = "de";
constexpr std::string_view kMutexes = "mn";

std::string_view long_name(MemoryOrder order) { return vocabulary::name_of(order); }

std::string cell_name(unsigned thread, std::size_t place) { return fmt::format("e{}{}", thread, place); }

std::string c_operand(const Operand& operand) {
  if (operand.from == kNone) return fmt::format("{}", operand.constant);
  if (operand.constant == 0) return fmt::format("r{}", operand.from);
  return fmt::format("r{} + {}", operand.from, operand.constant);
}

std::string c_order(MemoryOrder order) { return fmt::format("memory_order_{}", long_name(order)); }

/// The statements of one instruction, without its guard.
std::vector<std::string> statements(const Instruction& i, const std::string& cell) {
  const char atomic = kAtomics[i.location % kAtomics.size()];
  const std::string order = c_order(i.order);
  const auto fetch = [&](std::string_view function) {
    return std::vector{fmt::format("r{} = {}({}, {}, {});", i.result, function, atomic, c_operand(i.value), order)};
  };
  switch (i.action) {
    case Action::load: return {fmt::format("r{} = atomic_load_explicit({}, {});", i.result, atomic, order)};
    case Action::store: return {fmt::format("atomic_store_explicit({}, {}, {});", atomic, c_operand(i.value), order)};
    case Action::exchange: return fetch("atomic_exchange_explicit");
    case Action::add: return fetch("atomic_fetch_add_explicit");
    case Action::bit_or: return fetch("atomic_fetch_or_explicit");
    case Action::cas:
    case Action::weak_cas: {
      const std::string success = i.success == kNone ? "ok_" + cell : fmt::format("r{}", i.success);
      return {fmt::format("*{} = {};", cell, c_operand(i.expected)),
              fmt::format("{} = atomic_compare_exchange_{}_explicit({}, {}, {}, {}, {});", success,
                          i.action == Action::cas ? "strong" : "weak", atomic, cell, c_operand(i.value), order,
                          c_order(i.failure)),
              fmt::format("r{} = *{};", i.result, cell)};
    }
    case Action::plain_read: return {fmt::format("r{} = *{};", i.result, kPlains[i.location])};
    case Action::plain_write: return {fmt::format("*{} = {};", kPlains[i.location], c_operand(i.value))};
    case Action::lock: return {fmt::format("mtx_lock({});", kMutexes[i.location])};
    case Action::unlock: return {fmt::format("mtx_unlock({});", kMutexes[i.location])};
  }
  return {};
}

/// The registers that a thread writes, in order.
std::set<unsigned> registers_of(const std::vector<Instruction>& thread) {
  std::set<unsigned> registers;
  for (const Instruction& i : thread) {
    if (i.result != kNone) registers.insert(i.result);
    if (i.success != kNone) registers.insert(i.success);
  }
  return registers;
}

std::vector<std::string> parameters_of(const Program& program, unsigned thread) {
  std::vector<std::string> list;
  for (unsigned i = 0; i < program.atomics; ++i) list.push_back(fmt::format("atomic_int* {}", kAtomics[i]));
  for (unsigned i = 0; i < program.plains; ++i) list.push_back(fmt::format("int* {}", kPlains[i]));
  for (unsigned i = 0; i < program.mutexes; ++i) list.push_back(fmt::format("mtx_t* {}", kMutexes[i]));
  for (std::size_t place = 0; place < program.threads[thread].size(); ++place) {
    if (is_cas(program.threads[thread][place].action)) list.push_back("int* " + cell_name(thread, place));
  }
  return list;
}

std::string c_thread(const Program& program, unsigned thread) {
  const std::vector<Instruction>& instructions = program.threads[thread];
  std::string text = fmt::format("P{} ({}) {{\n", thread, fmt::join(parameters_of(program, thread), ", "));
  for (const unsigned number : registers_of(instructions)) text += fmt::format("  int r{} = 0;\n", number);
  for (std::size_t place = 0; place < instructions.size(); ++place) {
    const Instruction& instruction = instructions[place];
    const std::string cell = cell_name(thread, place);
    if (is_cas(instruction.action) && instruction.success == kNone) text += fmt::format("  int ok_{} = 0;\n", cell);
  }
  for (std::size_t place = 0; place < instructions.size(); ++place) {
    const Instruction& instruction = instructions[place];
    const std::vector<std::string> lines = statements(instruction, cell_name(thread, place));
    if (instruction.guard == kNone) {
      text += fmt::format("  {}\n", fmt::join(lines, "\n  "));
    } else {
      text += fmt::format("  if (r{} == {}) {{\n    {}\n  }}\n", instruction.guard, instruction.guard_value,
                          fmt::join(lines, "\n    "));
    }
  }
  return text + "}\n";
}

/// "1:r0" and "x": what is observed, in the order of outcomes.
std::vector<std::string> observed_names(const Program& program) {
  std::vector<std::string> names(program.registers);
  for (unsigned thread = 0; thread < program.threads.size(); ++thread) {
    for (const unsigned number : registers_of(program.threads[thread])) {
      names[number] = fmt::format("{}:r{}", thread, number);
    }
  }
  for (const unsigned location : program.final_locations) names.emplace_back(1, kAtomics[location]);
  return names;
}

std::string c_outcome(const Program& program, Outcome outcome) {
  const std::vector<std::string> names = observed_names(program);
  std::vector<std::string> atoms;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool memory = names[i].find(':') == std::string::npos;
    atoms.push_back(fmt::format("{}={}", memory ? "[" + names[i] + "]" : names[i], outcome >> (8 * i) & 0xff));
  }
  return fmt::format("{}", fmt::join(atoms, " /\\ "));
}

std::string c_condition(const CorpusEntry& entry) {
  const bool weak = !entry.weak.outcomes.empty();
  const std::set<Outcome>& outcomes = weak ? entry.weak.outcomes : entry.rc11.outcomes;
  if (outcomes.empty()) return "exists (true)";  // undefined: a race, and nothing to ask for
  std::vector<std::string> parts;
  for (const Outcome outcome : outcomes) parts.push_back("(" + c_outcome(entry.program, outcome) + ")");
  return fmt::format("{} ({})", weak ? "exists" : "forall", fmt::join(parts, "\n  \\/ "));
}

std::string c_initial_state(const Program& program) {
  std::vector<std::string> values;
  for (unsigned i = 0; i < program.atomics; ++i) values.push_back(fmt::format("[{}] = 0;", kAtomics[i]));
  for (unsigned i = 0; i < program.plains; ++i) values.push_back(fmt::format("[{}] = 0;", kPlains[i]));
  return fmt::format("{{ {} }}", fmt::join(values, " "));
}

[[noreturn]] void refuse(std::string_view what, std::string_view text) {
  throw std::invalid_argument(fmt::format("not a litmus file of ours: {}: '{}'", what, text.substr(0, 60)));
}

/// Words, numbers and signs of a text.
std::vector<std::string> tokens_of(std::string_view text) {
  const auto in_word = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\n') {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    if (in_word(text[i])) {
      while (end < text.size() && in_word(text[end])) ++end;
    } else if (const std::string_view two = text.substr(i, 2); two == "==" || two == "/\\" || two == "\\/") {
      ++end;
    }
    tokens.emplace_back(text.substr(i, end - i));
    i = end;
  }
  return tokens;
}

/// Reads program and condition, and puts the program into the text that parse() reads.
class Reader {
 public:
  explicit Reader(std::string_view text) : tokens_(tokens_of(text)) {}

  HerdFile run(const std::string& name) {
    skip_block("{", "}");  // all is 0 at the beginning
    std::string text;
    while (peek().starts_with('P')) {
      if (!text.empty()) text += " || ";
      text += thread();
    }
    const std::vector<std::string> observed = locations();
    std::string finals;
    for (const std::string& place : observed) {
      if (place.find(':') == std::string::npos) finals += " " + place;
    }
    HerdFile file{.name = name,
                  .program = parse(name, finals.empty() ? text : text + " ?" + finals),
                  .rc11 = {},
                  .load_buffering = {},
                  .cxx20 = {},
                  .condition = {}};
    if (observed != observed_names(file.program)) refuse("the locations are not those of the program", name);
    condition(file, observed);
    if (at_ != tokens_.size()) refuse("more than a condition", peek());
    return file;
  }

 private:
  const std::string& peek() const {
    static const std::string kEnd;
    return at_ < tokens_.size() ? tokens_[at_] : kEnd;
  }
  std::string next() {
    if (at_ == tokens_.size()) refuse("it ends too early", "");
    return tokens_[at_++];
  }
  bool accept(std::string_view token) {
    if (peek() != token) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) refuse(fmt::format("'{}' is missing", token), peek());
  }
  void skip_block(std::string_view open, std::string_view close) {
    expect(open);
    while (!accept(close)) next();
  }

  std::string thread() {
    next();
    skip_block("(", ")");
    expect("{");
    std::vector<std::string> operations;
    while (!accept("}")) {
      if (accept("int")) {
        next();
        expect("=");
        expect("0");
        expect(";");
      } else if (accept("if")) {
        guarded(operations);
      } else {
        operations.push_back(operation());
      }
    }
    return fmt::format("{}", fmt::join(operations, "; "));
  }

  void guarded(std::vector<std::string>& operations) {
    expect("(");
    const std::string number = next();
    expect("==");
    const std::string value = next();
    expect(")");
    expect("{");
    while (!accept("}")) operations.push_back(fmt::format("if {}=={}: {}", number, value, operation()));
  }

  std::string operand() {
    std::string text = next();
    if (accept("+")) text += "+" + next();
    return text;
  }

  std::string order() {
    constexpr std::string_view kPrefix = "memory_order_";
    const std::string text = next();
    for (const MemoryOrder candidate : {MemoryOrder::relaxed, MemoryOrder::acquire, MemoryOrder::release,
                                        MemoryOrder::acq_rel, MemoryOrder::seq_cst}) {
      if (text.starts_with(kPrefix) && text.substr(kPrefix.size()) == long_name(candidate)) {
        return std::string(short_name(candidate));
      }
    }
    refuse("not an order", text);
  }

  std::string operation() {
    const std::string first = next();
    std::string text;
    if (first == "*") return plain_write_or_cas();
    if (first == "atomic_store_explicit") {
      expect("(");
      const std::string place = next();
      expect(",");
      const std::string value = operand();
      expect(",");
      text = fmt::format("{}.{} = {}", place, order(), value);
      expect(")");
    } else if (first == "mtx_lock" || first == "mtx_unlock") {
      expect("(");
      text = fmt::format("{} {}", first == "mtx_lock" ? "lock" : "unlock", next());
      expect(")");
    } else {
      expect("=");
      text = first + " = " + read();
    }
    expect(";");
    return text;
  }

  /// What follows the register that it goes to.
  std::string read() {
    static const std::map<std::string, std::string> kFetches = {
        {"atomic_exchange_explicit", "xchg"}, {"atomic_fetch_add_explicit", "add"}, {"atomic_fetch_or_explicit", "or"}};
    if (accept("*")) return next() + ".na";
    const std::string function = next();
    expect("(");
    const std::string place = next();
    expect(",");
    std::string text;
    if (function == "atomic_load_explicit") {
      text = fmt::format("{}.{}", place, order());
    } else if (const auto fetch = kFetches.find(function); fetch != kFetches.end()) {
      const std::string value = operand();
      expect(",");
      text = fmt::format("{}({}, {}, {})", fetch->second, place, value, order());
    } else {
      refuse("not an operation", function);
    }
    expect(")");
    return text;
  }

  /// After the star: a write to plain data, or the cell of a compare-exchange, which follows.
  std::string plain_write_or_cas() {
    const std::string cell = next();
    expect("=");
    const std::string value = operand();
    expect(";");
    if (!cell.starts_with('e') || cell.size() == 1) return fmt::format("{}.na = {}", cell, value);
    const std::string success = next();
    expect("=");
    const std::string function = next();
    const bool weak = function == "atomic_compare_exchange_weak_explicit";
    if (!weak && function != "atomic_compare_exchange_strong_explicit") refuse("not a compare-exchange", function);
    expect("(");
    const std::string place = next();
    expect(",");
    expect(cell);
    expect(",");
    const std::string desired = operand();
    expect(",");
    const std::string won = order();
    expect(",");
    const std::string lost = order();
    expect(")");
    expect(";");
    const std::string result = next();
    for (const std::string_view token : {std::string_view("="), std::string_view("*"), std::string_view(cell)}) {
      expect(token);
    }
    expect(";");
    return fmt::format("{}{} = {}({}, {}, {}, {}, {})", result, success.starts_with('r') ? "," + success : "",
                       weak ? "weak" : "cas", place, value, desired, won, lost);
  }

  std::vector<std::string> locations() {
    std::vector<std::string> names;
    expect("locations");
    expect("[");
    while (!accept("]")) {
      std::string name = next();
      if (accept(":")) name += ":" + next();
      expect(";");
      names.push_back(name);
    }
    return names;
  }

  void condition(HerdFile& file, const std::vector<std::string>& observed) {
    file.asks_for_weak = accept("exists");
    if (!file.asks_for_weak) expect("forall");
    expect("(");
    if (!accept("true")) {
      do {
        file.condition.outcomes.insert(conjunction(observed));
      } while (accept("\\/"));
    }
    expect(")");
  }

  Outcome conjunction(const std::vector<std::string>& observed) {
    Outcome outcome = 0;
    std::set<std::string> seen;
    expect("(");
    do {
      const bool memory = accept("[");
      std::string name = next();
      if (memory) {
        expect("]");
      } else {
        expect(":");
        name += ":" + next();
      }
      expect("=");
      const std::string value = next();
      const auto found = std::ranges::find(observed, name);
      if (found == observed.end() || !seen.insert(name).second || value.size() != 1) refuse("not an outcome", name);
      outcome =
          with_value(outcome, static_cast<unsigned>(found - observed.begin()), static_cast<Value>(value[0] - '0'));
    } while (accept("/\\"));
    expect(")");
    if (seen.size() != observed.size()) refuse("an outcome doesn't say all", peek());
    return outcome;
  }

  std::vector<std::string> tokens_;
  std::size_t at_ = 0;
};

/// The rest of the line of the comment that begins with `key`.
std::string_view line_of(std::string_view comment, std::string_view key) {
  const std::size_t at = comment.find(key);
  if (at == std::string_view::npos) refuse("the comment lacks a line", key);
  const std::string_view rest = comment.substr(at + key.size());
  return rest.substr(0, rest.find('\n'));
}

}  // namespace

std::optional<std::string> why_not_in_herd(const Program& program) {
  for (const auto& thread : program.threads) {
    for (const Instruction& instruction : thread) {
      if (instruction.index != kNone) return "it computes an address from a register";
    }
  }
  return std::nullopt;
}

std::string herd_name(const Program& program) {
  std::string name = program.name;
  std::erase(name, ')');
  std::ranges::replace(name, '(', '+');
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string to_herd(const CorpusEntry& entry) {
  const Program& program = entry.program;
  std::string text =
      fmt::format("C {}\n(* {}: {}\n   {}\n", herd_name(program), program.name, entry.why, entry.reference);
  text += fmt::format("   outcomes {}\n", fmt::join(observed_names(program), " "));
  text += fmt::format("   rc11: {}\n   lb: {}\n   c++20: {}\n*)\n", to_digits(program, entry.rc11),
                      to_digits(program, entry.load_buffering), to_digits(program, entry.cxx20));
  text += c_initial_state(program) + "\n\n";
  for (unsigned thread = 0; thread < program.threads.size(); ++thread) text += c_thread(program, thread) + "\n";
  text += fmt::format("locations [{};]\n", fmt::join(observed_names(program), "; "));
  return text + c_condition(entry) + "\n";
}

HerdFile parse_herd(std::string_view text) {
  const std::size_t open = text.find("(* ");
  const std::size_t close = text.find("*)");
  if (!text.starts_with("C ") || open == std::string_view::npos || close == std::string_view::npos || close < open) {
    refuse("no head", text);
  }
  const std::string_view comment = text.substr(open + 3, close - open - 3);
  const std::string name(comment.substr(0, comment.find(": ")));
  HerdFile file = Reader(text.substr(close + 2)).run(name);
  file.rc11 = parse_digits(file.program, line_of(comment, "\n   rc11: "));
  file.load_buffering = parse_digits(file.program, line_of(comment, "\n   lb: "));
  file.cxx20 = parse_digits(file.program, line_of(comment, "\n   c++20: "));
  return file;
}

void export_litmus(const std::string& folder) {
  std::filesystem::create_directories(folder);
  std::size_t written = 0;
  std::size_t left_out = 0;
  for (const CorpusEntry& entry : corpus()) {
    if (const std::optional<std::string> why = why_not_in_herd(entry.program)) {
      fmt::print("no spelling: {}: {}\n", entry.program.name, *why);
      ++left_out;
      continue;
    }
    const std::string path = fmt::format("{}/{}.litmus", folder, herd_name(entry.program));
    std::ofstream file(path);
    file << to_herd(entry);
    if (!file.flush()) throw std::runtime_error(fmt::format("can't write \"{}\"", path));
    ++written;
  }
  fmt::print("{} programs written to {}, {} left out\n", written, folder, left_out);
}

}  // namespace hallmark::litmus
