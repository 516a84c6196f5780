// Functions of a program that a heap calls, and that call it: each call that would wait for ever is reported.
#include <hallmark/hallmark.hpp>
#include <hallmark/hallmark_c.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace hallmark;

/// What a call is made with.
struct Program {
  Heap& heap;
  Mutator* own;     ///< of the thread that collects, or none
  Mutator* others;  ///< another thread's
};
using Call = std::function<void(Program&)>;

/// What the next callback does.
std::function<void()> in_callback;  // NOLINT

/// An object whose trace function does it.
struct Caller {
  std::uint64_t number = 0;
  static void trace(const std::byte*, std::size_t, const SlotVisitor&) {
    if (in_callback) in_callback();
  }
};

/// A thread that is attached, in foreign code, until the end of the scope.
class OtherThread {
 public:
  explicit OtherThread(Heap& heap)
      : thread_([this, &heap] {
          Mutator mutator = heap.attach("other");
          mutator_ = &mutator;
          const Foreign waiting(mutator);
          while (!is_over_) std::this_thread::yield();
        }) {
    while (mutator_ == nullptr) std::this_thread::yield();
  }
  OtherThread(const OtherThread&) = delete;
  OtherThread& operator=(const OtherThread&) = delete;
  ~OtherThread() {
    is_over_ = true;
    thread_.join();
  }
  Mutator* mutator() const { return mutator_; }

 private:
  std::atomic<Mutator*> mutator_{nullptr};
  std::atomic<bool> is_over_{false};
  std::thread thread_;
};

// Each of these calls in one kind of callback. A call that waits is ended after 20 s.

void in_source(const Call& call) {
  alarm(20);
  Heap heap({.automatic = false});
  const OtherThread other(heap);
  Mutator own = heap.attach("own");
  Program program{heap, &own, other.mutator()};
  heap.add_roots([&](const RootVisitor&) { call(program); });
  heap.collect(Minor);
}

void in_source_of_verify(const Call& call) {
  alarm(20);
  Heap heap({.automatic = false});
  const OtherThread other(heap);
  Program program{heap, nullptr, other.mutator()};
  heap.add_roots([&](const RootVisitor&) { call(program); });
  static_cast<void>(heap.verify());
}

/// Of the thread that collects, which isn't attached if `passing`.
void in_trace(const Call& call, bool passing) {
  alarm(20);
  Heap heap({.automatic = false});
  const OtherThread other(heap);
  Caller* caller = nullptr;
  heap.add_roots([&](const RootVisitor& visit) { visit(caller); });
  std::optional<Mutator> own;
  Mutator attached = heap.attach("own");
  caller = attached.make<Caller>();
  Program program{heap, passing ? nullptr : &attached, other.mutator()};
  in_callback = [&] { call(program); };
  if (!passing) heap.collect(Major);
  const Foreign away(attached);
  std::thread([&] { heap.collect(Major); }).join();
}

/// Of a worker, for an object of that worker's pages.
void in_trace_of_worker(const Call& call) {
  alarm(20);
  Heap heap({.workers = 2, .automatic = false});
  const OtherThread other(heap);
  Mutator own = heap.attach("own");
  const Root<RefArray<Caller>> half(own, own.make_array<Caller>(40 * kPageBytes / sizeof(void*)));
  const Root<Caller> caller(own, own.make<Caller>());
  Program program{heap, &own, other.mutator()};
  const std::thread::id collecting = std::this_thread::get_id();
  in_callback = [&] {
    if (std::this_thread::get_id() != collecting) call(program);
  };
  heap.collect(Major);
}

void in_watchdog(const Call& call) {
  alarm(20);

  const auto report = [](const OverdueMutator&, void*) { in_callback(); };
  Heap heap({.automatic = false, .watchdog = {std::chrono::milliseconds(1), report}});
  const OtherThread other(heap);
  std::atomic<bool> is_busy{false};
  std::thread busy([&] {
    const Mutator mutator = heap.attach("busy");
    is_busy = true;
    for (;;) std::this_thread::yield();
  });
  while (!is_busy) std::this_thread::yield();
  Mutator own = heap.attach("own");
  Program program{heap, &own, other.mutator()};

  in_callback = [&] { call(program); };
  heap.collect(Minor);
  busy.join();
}

