// OwnProcess: the process in which an object was made. A child that was forked from it has a copy of the object's
// memory, and none of the threads that belong to it.
//
// Thread roles: any. No lock, no system call but in the first constructor of a process.
#pragma once

#include <pthread.h>

namespace hallmark::vocabulary {

/// Children are told by pthread_atfork: a child that came by vfork, posix_spawn or clone is not, and has to call exec.
class OwnProcess {
 public:
  OwnProcess() : forks_(count_forks()) {}

  /// False in a child that was forked since. Complexity: O(1), a load and a comparison.
  bool is_this() const { return forks_ == forks; }

 private:
  static unsigned count_forks() {
    static const int registered = pthread_atfork(nullptr, nullptr, [] { ++forks; });
    // Refused only for want of memory: then children aren't told.
    static_cast<void>(registered);
    return forks;
  }

  /// Forks on the way from the first process to this one. Written while the process has one thread.
  inline static unsigned forks = 0;

  const unsigned forks_;
};

}  // namespace hallmark::vocabulary
