// The explorer: every execution of a scenario under a memory model, each once.
#pragma once

#include <memory>
#include <string>

#include "models/engine/core/engine.hpp"

namespace hallmark::explorer_engine {

/// The memory model that executions are checked against: RC11 (consistency.hpp), or RC11 with load buffering where the
/// store doesn't depend on the load (buffering.hpp).
enum class Model : unsigned char { rc11, lb };

/// The execution that the request's schedule names, as an SVG (drawing.hpp).
std::string draw_schedule_svg(const check::RunRequest& request);

std::unique_ptr<check::Engine> make_engine(Model model = Model::rc11);

}  // namespace hallmark::explorer_engine
