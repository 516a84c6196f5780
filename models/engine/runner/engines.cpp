// The engines of this build, by name.
#include "models/engine/relacy/engine.hpp"
#include "models/engine/runner/case.hpp"

namespace hallmark::check {

std::vector<std::string_view> engine_names() { return {"relacy"}; }

std::unique_ptr<Engine> make_engine(std::string_view name) {
  if (name == "relacy") return relacy_engine::make_engine();
  return nullptr;
}

}  // namespace hallmark::check
