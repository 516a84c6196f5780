#include "models/engine/runner/counterexample.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "models/engine/core/trace_text.hpp"
#include "models/engine/runner/case.hpp"

namespace hallmark::check {
namespace {

using nlohmann::json;

constexpr unsigned kLongestReplay = 30;  // seconds

std::string_view name_of(EventKind kind) {
  switch (kind) {
    case EventKind::load: return "load";
    case EventKind::store: return "store";
    case EventKind::rmw: return "rmw";
    case EventKind::cas: return "cas";
    case EventKind::cas_fail: return "cas_fail";
    case EventKind::plain_read: return "plain_read";
    case EventKind::plain_write: return "plain_write";
    case EventKind::lock: return "lock";
    case EventKind::unlock: return "unlock";
    case EventKind::lock_blocked: return "lock_blocked";
    case EventKind::wait: return "wait";
    case EventKind::wake: return "wake";
    case EventKind::notify: return "notify";
    case EventKind::failure: return "failure";
  }
  return {};
}

// A compiler that is given relative paths, as compiler caches do, names files as seen from the build folder.
std::string_view from_root(const char* file) {
  std::string_view path = file == nullptr ? "" : file;
  while (path.starts_with("../")) path.remove_prefix(3);
  return path;
}

json step_to_json(const Event& event) {
  const bool failed = event.kind == EventKind::failure;
  json step = {{"thread", event.thread},
               {"kind", name_of(event.kind)},
               {"text", failed ? event.text : effect_in_words(event)},
               {"file", from_root(event.file)},
               {"line", event.line}};
  if (event.site != nullptr) {
    step["label"] = event.site->label;
    step["order"] = vocabulary::name_of(event.order);
  }
  if (is_read(event.kind)) {
    step["from"] = event.reads_from == kNoEvent ? json() : json(event.reads_from);
    if (event.stale) step["stale"] = true;
    if (event.spurious) step["spurious"] = true;
  }
  return step;
}

json replayed(const std::string& token) {
  const TokenContents contents = parse_token(token);
  const auto& [scenario, mutant] = contents.which;
  static LiveCounters counters;
  Trace trace;
  RunRequest request;
  request.scenario = scenario;
  request.counters = &counters;
  request.trace = &trace;
  const std::unique_ptr<Engine> engine = make_engine(scenario->engine);
  if (!engine->parse_schedule(contents.schedule, request)) return {};
  if (mutant.site != nullptr) mutant.site->active = mutant.order;
  const RunResult result = engine->run(request);
  json steps = json::array();
  for (const Event& event : trace.events) steps.push_back(step_to_json(event));
  json mutation;
  if (mutant.site != nullptr) {
    mutation = {{"label", mutant.site->label},
                {"order", vocabulary::name_of(mutant.order)},
                {"declared", vocabulary::name_of(mutant.site->declared)}};
  }
  return {{"scenario", display_name(*scenario)},
          {"engine", scenario->engine},
          {"holds", scenario->info->holds},
          {"threads", scenario->info->threads},
          {"mutant", mutation},
          {"violated", result.verdict == RunVerdict::violated},
          {"steps", steps}};
}

[[noreturn]] void replay_into(int pipe, const std::string& token) {
  alarm(kLongestReplay);
  std::string text;
  try {
    text = replayed(token).dump(-1, ' ', false, json::error_handler_t::replace);
  } catch (const UsageError&) {
    _exit(1);
  }
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t n = write(pipe, text.data() + sent, text.size() - sent);
    if (n <= 0) _exit(1);
    sent += static_cast<std::size_t>(n);
  }
  _exit(0);
}

}  // namespace

json counterexample(const std::string& token) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  const pid_t child = fork();
  if (child == 0) replay_into(ends[1], token);
  close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  if (child > 0) waitpid(child, &status, 0);
  const json result = json::parse(text, nullptr, false);
  return result.is_object() ? result : json();
}

}  // namespace hallmark::check
