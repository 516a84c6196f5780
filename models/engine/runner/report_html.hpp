// A report as one page that needs nothing else: report_html/page.html with its style, its program and the data.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/engine/runner/report.hpp"

namespace hallmark::check {

/// The report as JSON, and what the page shows beside it: what each scenario holds, source excerpts, where the engines
/// disagree, and the steps of every counterexample, which are replayed for it.
nlohmann::json page_data(const Report& report);

/// The page that shows `data`.
std::string page_of(const nlohmann::json& data);

void write_html(const Report& report, const std::string& path);

}  // namespace hallmark::check
