// The documents that are made from the ledger.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hallmark::check {

/// proofs/ORDERINGS.md: a section for each primitive, a row for each site.
std::string orderings_page(const nlohmann::json& ledger);

/// proofs/gallery.md with its table made anew: a row for each entry of the ledger. `page` is the page as it is; of its
/// table the schedules are kept, which are written by hand, and all around it.
std::string gallery_page(const nlohmann::json& ledger, std::string_view page);

/// What the page lacks, a sentence each: rows without a schedule, rows of entries that don't exist.
std::vector<std::string> gallery_page_findings(const nlohmann::json& ledger, std::string_view page);

}  // namespace hallmark::check
