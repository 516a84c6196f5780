// For gallery files whose bug not every engine can show.
#pragma once

#include <string_view>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {

/// As RegisterScenario, but only where the explorer runs; elsewhere it registers nothing, so that an engine is not blamed
/// for what it can't see.
template <class S>
class RegisterScenarioForExplorer {
 public:
  explicit RegisterScenarioForExplorer(std::string_view variant) {
    if constexpr (sync::kEngine == "explorer") check::RegisterScenarioFor<S>(sync::kEngines, variant);
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
