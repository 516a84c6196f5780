#include "models/engine/runner/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace hallmark::check {
namespace {

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

// One JUnit test case; `problem` is empty when it passed.
std::string junit_case(std::string_view suite, std::string_view name, double seconds, std::string_view problem) {
  std::string text = fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", xml_escaped(suite),
                                 xml_escaped(name), seconds);
  if (problem.empty()) return text + "/>\n";
  return text + fmt::format(">\n    <failure message=\"{}\"/>\n  </testcase>\n", xml_escaped(problem));
}

// A finding that is not as it should be. A surviving mutant is information, not a finding.
bool is_bad(const GalleryReport& entry) { return entry.verdict != entry.expected; }

std::size_t count_verdict(const Report& report, std::string_view verdict) {
  return static_cast<std::size_t>(std::ranges::count(report.scenarios, verdict, &ScenarioReport::verdict));
}

std::size_t count_unreached(const ScenarioReport& scenario) {
  return static_cast<std::size_t>(
      std::ranges::count_if(scenario.witnesses, [](const auto& witness) { return witness.second == 0; }));
}

// Empty where all engines that judged a mutant say the same. What each engine can't show: proofs/memory_model.md.
std::string why_engines_disagree(const std::map<std::string, std::string>& verdicts) {
  const auto said = [&](const char* engine, std::string_view verdict) {
    const auto found = verdicts.find(engine);
    return found != verdicts.end() && found->second == verdict;
  };
  if (said("relacy", "refuted") && said("explorer", "equivalent")) {
    return "CONTRADICTION: relacy shows what every execution under RC11 lacks; one of the two is wrong";
  }
  if (said("explorer", "refuted") && said("explorer-lb", "equivalent")) {
    return "CONTRADICTION: load buffering only adds executions to RC11; the explorer is wrong";
  }
  std::string why;
  if (said("relacy", "survived") && (said("explorer", "refuted") || said("explorer-lb", "refuted"))) {
    why = "relacy is too strong or was unlucky: it samples, and orders stores and seq_cst operations as they ran";
  }
  if (said("explorer", "equivalent") && said("explorer-lb", "refuted")) {
    why += (why.empty() ? "" : "; ") + std::string("RC11 is too strong: the refuting execution buffers a load");
  }
  return why;
}

}  // namespace

Exit Report::exit() const {
  const auto gallery_is = [&](auto test) { return std::ranges::any_of(gallery, test); };
  if (count_verdict(*this, "violated") > 0 ||
      gallery_is([](const GalleryReport& e) { return is_bad(e) && e.verdict != "inconclusive"; })) {
    return Exit::violated;
  }
  const bool mutant_failed = std::ranges::count(mutants, std::string_view("inconclusive"), &MutantReport::verdict) > 0;
  if (interrupted || mutant_failed || count_verdict(*this, "inconclusive") > 0 || gallery_is(is_bad)) {
    return Exit::nothing_proven;
  }
  return Exit::holds;
}

void write_junit(const Report& report, const std::string& path) {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  const auto add = [&](std::string_view suite, std::string_view name, double seconds, const std::string& problem) {
    cases += junit_case(suite, name, seconds, problem);
    ++tests;
    failures += problem.empty() ? 0 : 1;
  };
  for (const ScenarioReport& s : report.scenarios) {
    add("scenarios." + s.engine, s.name, s.seconds,
        s.verdict == "holds" ? "" : fmt::format("{}: {} {}", s.verdict, s.reason, s.token));
  }
  for (const MutantReport& m : report.mutants) {
    add("mutants." + m.engine, fmt::format("{}={}", m.label, m.weaker), m.seconds,
        m.verdict == "inconclusive" ? m.reason : "");
  }
  for (const GalleryReport& g : report.gallery) {
    add("gallery." + g.judge, g.id, g.seconds,
        is_bad(g) ? fmt::format("expected: {}, but: {} {}", g.expected, g.verdict, g.reason) : "");
  }
  write_text(path, fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<testsuite name=\"hallmark-check\" tests=\"{}\" failures=\"{}\">\n{}</testsuite>\n",
                               tests, failures, cases));
}

std::string short_count(double count) {
  if (count >= 1e6) return fmt::format("{:.1f}M", count / 1e6);
  if (count >= 1e4) return fmt::format("{:.0f}k", count / 1e3);
  return fmt::format("{:.0f}", count);
}

