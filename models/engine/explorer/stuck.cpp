#include "models/engine/explorer/stuck.hpp"

#include "models/engine/explorer/linear.hpp"

namespace hallmark::explorer_engine {
namespace {

bool has_read_the_newest(const Execution& execution, const Graph& graph, std::size_t thread) {
  const std::vector<EventId>& own = graph.thread(thread);
  const std::size_t first = execution.is_awaiting(thread) ? execution.await_begin(thread) : own.size() - 1;
  for (std::size_t i = first; i < own.size(); ++i) {
    const GraphEvent& event = graph[own[i]];
    if (event.source != graph.newest(event.access.location)) return false;
  }
  return true;
}

}  // namespace

bool report_if_stuck(Execution& execution, const Graph& graph) {
  const char* what = nullptr;
  for (std::size_t t = 0; t < execution.threads(); ++t) {
    if (execution.status(t) == Status::finished || execution.status(t) == Status::failed) continue;
    if (!has_read_the_newest(execution, graph, t)) return false;
    if (execution.is_awaiting(t)) {
      if (what == nullptr) what = "hang: a thread awaits what no other thread will do";
    } else if (execution.pending(t).kind == AccessKind::leave_wait) {
      what = "lost wake-up: a thread waits on a condition that nobody will notify";
    } else if (what == nullptr) {
      what = "deadlock: a thread waits for a mutex that nobody will unlock";
    }
  }
  execution.report(what, {"", 0}, everything(graph));
  return true;
}

}  // namespace hallmark::explorer_engine
