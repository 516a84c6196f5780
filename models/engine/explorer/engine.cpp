#include "models/engine/explorer/engine.hpp"

#include "models/engine/explorer/buffering.hpp"
#include "models/engine/explorer/exploration.hpp"
#include "models/engine/explorer/schedule.hpp"

namespace hallmark::explorer_engine {
namespace {

using check::RunRequest;
using check::RunResult;

class ExplorerEngine final : public check::Engine {
 public:
  explicit ExplorerEngine(Model model) : model_(model) {}

  std::string_view name() const override { return model_ == Model::lb ? "explorer-lb" : "explorer"; }
  bool samples() const override { return false; }

  RunResult run(const RunRequest& request) override {
    if (!request.schedule.empty()) return replay(request);
    return model_ == Model::lb ? explore_with_buffering(request, {}) : Exploration(request, {}).run();
  }

  bool parse_schedule(std::string_view schedule, RunRequest& request) const override {
    std::vector<ScheduleStep> steps;
    request.schedule = schedule;
    return read_schedule(schedule, steps);
  }

 private:
  const Model model_;
};

}  // namespace

std::string draw_schedule_svg(const RunRequest& request) {
  std::string svg;
  replay(request, &svg);
  return svg;
}

std::unique_ptr<check::Engine> make_engine(Model model) { return std::make_unique<ExplorerEngine>(model); }

}  // namespace hallmark::explorer_engine
