// Figures as bench.py lists them: {benchmark, graph, subject, workers, metric, unit, median, min, max, runs}.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

class Records {
 public:
  struct What {
    std::string graph, subject;
    unsigned workers;
    const char* metric;
    const char* unit;
  };

  /// `values` isn't empty.
  void add(const What& what, std::vector<double> values) {
    std::sort(values.begin(), values.end());
    char figures[160];
    std::snprintf(figures, sizeof(figures), R"("median": %.6g, "min": %.6g, "max": %.6g, "runs": %zu)",
                  values[values.size() / 2], values.front(), values.back(), values.size());
    lines_.push_back(R"({"benchmark": "collect", "graph": ")" + what.graph + R"(", "subject": ")" + what.subject +
                     R"(", "workers": )" + std::to_string(what.workers) + R"(, "metric": ")" + what.metric +
                     R"(", "unit": ")" + what.unit + "\", " + figures + "}");
  }

  /// False if the file can't be written.
  bool write(const std::string& path) const {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    if (file == nullptr) return false;
    std::fputs("[", file);
    for (std::size_t i = 0; i < lines_.size(); ++i) std::fprintf(file, "%s\n %s", i == 0 ? "" : ",", lines_[i].c_str());
    std::fputs("\n]\n", file);
    return std::fclose(file) == 0;
  }

 private:
  std::vector<std::string> lines_;
};
