// The Relacy engine: random executions, the number of the execution being its seed.
#pragma once

#include <memory>

#include "models/engine/core/engine.hpp"

namespace hallmark::relacy_engine {

std::unique_ptr<check::Engine> make_engine();

}  // namespace hallmark::relacy_engine
