// For scenario files: registers a class for the backend that this translation unit is compiled with.
#pragma once

#include <hallmark/sync/sync.hpp>

#include "models/engine/core/catalogue.hpp"
#include "models/engine/core/scenario.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class S>
class RegisterScenario : check::RegisterScenarioFor<S> {
 public:
  explicit RegisterScenario(std::string_view variant = {}) : check::RegisterScenarioFor<S>(sync::kEngines, variant) {}
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
