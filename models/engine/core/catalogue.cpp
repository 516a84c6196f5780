#include "models/engine/core/catalogue.hpp"

#include <algorithm>
#include <tuple>

namespace hallmark::check {
namespace {

std::vector<ScenarioType>& scenario_list() {
  static std::vector<ScenarioType> list;
  return list;
}

std::vector<GalleryEntry>& gallery_list() {
  static std::vector<GalleryEntry> list;
  return list;
}

// "Q2" before "Q10".
auto gallery_key(std::string_view id) { return std::tuple(id.empty() ? '\0' : id.front(), id.size(), id); }

}  // namespace

void register_scenario(const ScenarioType& type) { scenario_list().push_back(type); }

void register_gallery_entry(const GalleryEntry& entry) {
  // A gallery file is compiled once for each engine; the entry is the same.
  if (std::ranges::find(gallery_list(), entry.id, &GalleryEntry::id) == gallery_list().end()) {
    gallery_list().push_back(entry);
  }
}

const std::vector<ScenarioType>& all_scenarios() {
  std::ranges::sort(scenario_list(), {}, [](const ScenarioType& type) {
    return std::tuple(gallery_key(type.variant), type.info->name, type.engine);
  });
  return scenario_list();
}

const std::vector<GalleryEntry>& gallery() {
  std::ranges::sort(gallery_list(), {}, [](const GalleryEntry& entry) { return gallery_key(entry.id); });
  return gallery_list();
}

}  // namespace hallmark::check