const struct {
  const char* name;
  Call call;
} kCallsOfHeap[] = {
    {"attach", [](Program& with) { static_cast<void>(with.heap.attach()); }},
    {"collect", [](Program& with) { with.heap.collect(Minor); }},
    {"verify", [](Program& with) { static_cast<void>(with.heap.verify()); }},
    {"statistics", [](Program& with) { static_cast<void>(with.heap.statistics()); }},
    {"add_roots", [](Program& with) { with.heap.add_roots({}); }},
    {"remove_roots", [](Program& with) { with.heap.remove_roots(0); }},
};

const struct {
  const char* name;
  std::function<void(Mutator&)> call;
} kCallsOfMutator[] = {
    {"make", [](Mutator& mutator) { mutator.make<Caller>(); }},
    {"poll", [](Mutator& mutator) { mutator.poll(); }},
    {"the beginning of foreign code", [](Mutator& mutator) { mutator.enter_foreign(); }},
    {"the end of foreign code", [](Mutator& mutator) { mutator.leave_foreign(); }},
};

class CallbackDeathTest : public testing::Test {
 protected:
  CallbackDeathTest() { testing::FLAGS_gtest_death_test_style = "threadsafe"; }

  static std::string report(const char* call, const char* callback) {
    return std::string("a heap is called by a function that it calls itself[^@]*") + call + ",? [^@]*by " + callback +
           "[^@]*to do: let root sources";
  }

  /// Each call of the heap.
  static void expect_reports(const std::function<void(const Call&)>& in, const char* callback) {
    for (const auto& [name, call] : kCallsOfHeap) {
      SCOPED_TRACE(name);
      EXPECT_DEATH(in(call), report(name, callback));
    }
  }

  /// Each call of the mutator that `choose` finds.
  static void expect_reports(const std::function<void(const Call&)>& in, const char* callback,
                             Mutator* Program::*choose, const char* mutator) {
    for (const auto& [name, call] : kCallsOfMutator) {
      SCOPED_TRACE(name);
      const Call with = [&of_mutator = call, choose](Program& program) { of_mutator(*(program.*choose)); };
      EXPECT_DEATH(in(with), report(name, (std::string(callback) + ", with mutator " + mutator).c_str()));
    }
  }
};

TEST_F(CallbackDeathTest, ARootSourceThatCallsTheHeap) {
  expect_reports(in_source, "a root source");
  expect_reports(in_source_of_verify, "a root source");
}

TEST_F(CallbackDeathTest, ARootSourceThatUsesAMutator) {
  expect_reports(in_source, "a root source", &Program::own, "own");
  expect_reports(in_source, "a root source", &Program::others, "other");
  EXPECT_DEATH(in_source([](Program& with) { with.own->collect(Minor); }), report("collect", "a root source"));
}

TEST_F(CallbackDeathTest, ATraceFunctionThatCallsTheHeap) {
  expect_reports([](const Call& call) { in_trace(call, false); }, "a trace function");
  expect_reports([](const Call& call) { in_trace(call, true); }, "a trace function");
  expect_reports(in_trace_of_worker, "a trace function");
}

TEST_F(CallbackDeathTest, ATraceFunctionThatUsesAMutator) {
  expect_reports([](const Call& call) { in_trace(call, false); }, "a trace function", &Program::own, "own");
  expect_reports([](const Call& call) { in_trace(call, true); }, "a trace function", &Program::others, "other");
  expect_reports(in_trace_of_worker, "a trace function", &Program::own, "own");
  expect_reports(in_trace_of_worker, "a trace function", &Program::others, "other");
}

TEST_F(CallbackDeathTest, AWatchdogThatCallsTheHeap) {
  expect_reports(in_watchdog, "a watchdog's report");
  expect_reports(in_watchdog, "a watchdog's report", &Program::own, "own");
  expect_reports(in_watchdog, "a watchdog's report", &Program::others, "other");
}

TEST_F(CallbackDeathTest, AHeapEndsInARootSource) {
  EXPECT_DEATH(
      {
        alarm(20);
        auto heap = std::make_unique<Heap>();
        heap->add_roots([&](const RootVisitor&) { heap.reset(); });
        heap->collect(Minor);
      },
      report("the end of the heap", "a root source"));
}

