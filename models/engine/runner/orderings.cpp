#include "models/engine/runner/orderings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace hallmark::check {
namespace {

using nlohmann::json;

constexpr std::string_view kOrderingsHead =
    R"(# Every atomic operation, its order, and why no weaker one will do

Made from [ledger.json](ledger.json), revision {}, by `hallmark-check mutants --write-ledger proofs/ledger.json`; not to
be edited. A site is an atomic operation of the kernel, named by its label. With `build/check/hallmark-check`:

| to see | run |
|---|---|
| a site's source line and comment, its partners and their lines, why it has its order, what refutes a weaker one | `hallmark-check explain LABEL` |
| the schedule that fails with a weaker order, as a table with a column a thread | `hallmark-check replay 'TOKEN'` |
| all of it judged anew, against the ledger | `hallmark-check mutants --check-ledger proofs/ledger.json` |

**Partners** are the sites of another thread that this one was seen to synchronise with, and a scenario that shows it:
← receives what the partner published, → publishes to the partner, release sequences included. Every such pair is
declared in the comment of one of the two, and every declared pair was seen, else the check fails. **Weaker** tells of
each weaker order by which scenario it is refuted and on which engines (relacy samples, explorer is exhaustive under
RC11, explorer-lb exhaustive with load buffering), what is violated, and the token of the first engine's schedule. An
order that is *refuted under load buffering only* would do under RC11. What each engine can't show is in
[memory_model.md](memory_model.md).
)";

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

// In a table's cell.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
  return text;
}

std::string joined(const std::vector<std::string>& lines) { return fmt::format("{}", fmt::join(lines, "<br>")); }

std::string text_of(const json& object, const char* key) { return object.value(key, std::string()); }

std::string partners_of(const json& site) {
  std::vector<std::string> lines;
  for (const json& seen : site.value("observed", json::array())) {
    const std::string relation = text_of(seen, "relation");
    if (relation == "reads") continue;
    lines.push_back(fmt::format("{} {} ({})", relation == "receives" ? "←" : "→", code(text_of(seen, "partner")),
                                code(text_of(seen, "scenario"))));
  }
  return lines.empty() ? "none" : joined(lines);
}

std::string fates_of(const json& site) {
  std::vector<std::string> lines;
  for (const json& fate : site.value("weaker", json::array())) {
    std::string line = fmt::format("{}: {}", text_of(fate, "order"), text_of(fate, "fate"));
    if (!text_of(fate, "token").empty()) {
      line += fmt::format(" by {} on {}: {}; {}", code(text_of(fate, "scenario")),
                          fmt::join(fate.value("by", std::vector<std::string>()), ", "), text_of(fate, "reason"),
                          code(text_of(fate, "token")));
    }
    lines.push_back(line);
  }
  return lines.empty() ? "none exists" : joined(lines);
}

// An entry of the gallery: what all engines say of it.
struct Entry {
  std::string what{};
  std::vector<std::string> judges{};
  std::vector<std::string> executions{};
  std::string token{};
  bool control = false;
};

// In the ledger's order.
std::vector<std::pair<std::string, Entry>> entries_of(const json& ledger) {
  std::vector<std::pair<std::string, Entry>> entries;
  for (const json& judged : ledger.value("gallery", json::array())) {
    const std::string id = text_of(judged, "id");
    auto found = std::ranges::find(entries, id, &std::pair<std::string, Entry>::first);
    if (found == entries.end()) found = entries.insert(found, {id, {.what = text_of(judged, "what")}});
    Entry& entry = found->second;
    entry.control = text_of(judged, "expected") == "passes";
    const std::string judge = text_of(judged, "judge");
    const auto executions = judged.value("executions", std::uint64_t{0});
    entry.judges.push_back(entry.control ? fmt::format("{} passes it", judge) : judge);
    entry.executions.push_back(entry.control
                                   ? fmt::format("{} {}", judge, executions)
                                   : fmt::format("{} {} {}", judge, code(text_of(judged, "scenario")), executions));
    if (entry.token.empty() || judge == "explorer") entry.token = text_of(judged, "token");
  }
  return entries;
}

