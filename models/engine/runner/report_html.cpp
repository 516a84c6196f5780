#include "models/engine/runner/report_html.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "models/engine/runner/counterexample.hpp"
#include "models/engine/runner/source.hpp"
#include "report_page.hpp"

namespace hallmark::check {
namespace {

using nlohmann::json;

void replace(std::string& text, std::string_view placeholder, std::string_view content) {
  text.replace(text.find(placeholder), placeholder.size(), content);
}

// JSON that may stand in a <script>: no "<" can end the element or begin a comment.
std::string json_for_script(const json& data) {
  std::string text;
  for (const char c : data.dump(-1, ' ', false, json::error_handler_t::replace)) {
    c == '<' ? text += "\\u003c" : text += c;
  }
  return text;
}

void describe_scenarios(json& scenarios) {
  for (json& scenario : scenarios) {
    const auto name = scenario["name"].get<std::string>();
    const auto engine = scenario["engine"].get<std::string>();
    for (const ScenarioType& type : all_scenarios()) {
      if (display_name(type) != name || type.engine != engine) continue;
      scenario["holds"] = type.info->holds;
      scenario["threads"] = type.info->threads;
    }
  }
}

// Those that a scenario has run or a mutant weakens; the others are none of this report's business.
json described_sites(const json& sites, const Report& report) {
  std::set<std::string> weakened;
  for (const MutantReport& mutant : report.mutants) weakened.insert(mutant.label);
  json described = json::array();
  for (json entry : sites) {
    const Site* site = find_site(entry["label"].get<std::string>());
    if (site == nullptr || (site->file == nullptr && !weakened.contains(std::string(site->label)))) continue;
    const SiteSource source = read_source(*site);
    entry["comment"] = source.comment;
    entry["code"] = source.code;
    described.push_back(std::move(entry));
  }
  return described;
}

json counterexamples_of(const Report& report) {
  json result = json::object();
  const auto add = [&](const std::string& token) {
    if (!token.empty() && !result.contains(token)) result[token] = counterexample(token);
  };
  for (const ScenarioReport& scenario : report.scenarios) add(scenario.token);
  for (const MutantReport& mutant : report.mutants) add(mutant.token);
  for (const GalleryReport& entry : report.gallery) add(entry.token);
  return result;
}

}  // namespace

json page_data(const Report& report) {
  json data = to_json(report);
  data["exit"] = static_cast<int>(report.exit());
  data["disagreements"] = disagreements(report);
  data["sites"] = described_sites(data["sites"], report);
  describe_scenarios(data["scenarios"]);
  data["counterexamples"] = counterexamples_of(report);
  return data;
}

std::string page_of(const json& data) {
  std::string page(report_page::kHtml);
  replace(page, "/* page.css */", report_page::kCss);
  replace(page, "/* dom.js */", report_page::kDom);
  replace(page, "/* interleaving.js */", report_page::kInterleaving);
  replace(page, "/* tables.js */", report_page::kTables);
  replace(page, "/* page.js */", report_page::kProgram);
  replace(page, "/* data */", json_for_script(data));
  return page;
}

void write_html(const Report& report, const std::string& path) { write_text(path, page_of(page_data(report))); }

}  // namespace hallmark::check
