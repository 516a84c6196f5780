// Everything that can be run: the scenarios with the engines they were compiled for, and the gallery of broken code.
#pragma once

#include <string_view>
#include <vector>

#include "models/engine/core/scenario.hpp"

namespace hallmark::check {

/// A bug that was really found somewhere, or correct code that was taken for one (a control). The variant is checked
/// by the scenarios that were registered for its id.
struct GalleryEntry {
  std::string_view id;    ///< "Q1"
  std::string_view what;  ///< what the variant does differently
  bool control = false;   ///< correct code: must pass
};

void register_gallery_entry(const GalleryEntry& entry);

struct RegisterGalleryEntry {
  explicit RegisterGalleryEntry(const GalleryEntry& entry) { register_gallery_entry(entry); }
};

/// Sorted by variant, then name, then engine.
const std::vector<ScenarioType>& all_scenarios();

/// Sorted by letter, then number.
const std::vector<GalleryEntry>& gallery();

}  // namespace hallmark::check
