#include "models/engine/runner/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

namespace hallmark::check {
namespace {

std::vector<std::string> lines_up_to(const std::string& path, int last) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  std::string line;
  while (static_cast<int>(lines.size()) < last && std::getline(file, line)) lines.push_back(line);
  return lines;
}

std::string without_indent(const std::string& line) {
  const std::size_t start = line.find_first_not_of(' ');
  return start == std::string::npos ? std::string() : line.substr(start);
}

bool is_comment(const std::string& line) { return without_indent(line).starts_with("//"); }

std::string reason_of(const std::vector<std::string>& comment) {
  std::string text;
  for (const std::string& line : comment) text += (text.empty() ? "" : " ") + without_indent(line);
  std::size_t end = std::min(text.find("Pairs with"), text.find(" Weaker"));
  if (end == 0 || end == std::string::npos) end = text.find(". ");
  if (end == std::string::npos) return text;
  text.resize(std::min(text.find_last_not_of(' ', end - 1) + 1, text.size()));
  return text.ends_with('.') ? text : text + ".";
}

}  // namespace

SiteSource read_source(const Site& site) {
  // A statement is at most this many lines long; a longer search would find another site's comment.
  constexpr std::size_t kLongestStatement = 3;
  SiteSource result;
  if (site.file == nullptr) return result;
  const std::vector<std::string> lines = lines_up_to(std::string(HALLMARK_SOURCE_DIR "/") + site.file, site.line);
  if (static_cast<int>(lines.size()) < site.line) return result;

  auto line = lines.rbegin();
  while (line != lines.rend() && !is_comment(*line) && result.code.size() < kLongestStatement) {
    result.code.insert(result.code.begin(), without_indent(*line++));
  }
  while (line != lines.rend() && is_comment(*line)) {
    result.comment.insert(result.comment.begin(), without_indent(*line++).substr(2));
  }
  result.reason = reason_of(result.comment);
  static const std::regex kLabel(R"([a-z0-9_]+\.[a-z0-9_]+\.(load|store|rmw|cas)_[a-z0-9_]+)");
  for (const std::string& text : result.comment) {
    for (std::sregex_iterator match(text.begin(), text.end(), kLabel), end; match != end; ++match) {
      result.partners.push_back(match->str());
    }
  }
  std::ranges::sort(result.partners);
  result.partners.erase(std::unique(result.partners.begin(), result.partners.end()), result.partners.end());
  return result;
}

bool locate(Site& site, const std::string& file) {
  static std::set<std::string> names;  // a site keeps a pointer
  std::ifstream source(std::string(HALLMARK_SOURCE_DIR "/") + file);
  const std::string wanted = fmt::format("order<\"{}\">", site.label);
  std::string text;
  for (int line = 1; std::getline(source, text); ++line) {
    if (text.find(wanted) == std::string::npos) continue;
    site.located_at(names.insert(file).first->c_str(), line);
    return true;
  }
  return false;
}

}  // namespace hallmark::check
