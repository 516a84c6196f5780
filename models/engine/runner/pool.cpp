#include "models/engine/runner/pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>
#include <stdexcept>

namespace hallmark::check {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupt_flag = 0;

constexpr std::size_t kMostSites = 1024;
constexpr std::size_t kLongestText = 512;
constexpr std::size_t kLongestSchedule = 64 * 1024;

// What a worker leaves behind for its parent: memory that both map. The worker is the only writer.
struct Mailbox {
  LiveCounters counters;
  bool finished;
  std::uint64_t decisive;
  RunVerdict verdict;
  bool exhaustive;
  std::uint64_t executions, duplicates, blocked;
  std::array<char, kLongestText> failure;
  std::array<char, kLongestSchedule> schedule;
  struct Located {
    const char* file;  // a literal: worker and parent are the same program
    int line;
    bool in_two_places;
  };
  std::array<Located, kMostSites> sites;
  SitePairs pairs;  // of sites: worker and parent are the same program
};

template <std::size_t N>
void copy_text(const std::string& text, std::array<char, N>& to) {
  const std::size_t n = text.copy(to.data(), N - 1);
  to[n] = '\0';
}

struct Worker {
  pid_t pid = 0;  // 0: free
  std::size_t job = 0;
  Mailbox* mailbox = nullptr;
  Clock::time_point started;
  Clock::time_point last_progress;
  std::uint64_t last_executions = 0;
  bool hung = false;
  bool cancelled = false;
};

Mailbox* map_mailbox() {
  void* memory = mmap(nullptr, sizeof(Mailbox), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("the system refuses memory for worker processes");
  return ::new (memory) Mailbox();
}

[[noreturn]] void work(const Job& job, Mailbox& mailbox, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  std::signal(SIGINT, SIG_IGN);  // the parent ends its workers in order
  std::signal(SIGTERM, SIG_DFL);
  const std::vector<Site*>& sites = all_sites();
  for (Site* site : sites) {
    site->file = nullptr;
    site->line = 0;
  }

  RunResult result;
  bool all_exhaustive = true;
  bool all_conclusive = true;
  for (std::size_t i = 0; i < job.steps.size(); ++i) {
    const Step& step = job.steps[i];
    mailbox.decisive = i;
    const std::unique_ptr<Engine> engine = make_engine(step.which.scenario->engine);
    if (step.which.mutant.site != nullptr) step.which.mutant.site->active = step.which.mutant.order;
    result = engine->run({.scenario = step.which.scenario,
                          .first = step.first,
                          .count = step.count,
                          .counters = &mailbox.counters,
                          .schedule = {},
                          .pairs = job.records_pairs ? &mailbox.pairs : nullptr,
                          .trace = nullptr});
    mailbox.executions += result.executions;
    mailbox.duplicates += result.duplicates;
    mailbox.blocked += result.blocked;
    all_exhaustive &= result.exhaustive;
    all_conclusive &= result.verdict != RunVerdict::inconclusive;
    if (result.verdict == RunVerdict::violated) break;
  }
  const bool cut_off = result.verdict == RunVerdict::holds && !all_conclusive;
  mailbox.verdict = cut_off ? RunVerdict::inconclusive : result.verdict;
  mailbox.exhaustive = all_exhaustive;
  copy_text(result.failure, mailbox.failure);
  copy_text(result.schedule, mailbox.schedule);
  for (std::size_t i = 0; i < std::min(sites.size(), kMostSites); ++i) {
    mailbox.sites[i] = {sites[i]->file, sites[i]->line, sites[i]->in_two_places};
  }
  mailbox.finished = true;
  _exit(0);
}

void start(Worker& worker, std::size_t index, const Job& job) {
  ::new (worker.mailbox) Mailbox();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error(fmt::format("can't start a worker process: {}", std::strerror(errno)));
  if (pid == 0) work(job, *worker.mailbox, parent);
  worker.pid = pid;
  worker.job = index;
  worker.started = worker.last_progress = Clock::now();
  worker.last_executions = 0;
  worker.hung = worker.cancelled = false;
}

std::string describe_death(int status) {
  if (WIFSIGNALED(status)) {
    return fmt::format("worker process was ended by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  }
  return fmt::format("worker process exited with code {} before it had a result", WEXITSTATUS(status));
}

JobResult collect(const Worker& worker, int status, double hang_seconds) {
  const Mailbox& mailbox = *worker.mailbox;
  JobResult result;
  result.seconds = std::chrono::duration<double>(Clock::now() - worker.started).count();
  result.decisive = mailbox.decisive;
  result.executions = mailbox.finished ? mailbox.executions : mailbox.counters.executions;
  result.witnesses = mailbox.counters.witnesses;
  if (worker.cancelled) return result;
  if (worker.hung) {
    result.end = JobEnd::hung;
    result.detail = fmt::format("no execution ended for {:.0f} s: the worker process was killed", hang_seconds);
    return result;
  }
  if (!mailbox.finished) {
    result.end = JobEnd::died;
    result.detail = describe_death(status);
    return result;
  }
  result.end = JobEnd::finished;
  result.run.verdict = mailbox.verdict;
  result.run.exhaustive = mailbox.exhaustive;
  result.run.executions = mailbox.executions;
  result.run.duplicates = mailbox.duplicates;
  result.run.blocked = mailbox.blocked;
  result.run.failure = mailbox.failure.data();
  result.run.schedule = mailbox.schedule.data();
  const std::vector<Site*>& sites = all_sites();
  for (std::size_t i = 0; i < std::min(sites.size(), kMostSites); ++i) {
    if (mailbox.sites[i].line == 0) continue;
    sites[i]->located_at(mailbox.sites[i].file, mailbox.sites[i].line);
    sites[i]->in_two_places |= mailbox.sites[i].in_two_places;
    result.sites.push_back(sites[i]);
  }
  if (mailbox.pairs.overflown()) throw std::runtime_error("more pairs than a worker can report: raise their room");
  result.pairs = mailbox.pairs.list();
  return result;
}

// Kills workers that hang or whose result nobody wants; their end is collected like any other.
std::uint64_t watch(std::vector<Worker>& workers, const PoolOptions& options, const PoolObserver& observer) {
  std::uint64_t running = 0;
  const Clock::time_point now = Clock::now();
  for (Worker& worker : workers) {
    if (worker.pid == 0) continue;
    const std::uint64_t executions = static_cast<volatile std::uint64_t&>(worker.mailbox->counters.executions);
    running += executions;
    if (executions != worker.last_executions) {
      worker.last_executions = executions;
      worker.last_progress = now;
    }
    const bool hangs = std::chrono::duration<double>(now - worker.last_progress).count() > options.hang_seconds;
    const bool unwanted = interrupted() || !observer.wanted(worker.job);
    if (!hangs && !unwanted) continue;
    worker.hung = hangs;
    worker.cancelled = unwanted;
    kill(worker.pid, SIGKILL);
  }
  return running;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupt_flag = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_flag != 0; }

std::vector<JobResult> run_jobs(const std::vector<Job>& jobs, const PoolOptions& options,
                                const PoolObserver& observer) {
  if (all_sites().size() > kMostSites)
    throw std::runtime_error("more sites than a worker can report: raise kMostSites");
  std::vector<JobResult> results(jobs.size());
  std::vector<Worker> workers(options.processes);
  for (Worker& worker : workers) worker.mailbox = map_mailbox();

  std::size_t next = 0;
  std::size_t busy = 0;
  Clock::time_point last_tick = Clock::now();
  for (;;) {
    for (Worker& worker : workers) {
      while (next < jobs.size() && (interrupted() || !observer.wanted(next))) ++next;
      if (worker.pid != 0 || next == jobs.size()) continue;
      start(worker, next, jobs[next]);
      ++next;
      ++busy;
    }
    if (busy == 0) break;

    bool ended = false;
    for (Worker& worker : workers) {
      int status = 0;
      if (worker.pid == 0 || waitpid(worker.pid, &status, WNOHANG) != worker.pid) continue;
      results[worker.job] = collect(worker, status, options.hang_seconds);
      worker.pid = 0;
      --busy;
      ended = true;
      observer.done(worker.job, results[worker.job]);
    }
    if (!ended) poll(nullptr, 0, 2);
    if (Clock::now() - last_tick > std::chrono::milliseconds(100)) {
      last_tick = Clock::now();
      observer.tick(watch(workers, options, observer));
    }
  }
  for (Worker& worker : workers) munmap(worker.mailbox, sizeof(Mailbox));
  return results;
}

}  // namespace hallmark::check
