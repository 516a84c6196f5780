// What the explorer shows of each program of the corpus: exactly what is allowed, no more and no less, and each
// execution once. And that this would be noticed: with a deliberate fault of the explorer something differs.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "models/engine/explorer/engine.hpp"
#include "models/engine/explorer/exploration.hpp"
#include "models/litmus/corpus.hpp"
#define HALLMARK_ENGINE explorer
#include "models/litmus/interpreter.hpp"
#include "models/litmus/judge.hpp"

namespace hallmark::litmus {
namespace {

using explorer_engine::Faults;

/// The explorer with a fault.
class FaultyEngine final : public check::Engine {
 public:
  explicit FaultyEngine(const Faults& faults) : faults_(faults) {}

  std::string_view name() const override { return "explorer"; }
  bool samples() const override { return false; }
  check::RunResult run(const check::RunRequest& request) override {
    return explorer_engine::Exploration(request, {.faults = faults_}).run();
  }
  bool parse_schedule(std::string_view, check::RunRequest&) const override { return false; }

 private:
  Faults faults_;
};

std::vector<Judged> run_corpus(const std::function<std::unique_ptr<check::Engine>()>& make_engine) {
  std::vector<const Program*> programs;
  for (const CorpusEntry& entry : corpus()) programs.push_back(&entry.program);
  return run({make_engine, litmus_interpreter}, programs);
}

bool agrees(const Behaviour& allowed, const Judged& judged) {
  return judged.trouble.empty() && (judged.exhaustive || allowed.race) && judged.behaviour == allowed &&
         judged.duplicates == 0;
}

unsigned print_differences(std::string_view name, explorer_engine::Model model, Behaviour CorpusEntry::*column) {
  const std::vector<Judged> answers = run_corpus([model] { return explorer_engine::make_engine(model); });
  unsigned wrong = 0;
  std::uint64_t executions = 0;
  std::uint64_t blocked = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const CorpusEntry& entry = corpus()[i];
    const Judged& judged = answers[i];
    executions += judged.executions;
    blocked += judged.blocked;
    if (agrees(entry.*column, judged)) continue;
    ++wrong;
    fmt::print("DIFFERENT {} {}: {}\n  allowed: {}\n  shown:   {}, {} duplicates{}\n", name, entry.program.name,
               to_text(entry.program), to_digits(entry.program, entry.*column),
               to_digits(entry.program, judged.behaviour), judged.duplicates,
               judged.trouble.empty() ? "" : "  (" + judged.trouble + ")");
  }
  fmt::print("{}: {} programs, {} executions, each once; {} abandoned; {} differences\n", name, answers.size(),
             executions, blocked, wrong);
  return wrong;
}

/// Prints how many programs notice the fault. Returns 1 if none does.
unsigned print_noticed(std::string_view fault, const Faults& faults) {
  const std::vector<Judged> answers = run_corpus([&] { return std::make_unique<FaultyEngine>(faults); });
  unsigned noticed = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) noticed += agrees(corpus()[i].rc11, answers[i]) ? 0 : 1;
  fmt::print("{}: noticed by {} programs\n", fault, noticed);
  return noticed == 0 ? 1 : 0;
}

}  // namespace
}  // namespace hallmark::litmus

int main() {
  using namespace hallmark::litmus;
  using hallmark::explorer_engine::Model;
  unsigned wrong = print_differences("rc11", Model::rc11, &CorpusEntry::rc11);
  wrong += print_differences("lb", Model::lb, &CorpusEntry::load_buffering);
  wrong += print_noticed("without the order of seq_cst operations", {.no_sequential_axiom = true});
  wrong += print_noticed("with the release sequences of C++11", {.old_release_sequences = true});
  wrong += print_noticed("without revisits", {.no_revisits = true});
  return wrong == 0 ? 0 : 1;
}
