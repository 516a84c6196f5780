// What marking is measured against on this machine, all in the same plain heap with huge pages:
//
//   visit        reads each object once, in a known order, depth first, with the best prefetch distance; nothing is
//                marked and nothing is discovered. Nobody who has to find the objects can be faster
//   chase        follows a list: each address depends on the load before it
//   depth-first  the marker of a text book: a stack and a side bitmap with plain marks, no prefetch
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "tests/benchmarks/marking/plain_heap.hpp"
#include "tests/benchmarks/marking/subject.hpp"
#include "tests/benchmarks/pinning.hpp"

namespace hallmark::bench {
namespace {

/// What a visit leaves behind: it is compared with the graph, so that no visit is skipped.
struct Seen {
  std::uint64_t references = 0;
  std::uint64_t ids = 0;

  Seen& operator+=(const Seen& other) {
    references += other.references;
    ids += other.ids;
    return *this;
  }
  bool operator==(const Seen&) const = default;
};

/// Runs a function in a second thread that spins while it waits: nothing is woken within the time.
class Helper {
 public:
  Helper() : thread_([this] { serve(); }) { pin_this_thread(0); }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;
  ~Helper() {
    task_ = nullptr;
    start();
    thread_.join();
  }

  /// Runs here(0) in this thread and there(1) in the other; returns when both are done.
  void both(const std::function<void(unsigned)>& task) {
    task_ = &task;
    start();
    task(0);
    while (done_.load(std::memory_order_acquire) != asked_.load(std::memory_order_relaxed)) {
    }
  }

 private:
  void start() { asked_.fetch_add(1, std::memory_order_release); }

  void serve() {
    pin_this_thread(1);
    for (std::uint64_t turn = 1;; ++turn) {
      while (asked_.load(std::memory_order_acquire) < turn) {
      }
      if (task_ == nullptr) return;
      (*task_)(1);
      done_.store(turn, std::memory_order_release);
    }
  }

  alignas(64) std::atomic<std::uint64_t> asked_ = 0;
  alignas(64) std::atomic<std::uint64_t> done_ = 0;
  const std::function<void(unsigned)>* task_ = nullptr;
  std::thread thread_;
};

class Visit : public PlainHeap {
 public:
  explicit Visit(unsigned threads) : threads_(threads) {}

  void know(const Graph& graph, std::span<const Object> objects) {
    for (const std::uint32_t id : marking_order(graph)) {
      (graph.is_node(id) ? nodes_ : arrays_).push_back(objects[id]);
      if (graph.is_node(id)) expected_.ids += id;
      for (const std::uint32_t target : graph.references_of(id)) expected_.references += target != kNull ? 1 : 0;
    }
    // Beyond the end something can be prefetched as well.
    nodes_.insert(nodes_.end(), kDistances.back(), nodes_.front());
    arrange();
  }

  MarkRun mark() {
    MarkRun run;
    run.nanoseconds = time_of(distance_, both_ends_);
    run.marked = nodes_.size() - kDistances.back() + arrays_.size();
    run.counters["prefetch_distance"] = static_cast<double>(distance_);
    run.counters["prefetch_both_ends"] = both_ends_ ? 1 : 0;
    return run;
  }

 private:
  static constexpr std::array<std::size_t, 6> kDistances{0, 4, 8, 16, 32, 64};

  void arrange() {
    double best = 1e300;
    for (const std::size_t distance : kDistances) {
      for (const bool both_ends : {false, true}) {
        const double time = std::min(time_of(distance, both_ends), time_of(distance, both_ends));
        if (time >= best) continue;
        best = time;
        distance_ = distance;
        both_ends_ = both_ends;
      }
    }
  }

