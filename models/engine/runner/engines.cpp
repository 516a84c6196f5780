// The engines of this build, by name.
#include "models/engine/explorer/engine.hpp"
#include "models/engine/relacy/engine.hpp"
#include "models/engine/runner/case.hpp"

namespace hallmark::check {

std::vector<std::string_view> engine_names() { return {"relacy", "explorer", "explorer-lb"}; }

std::unique_ptr<Engine> make_engine(std::string_view name) {
  if (name == "relacy") return relacy_engine::make_engine();
  if (name == "explorer") return explorer_engine::make_engine();
  if (name == "explorer-lb") return explorer_engine::make_engine(explorer_engine::Model::lb);
  return nullptr;
}

std::string draw_execution(std::string_view engine, const RunRequest& request) {
  return engine == "relacy" ? std::string() : explorer_engine::draw_schedule_svg(request);
}

}  // namespace hallmark::check
