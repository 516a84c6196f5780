// What the explorer shows of each program of the corpus: exactly what is allowed, no more and no less.
#include <fmt/format.h>

#include <vector>

#include "models/engine/explorer/engine.hpp"
#include "models/litmus/corpus.hpp"
#define HALLMARK_ENGINE explorer
#include "models/litmus/interpreter.hpp"
#include "models/litmus/judge.hpp"

namespace hallmark::litmus {
namespace {

unsigned compare(const char* model, const Program& program, const Behaviour& allowed, const Judged& judged) {
  if (judged.trouble.empty() && (judged.exhaustive || allowed.race) && judged.behaviour == allowed) return 0;
  fmt::print("DIFFERENT {} {}: {}\n  allowed: {}\n  shown:   {}{}\n", model, program.name, to_text(program),
             to_digits(program, allowed), to_digits(program, judged.behaviour),
             judged.trouble.empty() ? "" : "  (" + judged.trouble + ")");
  return 1;
}

int run_corpus() {
  std::vector<const Program*> programs;
  for (const CorpusEntry& entry : corpus()) programs.push_back(&entry.program);
  const Judge judge{[] { return explorer_engine::make_engine(); }, litmus_interpreter};
  const std::vector<Judged> answers = run(judge, programs);
  unsigned wrong = 0;
  std::uint64_t executions = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t blocked = 0;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    wrong += compare("rc11", *programs[i], corpus()[i].rc11, answers[i]);
    executions += answers[i].executions;
    duplicates += answers[i].duplicates;
    blocked += answers[i].blocked;
  }
  fmt::print("{} programs, {} executions, {} duplicates, {} abandoned, {} differences\n", programs.size(), executions,
             duplicates, blocked, wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace hallmark::litmus

int main() { return hallmark::litmus::run_corpus(); }
