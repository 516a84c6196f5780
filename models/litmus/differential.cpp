// Compares an engine with the brute force on random programs. An exhaustive engine must show exactly what is allowed; a
// sampling one nothing else.
//
//   hallmark-litmus-differential-<engine> COUNT FIRST    programs FIRST .. FIRST+COUNT-1; exit code 1 if any differs
//
// An engine that permits load buffering must show at least what is allowed if everything counts as a dependency that
// is one by the letter of the program, and nothing that the other axioms forbid. What lies between is counted.
//
// Compiled once for each engine: HALLMARK_ENGINE is its name, HALLMARK_ENGINE_HEADER declares its factory,
// HALLMARK_MAKE_ENGINE calls it, and HALLMARK_BUFFERING says whether the engine permits load buffering.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <vector>

#include HALLMARK_ENGINE_HEADER
#include "models/litmus/brute_force.hpp"
#include "models/litmus/generator.hpp"
#include "models/litmus/interpreter.hpp"
#include "models/litmus/judge.hpp"

namespace hallmark::litmus {
namespace {

constexpr std::size_t kChunk = 512;           // programs that are held in memory
constexpr std::uint64_t kExecutions = 4'000;  // of each program, by a sampling engine

struct Totals {
  std::uint64_t different = 0;
  std::uint64_t racy = 0;
  std::uint64_t outcomes = 0;
  std::uint64_t shown = 0;
  std::uint64_t more = 0;  // programs of which the engine shows more than the least
  std::uint64_t executions = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t blocked = 0;
  double brute_seconds = 0;
  double engine_seconds = 0;
};

class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds) {}
  ~Stopwatch() { seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// An exhaustive engine shows at least the one and at most the other.
struct Bounds {
  Behaviour least;
  Behaviour most;
};

Bounds bounds_of(const Program& program) {
  const Allowed allowed = enumerate(program);
  if (HALLMARK_BUFFERING) return {allowed.load_buffering, allowed.any_cycle};
  return {allowed.rc11, allowed.rc11};
}

bool agrees(const Bounds& bounds, const Judged& judged, bool samples) {
  const Behaviour& shown = judged.behaviour;
  if (!judged.trouble.empty()) return false;
  if (shown.race) return bounds.most.race;
  // A sampling engine may miss a race; then what it shows means nothing.
  if (bounds.least.race) return samples;
  if (!std::ranges::includes(bounds.most.outcomes, shown.outcomes)) return false;
  return samples || (judged.exhaustive && std::ranges::includes(shown.outcomes, bounds.least.outcomes));
}

void compare(const Program& program, const Bounds& bounds, const Judged& judged, bool samples, Totals& totals) {
  totals.racy += bounds.least.race ? 1 : 0;
  totals.outcomes += bounds.least.outcomes.size();
  totals.shown += judged.behaviour.outcomes.size();
  totals.more += !samples && judged.behaviour != bounds.least ? 1 : 0;
  totals.executions += judged.executions;
  totals.duplicates += judged.duplicates;
  totals.blocked += judged.blocked;
  if (agrees(bounds, judged, samples)) return;
  ++totals.different;
  fmt::print("DIFFERENT {}: {}\n  at least: {}\n  at most:  {}\n  engine:   {}{}\n", program.name, to_text(program),
             to_digits(program, bounds.least), to_digits(program, bounds.most), to_digits(program, judged.behaviour),
             judged.trouble.empty() ? "" : "  (" + judged.trouble + ")");
}

int main_with(std::uint64_t count, std::uint64_t first) {
  const auto make_engine = [] { return HALLMARK_MAKE_ENGINE; };
  const bool samples = make_engine()->samples();
  const Judge judge{make_engine, litmus_interpreter, samples ? kExecutions : 0};
  Totals totals;
  for (std::uint64_t done = 0; done < count; done += kChunk) {
    std::vector<Program> programs;
    for (std::uint64_t i = done; i < std::min(count, done + kChunk); ++i) programs.push_back(generate(first + i));
    std::vector<Bounds> bounds;
    {
      const Stopwatch watch(totals.brute_seconds);
      for (const Program& program : programs) bounds.push_back(bounds_of(program));
    }
    std::vector<const Program*> pointers;
    for (const Program& program : programs) pointers.push_back(&program);
    std::vector<Judged> judged;
    {
      const Stopwatch watch(totals.engine_seconds);
      judged = run(judge, pointers);
    }
    for (std::size_t i = 0; i < programs.size(); ++i) compare(programs[i], bounds[i], judged[i], samples, totals);
  }
  fmt::print("{} programs from {}: {} with a race, {} outcomes allowed, {} shown\n", count, first, totals.racy,
             totals.outcomes, totals.shown);
  fmt::print("engine: {} executions, {} duplicates, {} abandoned, {:.1f} s; brute force: {:.1f} s\n", totals.executions,
             totals.duplicates, totals.blocked, totals.engine_seconds, totals.brute_seconds);
  if (HALLMARK_BUFFERING) fmt::print("{} programs show more, because a dependency is none in effect\n", totals.more);
  fmt::print("{} programs differ\n", totals.different);
  return totals.different == 0 ? 0 : 1;
}

bool parse_number(std::string_view text, std::uint64_t& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size();
}

}  // namespace
}  // namespace hallmark::litmus

int main(int argc, char** argv) {
  std::uint64_t count = 0;
  std::uint64_t first = 0;
  if (argc != 3 || !hallmark::litmus::parse_number(argv[1], count) || count == 0 ||
      !hallmark::litmus::parse_number(argv[2], first)) {
    fmt::print(stderr, "usage: hallmark-litmus-differential-<engine> COUNT FIRST\n");
    return 2;
  }
  return hallmark::litmus::main_with(count, first);
}
