// The scheduler of our random executions: a uniform choice among the runnable threads at every step.
//
// Relacy's own random_scheduler draws bit 16 of x = x + c + (x << k), which depends on the 17 lowest bits of x alone:
// two threads have at most 2^17 different schedules under it, however many executions are asked for, and some are never
// among them. This one draws from SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
// OOPSLA 2014), seeded with the number of the execution.
#pragma once

#include <cstdint>

#include "models/engine/relacy/relacy.hpp"

namespace hallmark::relacy_engine {

class RandomNumbers {
 public:
  void seed(std::uint64_t number) { state_ = mix(number + kIncrement); }

  /// Uniform in [0, limit), limit at least 1.
  unsigned below(unsigned limit) {
    state_ += kIncrement;
    return static_cast<unsigned>(((mix(state_) >> 32) * limit) >> 32);
  }

 private:
  static constexpr std::uint64_t kIncrement = 0x9e3779b97f4a7c15;

  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_ = 0;
};

/// Relacy calls the members; their names and meaning are those of rl::random_scheduler.
template <rl::thread_id_t N>
class RandomScheduler : public rl::scheduler<RandomScheduler<N>, rl::scheduler_thread_info, N> {
 public:
  using Base = rl::scheduler<RandomScheduler<N>, rl::scheduler_thread_info, N>;
  using shared_context_t = typename Base::shared_context_t;
  struct task_t {};

  RandomScheduler(rl::test_params& params, shared_context_t& context, rl::thread_id_t dynamic_threads)
      : Base(params, context, dynamic_threads) {}

  rl::thread_id_t iteration_begin_impl() {
    numbers_.seed(this->iter_);
    rl::unpark_reason reason = rl::unpark_reason_normal;
    return schedule_impl(reason, 0);
  }

  bool iteration_end_impl() { return this->iter_ == this->params_.iteration_count; }

  rl::thread_id_t schedule_impl(rl::unpark_reason& reason, unsigned) {
    if (this->spurious_thread_count_ > 0 && this->running_threads_count > 0) {
      // One step in eight wakes a waiting thread up for no reason, as condition variables may.
      const unsigned pick = numbers_.below(static_cast<unsigned>(this->spurious_thread_count_) * 8);
      if (pick < static_cast<unsigned>(this->spurious_thread_count_)) {
        const rl::thread_id_t thread = this->spurious_threads_[pick]->index_;
        this->unpark_thread(thread);
        reason = rl::unpark_reason_spurious;
        return thread;
      }
    }
    reason = rl::unpark_reason_normal;
    return this->running_threads[numbers_.below(static_cast<unsigned>(this->running_threads_count))];
  }

  unsigned rand_impl(unsigned limit, rl::sched_type) { return numbers_.below(limit); }
  rl::iteration_t iteration_count_impl() { return this->params_.iteration_count; }
  void get_state_impl(std::ostream&) {}
  void set_state_impl(std::istream&) {}
  void on_thread_block(rl::thread_id_t, bool) {}

 private:
  RandomNumbers numbers_;
};

}  // namespace hallmark::relacy_engine
