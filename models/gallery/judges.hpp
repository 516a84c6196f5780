// For gallery files whose bug not every engine can show.
#pragma once

#include <string_view>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {

/// As RegisterScenario, but only on the engine that GalleryEntry::judge names; on the others it registers nothing, so
/// that they are not blamed for what they can't see.
template <class S>
class RegisterScenarioForExplorer {
 public:
  explicit RegisterScenarioForExplorer(std::string_view variant) {
    if constexpr (sync::kEngine == "explorer") check::RegisterScenarioFor<S>(sync::kEngines, variant);
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
