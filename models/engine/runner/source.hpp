// What the source says about a site: the comment above it, and the partners that the comment names.
#pragma once

#include <string>
#include <vector>

#include "models/engine/core/site.hpp"

namespace hallmark::check {

struct SiteSource {
  std::vector<std::string> comment;   ///< lines, without the slashes
  std::vector<std::string> code;      ///< the statement, from its first line to the site's
  std::vector<std::string> partners;  ///< labels that the comment names
  std::string reason;                 ///< the comment up to "Pairs with"; without that, its first sentence
};

/// Reads the file that the site was located in. Empty when the site has not run or the file isn't there.
SiteSource read_source(const Site& site);

/// Finds the site in this file, so that it needn't run to be read. Returns false if the file doesn't have it.
bool locate(Site& site, const std::string& file);

}  // namespace hallmark::check
