// Holder: holds threads of this program for seeded times, wherever they are, by a real-time signal whose handler
// sleeps.
#pragma once

#include <dirent.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace hallmark::testing {

/// The ids of all threads of this program.
inline std::vector<pid_t> all_threads() {
  std::vector<pid_t> threads;
  DIR* const folder = opendir("/proc/self/task");
  if (folder == nullptr) return threads;
  while (const dirent* const entry = readdir(folder)) {
    if (entry->d_name[0] != '.') threads.push_back(std::atoi(entry->d_name));
  }
  closedir(folder);
  return threads;
}

/// Whether a thread takes the signal now. Not if it blocks it, as a sanitizer's own thread does, or is being held:
/// signals to it would pile up, until the system has no room for those of any process of this user.
inline bool takes_signal(pid_t thread, int signal) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigBlk:")) continue;
    const std::uint64_t blocked = std::strtoull(line.c_str() + std::strlen("SigBlk:"), nullptr, 16);
    return (blocked >> (signal - 1) & 1) == 0;
  }
  return false;  // it has ended
}

/// Joins a thread, and isn't held meanwhile. A join frees what the thread leaves behind, and a call that may wait is one
/// in which ThreadSanitizer runs handlers at once: a handler would then wait for what its own thread has locked to free.
inline void join_unheld(std::thread& thread) {
  sigset_t holding;
  sigset_t before;
  sigemptyset(&holding);
  sigaddset(&holding, SIGRTMIN);
  pthread_sigmask(SIG_BLOCK, &holding, &before);
  thread.join();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

/// From construction to destruction. One at a time in a program; threads that end meanwhile are joined by join_unheld.
class Holder {
 public:
  /// A thread is held for up to `most_ms`; most holds are much shorter.
  Holder(std::uint64_t seed, unsigned most_ms) : most_ns_(most_ms * 1000000ULL) {
    count() = 0;  // a look at `held` may come before the thread
    thread_ = std::thread([this, seed] { run(seed); });
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    is_over_ = true;
    join_unheld(thread_);
  }

  /// How many times a thread was held.
  static std::uint64_t held() { return count(); }

 private:
  static std::atomic<std::uint64_t>& count() {
    static std::atomic<std::uint64_t> held{0};
    return held;
  }

  static void hold(int, siginfo_t* info, void*) {
    const auto ns = static_cast<long>(info->si_value.sival_int);
    const timespec time{0, ns};
    nanosleep(&time, nullptr);
    ++count();
  }

  void run(std::uint64_t seed) {
    struct sigaction action {};
    action.sa_sigaction = &hold;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigaction(SIGRTMIN, &action, nullptr);
    std::mt19937_64 random(seed);
    const pid_t own = static_cast<pid_t>(syscall(SYS_gettid));
    while (!is_over_) {
      const std::vector<pid_t> threads = all_threads();
      const pid_t thread = threads[random() % threads.size()];
      // Short ones mostly; one in eight may be the longest.
      const std::uint64_t ns = random() % (random() % 8 == 0 ? most_ns_ : most_ns_ / 50 + 1);
      siginfo_t info{};
      info.si_code = SI_QUEUE;
      info.si_pid = getpid();
      info.si_uid = getuid();
      info.si_value.sival_int = static_cast<int>(ns);
      if (thread != own && takes_signal(thread, SIGRTMIN))
        syscall(SYS_rt_tgsigqueueinfo, getpid(), thread, SIGRTMIN, &info);
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 500));
    }
  }

  const std::uint64_t most_ns_;
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

}  // namespace hallmark::testing
