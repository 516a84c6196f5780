// Reads the litmus files that `hallmark-check export litmus FOLDER` has written, and runs what it has read: each
// program of the corpus that has a spelling must be there, be the same program, and show under the explorer exactly
// what the file says, with and without load buffering. And that this would be noticed.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "models/engine/explorer/engine.hpp"
#include "models/litmus/corpus.hpp"
#include "models/litmus/herd.hpp"
#define HALLMARK_ENGINE explorer
#include "models/litmus/interpreter.hpp"
#include "models/litmus/judge.hpp"

namespace hallmark::litmus {
namespace {

std::map<std::string, std::string> read_folder(const std::string& folder) {
  std::map<std::string, std::string> texts;
  for (const auto& item : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(item.path());
    texts[item.path().filename().string()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return texts;
}

unsigned complain(std::string_view file, std::string_view what) {
  fmt::print("{}: {}\n", file, what);
  return 1;
}

/// What the file says against the corpus.
unsigned compare(const HerdFile& file, const CorpusEntry& entry) {
  unsigned wrong = 0;
  if (file.name != entry.program.name) wrong += complain(entry.program.name, "another name");
  if (to_text(file.program) != to_text(entry.program)) wrong += complain(file.name, "another program");
  if (file.rc11 != entry.rc11) wrong += complain(file.name, "other outcomes: rc11");
  if (file.load_buffering != entry.load_buffering) wrong += complain(file.name, "other outcomes: lb");
  if (file.cxx20 != entry.cxx20) wrong += complain(file.name, "other outcomes: c++20");
  const bool has_weak = !entry.weak.outcomes.empty();
  const auto& asked = has_weak ? entry.weak.outcomes : entry.rc11.outcomes;
  if (file.condition.outcomes != asked) wrong += complain(file.name, "another condition");
  if (file.asks_for_weak != (has_weak || asked.empty())) wrong += complain(file.name, "another quantifier");
  return wrong;
}

/// How many of the programs that were read show something else than their files say.
unsigned count_differences(const std::vector<HerdFile>& files, explorer_engine::Model model,
                           Behaviour HerdFile::*column) {
  std::vector<const Program*> programs;
  for (const HerdFile& file : files) programs.push_back(&file.program);
  const std::vector<Judged> answers =
      run({[model] { return explorer_engine::make_engine(model); }, litmus_interpreter}, programs);
  unsigned wrong = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Behaviour& said = files[i].*column;
    const bool same =
        answers[i].trouble.empty() && (answers[i].exhaustive || said.race) && answers[i].behaviour == said;
    if (!same) {
      wrong +=
          complain(files[i].name, fmt::format("shows {}, not {} {}", to_digits(programs[i][0], answers[i].behaviour),
                                              to_digits(programs[i][0], said), answers[i].trouble));
    }
  }
  return wrong;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) throw std::logic_error(fmt::format("there is no '{}' to replace", what));
  return text.replace(at, what.size(), with);
}

/// Files that are not ours must be refused, and a file whose order was changed must be found out.
unsigned check_that_changes_are_noticed(const std::string& message_passing) {
  unsigned wrong = 0;
  const std::vector<std::pair<std::string_view, std::string_view>> changes = {
      {"C MP", "X MP"},
      {"rc11:", "sc:"},
      {"memory_order_release", "memory_order_consume"},
      {"atomic_load_explicit", "atomic_load"},
      {"locations [1:r0", "locations [0:r0"},
      {"exists", "maybe"},
      {"1:r1=0", "1:r0=0"},
      {"P1", "Q1"},
      {"rc11: 00", "rc11: 0"},
  };
  for (const auto& [what, with] : changes) {
    try {
      parse_herd(replaced(message_passing, what, with));
      wrong += complain("a changed file", fmt::format("'{}' instead of '{}' is not refused", with, what));
    } catch (const std::invalid_argument&) {
    }
  }
  fmt::print("with a weaker order, so that it must differ: ");
  const HerdFile weaker = parse_herd(replaced(message_passing, "memory_order_release", "memory_order_relaxed"));
  if (count_differences({weaker}, explorer_engine::Model::rc11, &HerdFile::rc11) != 1) {
    wrong += complain("a weaker file", "the explorer shows what the stronger one says");
  }
  return wrong;
}

}  // namespace
}  // namespace hallmark::litmus

int main(int argc, char** argv) {
  using namespace hallmark::litmus;
  using hallmark::explorer_engine::Model;
  if (argc != 2) return 2;
  std::map<std::string, std::string> texts = read_folder(argv[1]);
  const std::string message_passing = texts["MP+rlx-rel-acq-rlx.litmus"];
  std::vector<HerdFile> files;
  unsigned wrong = 0;
  unsigned without = 0;
  for (const CorpusEntry& entry : corpus()) {
    if (why_not_in_herd(entry.program)) {
      ++without;
      continue;
    }
    const auto text = texts.extract(herd_name(entry.program) + ".litmus");
    if (text.empty()) {
      wrong += complain(entry.program.name, "there is no file");
      continue;
    }
    files.push_back(parse_herd(text.mapped()));
    wrong += compare(files.back(), entry);
  }
  for (const auto& [name, text] : texts) wrong += complain(name, "not a program of the corpus");
  wrong += count_differences(files, Model::rc11, &HerdFile::rc11);
  wrong += count_differences(files, Model::lb, &HerdFile::load_buffering);
  wrong += check_that_changes_are_noticed(message_passing);
  fmt::print("{} files, {} programs without a spelling, {} differences\n", files.size(), without, wrong);
  return wrong == 0 && files.size() >= 250 ? 0 : 1;
}
