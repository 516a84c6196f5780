// What can be judged: a scenario on an engine, with the kernel as it is or with one site weakened.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/core/engine.hpp"
#include "models/engine/core/site.hpp"

namespace hallmark::check {

/// One site with an order in place of its declared one. No site: the kernel as it is.
struct Mutant {
  Site* site = nullptr;
  MemoryOrder order{};

  /// "label=order", or "-" for the kernel as it is.
  std::string text() const;
  static std::optional<Mutant> parse(std::string_view text);
};

struct Case {
  const ScenarioType* scenario = nullptr;
  Mutant mutant{};
};

/// The scenario's name; with the variant in front where it judges one: "Q1/steal_queue.last_item".
std::string display_name(const ScenarioType& scenario);

/// True if the name contains `pattern`, or matches it where it has * or ?.
bool matches(std::string_view name, std::string_view pattern);

/// The engines that were built in.
std::vector<std::string_view> engine_names();
std::unique_ptr<Engine> make_engine(std::string_view name);

/// The execution that the request's schedule names, drawn as an SVG; empty for an engine that has no execution graphs.
std::string draw_execution(std::string_view engine, const RunRequest& request);

/// A failure to use the program rightly: message and what to do, exit code 2.
struct UsageError {
  std::string message{};
};

/// What is printed after a violation; `replay` turns it back into the one execution.
/// engine:scenario:mutant:schedule:checksum
std::string make_token(const Case& which, std::string_view schedule);

struct TokenContents {
  Case which;
  std::string schedule{};
};
/// Throws UsageError that says which part is wrong.
TokenContents parse_token(std::string_view token);

}  // namespace hallmark::check