constexpr std::string_view kGalleryHead =
    "| id | bug | schedule | judge | executions | token |\n|---|---|---|---|---|---|\n";

// The page in three parts, the middle one being the rows of its table.
struct Page {
  std::string_view before, rows, after;
};

Page parts_of(std::string_view page) {
  const std::size_t head = page.find(kGalleryHead);
  if (head == std::string_view::npos) return {page, {}, {}};
  const std::size_t begin = head + kGalleryHead.size();
  std::size_t end = begin;
  while (end < page.size() && page[end] == '|') end = std::min(page.find('\n', end), page.size() - 1) + 1;
  return {page.substr(0, head), page.substr(begin, end - begin), page.substr(end)};
}

std::vector<std::string> cells_of(std::string_view row) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] != '|' || row[i - 1] == '\\') {
      cell += row[i];
      continue;
    }
    const std::size_t first = std::min(cell.find_first_not_of(' '), cell.size());
    cells.push_back(cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
    cell.clear();
  }
  return cells;
}

// id -> schedule
std::map<std::string, std::string> schedules_of(std::string_view rows) {
  std::map<std::string, std::string> schedules;
  while (!rows.empty()) {
    const std::size_t end = std::min(rows.find('\n'), rows.size() - 1) + 1;
    const std::vector<std::string> cells = cells_of(rows.substr(0, end));
    if (cells.size() > 2) schedules[cells[0]] = cells[2];
    rows.remove_prefix(end);
  }
  return schedules;
}

}  // namespace

std::string orderings_page(const json& ledger) {
  std::string page = fmt::format(kOrderingsHead, ledger.value("revision", 1));
  std::string primitive;
  for (const json& site : ledger.value("sites", json::array())) {
    const std::string label = text_of(site, "label");
    if (const std::string its = label.substr(0, label.find('.')); its != primitive) {
      primitive = its;
      page += fmt::format(
          "\n## {}\n\n`{}`\n\n| site | operation | order | partners | why | weaker |\n|---|---|---|---|---|---|\n",
          primitive, text_of(site, "file"));
    }
    page += fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(label), text_of(site, "operation"),
                        text_of(site, "order"), cell(partners_of(site)), cell(text_of(site, "reason")),
                        cell(fates_of(site)));
  }
  return page;
}

std::string gallery_page(const json& ledger, std::string_view page) {
  const Page parts = parts_of(page);
  const std::map<std::string, std::string> schedules = schedules_of(parts.rows);
  std::string result = std::string(parts.before) + std::string(kGalleryHead);
  for (const auto& [id, entry] : entries_of(ledger)) {
    const auto schedule = schedules.find(id);
    result +=
        fmt::format("| {} | {} | {} | {} | {} | {} |\n", id, cell((entry.control ? "control: " : "") + entry.what),
                    schedule == schedules.end() ? "" : schedule->second, fmt::join(entry.judges, ", "),
                    fmt::join(entry.executions, "; "), entry.token.empty() ? "none" : code(entry.token));
  }
  return result + std::string(parts.after);
}

std::vector<std::string> gallery_page_findings(const json& ledger, std::string_view page) {
  std::map<std::string, std::string> schedules = schedules_of(parts_of(page).rows);
  std::vector<std::string> findings;
  for (const auto& [id, entry] : entries_of(ledger)) {
    const auto found = schedules.find(id);
    if (found == schedules.end()) {
      findings.push_back(fmt::format("gallery.md has no row for {}", id));
    } else {
      if (found->second.empty()) findings.push_back(fmt::format("gallery.md has no schedule for {}", id));
      schedules.erase(found);
    }
  }
  for (const auto& [id, schedule] : schedules) {
    findings.push_back(fmt::format("gallery.md has a row for {}, which doesn't exist", id));
  }
  return findings;
}

}  // namespace hallmark::check
