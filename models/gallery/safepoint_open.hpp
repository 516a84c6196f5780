// For broken safepoints: a state whose fields a variant may reach.
#pragma once

#include "models/safepoint/safepoint_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {

class OpenState : public MutatorState {
 public:
  using MutatorState::acknowledged_;
  using MutatorState::attached_at_;
  using MutatorState::MutatorState;
  using MutatorState::whereabouts_;
};

/// The rules of the scenarios with a variant of the safepoint.
template <class Variant>
struct VariantRules {
  using Safepoint = Variant;
  using State = OpenState;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
