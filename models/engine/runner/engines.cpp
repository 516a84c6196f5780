// The engines of this build, by name.
#include "models/engine/explorer/engine.hpp"
#include "models/engine/relacy/engine.hpp"
#include "models/engine/runner/case.hpp"

namespace hallmark::check {

std::vector<std::string_view> engine_names() { return {"relacy", "explorer"}; }

std::unique_ptr<Engine> make_engine(std::string_view name) {
  if (name == "relacy") return relacy_engine::make_engine();
  if (name == "explorer") return explorer_engine::make_engine();
  return nullptr;
}

}  // namespace hallmark::check
