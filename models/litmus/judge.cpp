#include "models/litmus/judge.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <new>
#include <stdexcept>
#include <thread>

#include "models/litmus/interpreter.hpp"

namespace hallmark::litmus {
namespace {

// A process runs this many programs.
constexpr std::size_t kBatch = 32;

// One program's answer, in memory that the process which runs the engine shares with its parent.
struct Answer {
  Observations observations;
  check::LiveCounters counters;
  check::RunVerdict verdict{};
  std::uint64_t executions = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t blocked = 0;
  bool exhaustive = false;
  bool done = false;
  char failure[128]{};
};

class SharedAnswers {
 public:
  explicit SharedAnswers(std::size_t count) : size_(count * sizeof(Answer)) {
    void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no memory to share with the processes that run the engine");
    answers_ = static_cast<Answer*>(memory);
    for (std::size_t i = 0; i < count; ++i) ::new (&answers_[i]) Answer();
  }
  ~SharedAnswers() { munmap(answers_, size_); }
  SharedAnswers(const SharedAnswers&) = delete;
  SharedAnswers& operator=(const SharedAnswers&) = delete;

  Answer& operator[](std::size_t i) { return answers_[i]; }

 private:
  std::size_t size_;
  Answer* answers_;
};

void run_one(const Judge& judge, const Program& program, Answer& answer) {
  const Prepared prepared(program);
  interpreted = {&prepared, &answer.observations};
  const check::ScenarioInfo info{.name = program.name,
                                 .holds = "the outcome is allowed",
                                 .threads = static_cast<unsigned>(program.threads.size())};
  const check::ScenarioType type = judge.interpreter(info);
  const check::RunRequest request{
      .scenario = &type, .first = 1, .count = judge.executions, .counters = &answer.counters};
  const check::RunResult result = judge.make_engine()->run(request);
  answer.verdict = result.verdict;
  answer.executions = result.executions;
  answer.duplicates = result.duplicates;
  answer.blocked = result.blocked;
  answer.exhaustive = result.exhaustive;
  std::strncpy(answer.failure, result.failure.c_str(), sizeof(answer.failure) - 1);
  answer.done = true;
}

Judged judged_from(const Answer& answer) {
  Judged result{.behaviour = {},
                .executions = answer.executions,
                .duplicates = answer.duplicates,
                .blocked = answer.blocked,
                .rarest = ~std::uint64_t{0},
                .exhaustive = answer.exhaustive,
                .trouble = {}};
  if (!answer.done) {
    result.trouble = "the process that ran the engine ended before it had an answer";
  } else if (answer.observations.overflow) {
    result.trouble = "too many different outcomes";
  } else if (answer.verdict == check::RunVerdict::inconclusive) {
    result.trouble = "the engine cut executions off";
  } else if (answer.verdict == check::RunVerdict::violated) {
    result.behaviour.race = std::string_view(answer.failure).starts_with("data race");
    if (!result.behaviour.race) result.trouble = answer.failure;
  } else {
    const Observations& seen = answer.observations;
    result.behaviour.outcomes.insert(seen.outcomes, seen.outcomes + seen.count);
    for (unsigned i = 0; i < seen.count; ++i) result.rarest = std::min(result.rarest, seen.times[i]);
  }
  return result;
}

}  // namespace

std::vector<Judged> run(const Judge& judge, const std::vector<const Program*>& programs) {
  if (programs.empty()) return {};
  SharedAnswers answers(programs.size());
  const std::size_t most_processes = std::max(1U, std::thread::hardware_concurrency());
  std::deque<pid_t> processes;
  const auto await_oldest = [&processes] {
    waitpid(processes.front(), nullptr, 0);  // how it ended shows in the answers
    processes.pop_front();
  };
  for (std::size_t first = 0; first < programs.size(); first += kBatch) {
    if (processes.size() == most_processes) await_oldest();
    const pid_t process = fork();
    if (process < 0) throw std::runtime_error("cannot start a process for the engine");
    if (process == 0) {
      const std::size_t end = std::min(first + kBatch, programs.size());
      for (std::size_t i = first; i < end; ++i) run_one(judge, *programs[i], answers[i]);
      _exit(0);
    }
    processes.push_back(process);
  }
  while (!processes.empty()) await_oldest();
  std::vector<Judged> results;
  for (std::size_t i = 0; i < programs.size(); ++i) results.push_back(judged_from(answers[i]));
  return results;
}

}  // namespace hallmark::litmus
