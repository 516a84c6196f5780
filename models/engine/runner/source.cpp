#include "models/engine/runner/source.hpp"

#include <algorithm>
#include <fstream>
#include <regex>

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
  static const std::regex kLabel(R"([a-z0-9_]+\.[a-z0-9_]+\.(load|store|rmw|cas)_[a-z0-9_]+)");
  for (const std::string& text : result.comment) {
    for (std::sregex_iterator match(text.begin(), text.end(), kLabel), end; match != end; ++match) {
      if (match->str() != site.label) result.partners.push_back(match->str());
    }
  }
  std::ranges::sort(result.partners);
  result.partners.erase(std::unique(result.partners.begin(), result.partners.end()), result.partners.end());
  return result;
}

}  // namespace hallmark::check