void print_scenarios(const Report& report) {
  fmt::print("\n{:<42} {:<12} {:<11} {:>11} {:>8} {:>9}  {}\n", "scenario", "engine", "claim", "executions", "rate/s",
             "witnesses", "verdict");
  for (const ScenarioReport& s : report.scenarios) {
    const std::string reached = fmt::format("{}/{}", s.witnesses.size() - count_unreached(s), s.witnesses.size());
    const double rate = s.seconds > 0 ? static_cast<double>(s.executions) / s.seconds : 0;
    fmt::print("{:<42} {:<12} {:<11} {:>11} {:>8} {:>9}  {}\n", s.name, s.engine, s.claim, s.executions,
               short_count(rate), reached, s.verdict);
  }
  for (const ScenarioReport& s : report.scenarios) {
    if (s.duplicates + s.blocked == 0) continue;
    fmt::print("{} on {}: {} explorations were duplicates, {} were abandoned as inconsistent\n", s.name, s.engine,
               s.duplicates, s.blocked);
  }
  for (const ScenarioReport& s : report.scenarios) {
    if (s.verdict == "holds") continue;
    fmt::print("\n{} on {}: {}\n  {}\n", s.name, s.engine, s.verdict, s.reason);
    if (!s.token.empty()) fmt::print("  see it: hallmark-check replay '{}'\n", s.token);
  }
}

void print_mutants(const Report& report) {
  if (report.mutants.empty()) return;
  fmt::print("\n{:<36} {:>8} -> {:<8} {:<12} {:<40} {:>11} {:>7}\n", "site", "order", "weaker", "verdict", "refuted by",
             "executions", "s");
  for (const MutantReport& m : report.mutants) {
    fmt::print("{:<36} {:>8} -> {:<8} {:<12} {:<40} {:>11} {:>7.2f}\n", m.label, m.order, m.weaker, m.verdict,
               m.verdict == "refuted" ? m.scenario : m.reason, m.executions, m.seconds);
  }
}

std::map<std::string, std::string> disagreements(const Report& report) {
  // site and weaker order -> engine -> verdict
  std::map<std::string, std::map<std::string, std::string>> rows;
  for (const MutantReport& m : report.mutants) rows[fmt::format("{}={}", m.label, m.weaker)][m.engine] = m.verdict;
  std::map<std::string, std::string> reasons;
  for (const auto& [mutant, verdicts] : rows) {
    const std::string why = why_engines_disagree(verdicts);
    if (!why.empty()) reasons[mutant] = why;
  }
  return reasons;
}

void print_disagreements(const Report& report) {
  const std::map<std::string, std::string> reasons = disagreements(report);
  if (!reasons.empty()) fmt::print("\nwhere the engines disagree\n");
  for (const auto& [mutant, why] : reasons) fmt::print("  {}: {}\n", mutant, why);
}

void print_gallery(const Report& report) {
  if (report.gallery.empty()) return;
  fmt::print("\n{:<5} {:<9} {:<9} {:<12} {:<40} {:>11} {:>7}  {}\n", "bug", "expected", "verdict", "judge", "scenario",
             "executions", "s", "what it does");
  for (const GalleryReport& g : report.gallery) {
    fmt::print("{:<5} {:<9} {:<9} {:<12} {:<40} {:>11} {:>7.2f}  {}\n", g.id, g.expected, g.verdict, g.judge,
               g.scenario, g.executions, g.seconds, g.what);
    if (is_bad(g) && !g.reason.empty()) fmt::print("      {}\n", g.reason);
  }
}

void print_verdict(const Report& report) {
  fmt::print("\n");
  if (report.interrupted) fmt::print("interrupted: this report is partial\n");
  if (!report.scenarios.empty()) {
    fmt::print("scenarios: {} hold, {} violated, {} inconclusive\n", count_verdict(report, "holds"),
               count_verdict(report, "violated"), count_verdict(report, "inconclusive"));
  }
  if (!report.mutants.empty()) {
    const auto count = [&](std::string_view verdict) {
      return std::ranges::count(report.mutants, verdict, &MutantReport::verdict);
    };
    fmt::print("mutants: {} refuted, {} survived, {} equivalent, {} inconclusive\n", count("refuted"),
               count("survived"), count("equivalent"), count("inconclusive"));
  }
  if (!report.gallery.empty()) {
    fmt::print("gallery: {} as expected, {} not\n",
               report.gallery.size() - static_cast<std::size_t>(std::ranges::count_if(report.gallery, is_bad)),
               std::ranges::count_if(report.gallery, is_bad));
  }
}

}  // namespace hallmark::check
