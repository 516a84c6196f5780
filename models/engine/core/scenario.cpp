#include "models/engine/core/scenario.hpp"

#include "models/engine/core/catalogue.hpp"

namespace hallmark::check {
namespace {

template <std::size_t Most>
std::size_t index_in(const Names<Most>& names, std::string_view name) {
  for (std::size_t i = 0; i < Most && !names[i].empty(); ++i) {
    if (names[i] == name) return i;
  }
  return Most;
}

}  // namespace

void Scenario::reached(std::string_view witness) const {
  const std::size_t index = index_in(info->witnesses, witness);
  expect(index < info->witnesses.kMost, "the scenario reached a witness that its info does not list");
  ++current_run.counters->witnesses[info->outcomes.size() + index];
}

void Scenario::outcome(std::string_view result) const {
  const std::size_t index = index_in(info->outcomes, result);
  if (index == info->outcomes.kMost) {
    // Static, because an execution that fails never comes back to free anything.
    static std::array<char, 96> text;
    const std::string_view before = "outcome ";
    const std::string_view after = " is not in the table of allowed outcomes";
    std::size_t n = before.copy(text.data(), before.size());
    n += result.copy(text.data() + n, 24);
    n += after.copy(text.data() + n, after.size());
    text[n] = '\0';
    current_run.fail(text.data(), __FILE__, __LINE__);
    return;
  }
  ++current_run.counters->witnesses[index];
}

}  // namespace hallmark::check
