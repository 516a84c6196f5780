#include "models/engine/runner/annotations.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "models/engine/runner/counterexample.hpp"

namespace hallmark::check {
namespace {

std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned>(c));
    }
  }
  return result;
}

std::string with_token(const std::string& text, const std::string& token) {
  return token.empty() ? text : fmt::format("{}\nsee it: hallmark-check replay '{}'", text, token);
}

Annotation annotation_of(const ScenarioReport& scenario) {
  Annotation annotation{.title = fmt::format("{} on {}: {}", scenario.name, scenario.engine, scenario.verdict),
                        .message = with_token(scenario.reason, scenario.token)};
  if (scenario.verdict != "violated") {
    annotation.level = "warning";
    return annotation;
  }
  const nlohmann::json shown = counterexample(scenario.token);
  if (!shown.is_object() || shown["steps"].empty()) return annotation;
  annotation.file = shown["steps"].back().value("file", std::string());
  annotation.line = shown["steps"].back().value("line", 0);
  return annotation;
}

}  // namespace

std::string to_github(const Annotation& annotation) {
  constexpr std::string_view kInProperty = "%\r\n:,";
  constexpr std::string_view kInMessage = "%\r\n";
  const std::string place =
      annotation.file.empty() ? ""
                              : fmt::format("file={},line={},", escaped(annotation.file, kInProperty), annotation.line);
  return fmt::format("::{} {}title={}::{}", annotation.level, place, escaped(annotation.title, kInProperty),
                     escaped(annotation.message, kInMessage));
}

void print_github_annotations(const Report& report) {
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.verdict != "holds") fmt::print("{}\n", to_github(annotation_of(scenario)));
  }
  for (const GalleryReport& entry : report.gallery) {
    if (entry.verdict == entry.expected) continue;
    fmt::print("{}\n", to_github({.title = fmt::format("{}: {}, expected: {}", entry.id, entry.verdict, entry.expected),
                                  .message = with_token(entry.what, entry.token)}));
  }
}

}  // namespace hallmark::check
