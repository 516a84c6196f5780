// The scenarios of the models on real threads: `threads --list`, `threads ID NAME EXECUTIONS SECONDS`; ID is a gallery
// entry, or - for the kernel; an execution that takes so many seconds hangs. Every execution is a fresh object whose
// threads start together, with pauses of its own.
//
// Exit code: 0 nothing was seen, 2 wrong use, 65 a property was violated. A program whose execution doesn't end is
// ended by SIGALRM, which no handler sees: ThreadSanitizer would keep it from a thread that waits. A sanitizer's report
// ends the program with its own code; so that it comes to one, a violation that is found after the threads have ended
// is counted and the executions go on.
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "models/engine/core/catalogue.hpp"
#include "tests/stress/chaos.hpp"

namespace {

using hallmark::check::Scenario;
using hallmark::check::ScenarioType;
using hallmark::testing::Chaos;

constexpr int kViolated = 65;

struct Abandoned {};
bool threads_running = false;
std::atomic<unsigned long> violations{0};  // two threads may fail at once

/// Threads that run are not to be stopped: the program ends.
void fail(const char* what, const char* file, int line) {
  if (violations++ == 0) std::fprintf(stderr, "violated: %s at %s:%d\n", what, file, line);
  if (threads_running) _exit(kViolated);
  throw Abandoned{};
}

/// All threads leave `meet` together.
class Meeting {
 public:
  explicit Meeting(unsigned threads) : threads_(threads) {}

  void meet() {
    const unsigned round = round_.load();
    if (arrived_.fetch_add(1) + 1 == threads_) {
      arrived_.store(0);
      round_.store(round + 1);
    }
    while (round_.load() == round) sched_yield();
  }

 private:
  const unsigned threads_;
  std::atomic<unsigned> arrived_{0};
  std::atomic<unsigned> round_{0};
};

/// Runs executions until there have been enough of them.
class Runner {
 public:
  explicit Runner(const ScenarioType& type) : type_(type), meeting_(type.info->threads) {}

  void run(unsigned long executions, unsigned seconds) {
    std::vector<std::thread> others;
    for (unsigned id = 1; id < type_.info->threads; ++id) {
      others.emplace_back([this, id] {
        while (take_part(id)) {
        }
      });
    }
    const std::align_val_t alignment{type_.alignment};
    for (number_ = 1; number_ <= executions; ++number_) {
      alarm(seconds);
      Chaos::enter_thread(number_ * 16 + 15);
      void* const storage = ::operator new(type_.size, alignment);
      scenario_ = type_.construct(storage);
      scenario_->info = type_.info;
      threads_running = true;
      take_part(0);
      threads_running = false;
      try {
        scenario_->invariant();
        scenario_->after();
      } catch (const Abandoned&) {
      }
      scenario_->~Scenario();
      ::operator delete(storage, alignment);
    }
    scenario_ = nullptr;
    take_part(0);
    for (std::thread& other : others) other.join();
  }

 private:
  /// Returns false when there are no more executions.
  bool take_part(unsigned id) {
    meeting_.meet();
    if (scenario_ == nullptr) return false;
    Chaos::enter_thread(number_ * 16 + id);
    // One thread is well ahead of another at times, whatever the scheduler does.
    for (std::uint64_t pauses = Chaos::next() % 2 * (Chaos::next() % 64); pauses > 0; --pauses)
      Chaos::before_operation();
    scenario_->thread(id);
    meeting_.meet();
    return true;
  }

  const ScenarioType& type_;
  Meeting meeting_;
  Scenario* scenario_ = nullptr;
  unsigned long number_ = 0;
};

std::string_view id_of(const ScenarioType& type) { return type.variant.empty() ? "-" : type.variant; }

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "--list") == 0) {
    for (const ScenarioType& type : hallmark::check::all_scenarios()) {
      std::printf("%s %s\n", std::string(id_of(type)).c_str(), std::string(type.info->name).c_str());
    }
    return 0;
  }
  if (count != 5) {
    std::fprintf(stderr, "usage: %s --list | ID NAME EXECUTIONS SECONDS\n", arguments[0]);
    return 2;
  }
  hallmark::check::LiveCounters counters;
  hallmark::check::current_run = {&counters, &fail};
  for (const ScenarioType& type : hallmark::check::all_scenarios()) {
    if (id_of(type) != arguments[1] || type.info->name != arguments[2]) continue;
    Runner(type).run(std::strtoul(arguments[3], nullptr, 10),
                     static_cast<unsigned>(std::strtoul(arguments[4], nullptr, 10)));
    if (violations > 0) std::fprintf(stderr, "%lu executions violate it\n", violations.load());
    return violations > 0 ? kViolated : 0;
  }
  std::fprintf(stderr, "there is no scenario %s of %s\n", arguments[2], arguments[1]);
  return 2;
}