  double time_of(std::size_t distance, bool both_ends) {
    struct alignas(64) Part {
      Seen seen;
    };
    std::array<Part, 2> parts;
    const std::function<void(unsigned)> visit = [&](unsigned part) {
      parts[part].seen = both_ends ? visit_part<true>(part, distance) : visit_part<false>(part, distance);
    };
    const double time = nanoseconds([&] { threads_ == 1 ? visit(0) : helper_.both(visit); });
    parts[0].seen += parts[1].seen;
    if (parts[0].seen != expected_) std::abort();
    return time;
  }

  template <bool BothEnds>
  Seen visit_part(unsigned part, std::size_t distance) const {
    const std::size_t count = nodes_.size() - kDistances.back();
    Seen seen;
    for (const Object array : arrays_) {
      const std::size_t length = length_of_array(array);
      for (std::size_t i = length * part / threads_; i < length * (part + 1) / threads_; ++i) {
        seen.references += array[i] != 0 ? 1 : 0;
      }
    }
    for (std::size_t i = count * part / threads_; i < count * (part + 1) / threads_; ++i) {
      __builtin_prefetch(nodes_[i + distance]);
      if constexpr (BothEnds) __builtin_prefetch(nodes_[i + distance] + kNodeWords - 1);
      const Object node = nodes_[i];
      for (std::size_t slot = 0; slot < kNodeSlots; ++slot) seen.references += node[slot] != 0 ? 1 : 0;
      seen.ids += node[kNodeSlots];
    }
    return seen;
  }

  unsigned threads_;
  Helper helper_;
  std::vector<Object> nodes_;
  std::vector<Object> arrays_;
  Seen expected_;
  std::size_t distance_ = 0;
  bool both_ends_ = false;
};

class Chase : public PlainHeap {
 public:
  MarkRun mark() {
    MarkRun run;
    run.nanoseconds = nanoseconds([&] {
      for (const std::uint64_t* node = root_; node != nullptr; node = reference(node, 0)) ++run.marked;
    });
    return run;
  }
};

class DepthFirst : public PlainHeap {
 public:
  MarkRun mark() {
    std::fill(node_marks_.begin(), node_marks_.end(), 0);
    arrays_.clear();
    MarkRun run;
    run.nanoseconds = nanoseconds([&] {
      find(root_);
      while (!pending_.empty()) {
        const std::uint64_t* const object = pending_.back();
        pending_.pop_back();
        ++run.marked;
        const std::size_t length = is_node(object) ? kNodeSlots : length_of_array(object);
        for (std::size_t slot = 0; slot < length; ++slot) {
          if (object[slot] != 0) find(reference(object, slot));
        }
      }
    });
    return run;
  }

  Object make_node(std::uint32_t id) {
    Object node = PlainHeap::make_node(id);
    node_marks_.resize(index_of_node(node) / 64 + 1);
    return node;
  }

 private:
  void find(const std::uint64_t* object) {
    if (is_node(object)) {
      const std::size_t index = index_of_node(object);
      std::uint64_t& word = node_marks_[index / 64];
      const std::uint64_t bit = std::uint64_t{1} << (index % 64);
      if ((word & bit) != 0) return;
      word |= bit;
    } else {
      if (std::find(arrays_.begin(), arrays_.end(), object) != arrays_.end()) return;
      arrays_.push_back(object);
    }
    pending_.push_back(object);
  }

  std::vector<std::uint64_t> node_marks_;
  std::vector<const std::uint64_t*> arrays_;
  std::vector<const std::uint64_t*> pending_;
};

}  // namespace
}  // namespace hallmark::bench

int main(int count, char** arguments) {
  using namespace hallmark::bench;
  const auto visit = [](unsigned threads) {
    return [threads](const Graph& graph, unsigned marks) { return measure<Visit>(graph, marks, threads); };
  };
  const std::vector<Offer> offers{{"visit", 1, visit(1)},
                                  {"visit", 2, visit(2)},
                                  {"chase", 1, measure<Chase>, "list"},
                                  {"depth-first", 1, measure<DepthFirst>}};
  return run_offers(std::span(arguments, static_cast<std::size_t>(count)), offers);
}
