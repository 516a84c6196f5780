// Compares the corpus, whose outcome sets are written by hand, with the brute-force enumerator: each must be the same.
#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <string_view>

#include "models/litmus/brute_force.hpp"
#include "models/litmus/corpus.hpp"

namespace {

using hallmark::litmus::Behaviour;
using hallmark::litmus::CorpusEntry;

unsigned compare(const CorpusEntry& entry, std::string_view model, const Behaviour& by_hand, const Behaviour& found) {
  if (by_hand == found) return 0;
  fmt::print("{}: {}\n  {} by hand:        {}\n  {} by brute force: {}\n", entry.program.name, to_text(entry.program),
             model, to_digits(entry.program, by_hand), model, to_digits(entry.program, found));
  return 1;
}

}  // namespace

int main() {
  unsigned wrong = 0;
  std::uint64_t candidates = 0;
  std::set<std::string> names;
  for (const CorpusEntry& entry : hallmark::litmus::corpus()) {
    if (!names.insert(entry.program.name).second) {
      fmt::print("{}: two programs of this name\n", entry.program.name);
      ++wrong;
    }
    const std::string text = to_text(entry.program);
    if (to_text(hallmark::litmus::parse(entry.program.name, text)) != text) {
      fmt::print("{}: not the same after printing and parsing\n", entry.program.name);
      ++wrong;
    }
    const hallmark::litmus::Allowed allowed = enumerate(entry.program);
    candidates += allowed.candidates;
    wrong += compare(entry, "rc11", entry.rc11, allowed.rc11);
    wrong += compare(entry, "lb", entry.load_buffering, allowed.load_buffering);
    wrong += compare(entry, "c++20", entry.cxx20, allowed.cxx20);
  }
  fmt::print("{} programs, {} candidate executions, {} differences\n", names.size(), candidates, wrong);
  return wrong == 0 && names.size() >= 120 ? 0 : 1;
}
