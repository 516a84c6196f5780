#include "models/engine/runner/case.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

namespace hallmark::check {
namespace {

constexpr char kSeparator = ':';

// FNV-1a, folded to 16 bits: enough to tell a mistyped token from a good one.
std::string checksum(std::string_view text) {
  std::uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return fmt::format("{:04x}", (hash >> 16 ^ hash) & 0xffffU);
}

const ScenarioType* find_scenario(std::string_view engine, std::string_view name) {
  for (const ScenarioType& type : all_scenarios()) {
    if (type.engine == engine && display_name(type) == name) return &type;
  }
  return nullptr;
}

}  // namespace

std::string Mutant::text() const {
  if (site == nullptr) return "-";
  return fmt::format("{}={}", site->label, vocabulary::name_of(order));
}

std::optional<Mutant> Mutant::parse(std::string_view text) {
  if (text == "-") return Mutant{};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Mutant mutant{.site = find_site(text.substr(0, equals))};
  if (mutant.site == nullptr || !parse_order(text.substr(equals + 1), mutant.order)) return std::nullopt;
  if (!vocabulary::is_legal(mutant.site->operation, mutant.order)) return std::nullopt;
  return mutant;
}

std::string display_name(const ScenarioType& scenario) {
  if (scenario.variant.empty()) return std::string(scenario.info->name);
  return fmt::format("{}/{}", scenario.variant, scenario.info->name);
}

bool matches(std::string_view name, std::string_view pattern) {
  if (pattern.find_first_of("*?") == std::string_view::npos) return name.find(pattern) != std::string_view::npos;
  return fnmatch(std::string(pattern).c_str(), std::string(name).c_str(), 0) == 0;
}

std::string make_token(const Case& which, std::string_view schedule) {
  const std::string contents =
      fmt::format("{}:{}:{}:{}", which.scenario->engine, display_name(*which.scenario), which.mutant.text(), schedule);
  return fmt::format("{}:{}", contents, checksum(contents));
}

TokenContents parse_token(std::string_view token) {
  const std::size_t last = token.rfind(kSeparator);
  if (last == std::string_view::npos || std::ranges::count(token, kSeparator) < 4) {
    throw UsageError{
        fmt::format("\"{}\" is not a replay token: expected engine:scenario:mutant:schedule:checksum, "
                    "as printed with a violation",
                    token)};
  }
  const std::string_view contents = token.substr(0, last);
  if (checksum(contents) != token.substr(last + 1)) {
    throw UsageError{fmt::format("replay token \"{}\" is damaged (its checksum is wrong): copy it whole", token)};
  }
  std::size_t from = 0;
  const auto next = [&] {
    const std::size_t to = contents.find(kSeparator, from);
    const std::string_view part = contents.substr(from, to - from);
    from = to + 1;
    return part;
  };
  const std::string_view engine = next();
  const std::string_view name = next();
  const std::string_view mutant_text = next();
  TokenContents result;
  result.which.scenario = find_scenario(engine, name);
  if (result.which.scenario == nullptr) {
    throw UsageError{fmt::format("replay token names scenario \"{}\" on engine \"{}\", which this build doesn't have",
                                 name, engine)};
  }
  const std::optional<Mutant> mutant = Mutant::parse(mutant_text);
  if (!mutant)
    throw UsageError{fmt::format("replay token names mutant \"{}\", which this build doesn't have", mutant_text)};
  result.which.mutant = *mutant;
  result.schedule = std::string(contents.substr(from));
  return result;
}

}  // namespace hallmark::check