// Who isn't in a callback is told all the same that the mutator isn't its own, instead of waiting in its place.
TEST_F(CallbackDeathTest, APollWithAnotherThreadsMutatorWhileAStopIsRequested) {
  EXPECT_DEATH(
      {
        alarm(20);
        Heap heap({.automatic = false});
        const OtherThread other(heap);
        std::atomic<bool> is_stopped{false};
        heap.add_roots([&](const RootVisitor&) {
          is_stopped = true;
          for (;;) std::this_thread::yield();
        });
        std::thread collecting([&] { heap.collect(Minor); });
        while (!is_stopped) std::this_thread::yield();
        other.mutator()->poll();
      },
      "a mutator is used on another thread");
}

// A heap's callbacks may use another heap; and the heap itself when they have returned.
TEST(Callback, OfOneHeapMayUseAnother) {
  // With less address space than a heap takes by itself: valgrind has not that much for two.
  Heap inner({.max_bytes = std::size_t{1} << 30, .automatic = false});
  Heap outer({.max_bytes = std::size_t{1} << 30, .automatic = false});
  Mutator mutator = outer.attach();
  Root<Caller> caller(mutator, mutator.make<Caller>());
  std::uint64_t seen = 0;
  in_callback = [&] {
    inner.collect(Major);
    seen = inner.statistics().major_collections;
  };
  outer.collect(Major);
  in_callback = nullptr;
  EXPECT_EQ(seen, 1U);
  EXPECT_EQ(outer.statistics().last.marked, 1U);
  EXPECT_TRUE(outer.verify().empty());
}

// The C interface.

std::function<void(hallmark_heap*, hallmark_mutator*, hallmark_type)> in_trace_of_c;  // NOLINT
struct InC {
  hallmark_heap* heap = nullptr;
  hallmark_mutator* mutator = nullptr;
  hallmark_type type = 0;
} in_c;  // NOLINT

void trace_in_c(const void*, size_t, hallmark_visit, void*) {
  if (in_trace_of_c) in_trace_of_c(in_c.heap, in_c.mutator, in_c.type);
}

/// `workers` is 2: the object is one of the second worker's pages.
void in_c_trace(unsigned workers, const std::function<void(hallmark_heap*, hallmark_mutator*, hallmark_type)>& call) {
  alarm(20);
  hallmark_options options;
  hallmark_options_default(&options);
  options.workers = workers;
  in_c.heap = hallmark_heap_create(&options);
  hallmark_register_traced(in_c.heap, "traced", trace_in_c, &in_c.type);
  in_c.mutator = hallmark_attach(in_c.heap, "own");
  hallmark_root_create(in_c.mutator, hallmark_allocate(in_c.mutator, in_c.type, (workers - 1) * 40 * kPageBytes + 16));
  hallmark_root_create(in_c.mutator, hallmark_allocate(in_c.mutator, in_c.type, 16));
  const std::thread::id collecting = std::this_thread::get_id();
  in_trace_of_c = [&](hallmark_heap* heap, hallmark_mutator* mutator, hallmark_type type) {
    if (workers == 1 || std::this_thread::get_id() != collecting) call(heap, mutator, type);
  };
  hallmark_collect(in_c.heap, HALLMARK_MAJOR);
}

TEST_F(CallbackDeathTest, ATraceFunctionThatCallsTheCInterface) {
  for (const unsigned workers : {1U, 2U}) {
    SCOPED_TRACE(workers);
    EXPECT_DEATH(in_c_trace(workers, [](auto* heap, auto*, auto) { hallmark_attach(heap, nullptr); }),
                 report("attach", "a trace function"));
    EXPECT_DEATH(in_c_trace(workers, [](auto* heap, auto*, auto) { hallmark_collect(heap, HALLMARK_MINOR); }),
                 report("collect", "a trace function"));
    EXPECT_DEATH(in_c_trace(workers,
                            [](auto* heap, auto*, auto) {
                              hallmark_statistics statistics;
                              hallmark_heap_statistics(heap, &statistics);
                            }),
                 report("statistics", "a trace function"));
  }
  // With a mutator of another thread they are refused.
  EXPECT_DEATH(in_c_trace(1, [](auto*, auto* mutator, auto type) { hallmark_allocate(mutator, type, 16); }),
               report("make", "a trace function"));
  EXPECT_DEATH(in_c_trace(1, [](auto*, auto* mutator, auto) { hallmark_poll(mutator); }),
               report("poll", "a trace function"));
}

}  // namespace
