// A process that is forked from one with a heap: whatever it does with that heap ends it with a report, whatever the
// other threads of the parent did at that moment. A heap of its own is as good as any.
#include <hallmark/hallmark.hpp>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace {

using namespace hallmark;

struct Node {
  Ref<Node> next;
  std::uint64_t number = 0;
  static constexpr auto kReferences = references(&Node::next);
};

struct Ended {
  int status = 0;
  std::string said;
};

/// What `what` says on the standard error stream in a child, and how it ends; a child that hangs is ended after 20 s.
Ended in_child(const std::function<void()>& what) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);
    dup2(ends[1], STDERR_FILENO);
    what();
    _exit(0);
  }
  close(ends[1]);
  Ended ended;
  char text[4096];
  for (ssize_t got = 0; (got = read(ends[0], text, sizeof(text))) > 0;) {
    ended.said.append(text, static_cast<std::size_t>(got));
  }
  close(ends[0]);
  EXPECT_EQ(waitpid(child, &ended.status, 0), child);
  return ended;
}

void expect_refused(const Ended& ended) {
  EXPECT_TRUE(WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGABRT) << "status " << ended.status;
  EXPECT_NE(ended.said.find("forked"), std::string::npos) << ended.said;
  EXPECT_NE(ended.said.find("call exec"), std::string::npos) << ended.said;
}

TEST(Fork, EachUseOfTheHeapIsRefusedInTheChild) {
  Heap heap({.workers = 2});
  auto own = std::unique_ptr<Mutator>(new Mutator(heap.attach("parent")));
  Root<Node>* const root = new Root<Node>(*own, own->make<Node>());
  expect_refused(in_child([&] { heap.collect(Major); }));
  expect_refused(in_child([&] { own->collect(Minor); }));
  expect_refused(in_child([&] { static_cast<void>(heap.verify()); }));
  expect_refused(in_child([&] { static_cast<void>(heap.attach("child")); }));
  expect_refused(in_child([&] { own->enter_foreign(); }));
  expect_refused(in_child([&] { own->make_array<Node>(100000); }));
  // What fits into the page at hand may still be made.
  expect_refused(in_child([&] {
    for (int i = 0; i < 100000; ++i) own->make<Node>();
  }));
  expect_refused(in_child([&] {
    delete root;
    own.reset();
  }));
  expect_refused(in_child([&] { heap.~Heap(); }));
  own->enter_foreign();
  expect_refused(in_child([&] { own->leave_foreign(); }));
  own->leave_foreign();
  // The parent goes on.
  heap.collect(Major);
  EXPECT_EQ(heap.statistics().last.marked, 1U);
  delete root;
}

// Another thread waits for this one to stop, as its watchdog says, and this one forks.
TEST(Fork, APollInTheChildDoesntWaitForACollectorThatIsntThere) {
  std::atomic<bool> is_waited_for{false};
  HeapOptions options{.workers = 2};
  options.watchdog = {std::chrono::milliseconds(1),
                      [](const OverdueMutator&, void* flag) { *static_cast<std::atomic<bool>*>(flag) = true; },
                      &is_waited_for};
  Heap heap(options);
  auto mutator = heap.attach("parent");
  const Ended undisturbed = in_child([&] { mutator.poll(); });
  EXPECT_TRUE(WIFEXITED(undisturbed.status) && WEXITSTATUS(undisturbed.status) == 0) << undisturbed.said;
  std::thread collector([&] { heap.collect(Minor); });
  while (!is_waited_for) std::this_thread::yield();
  expect_refused(in_child([&] { mutator.poll(); }));
  {
    const Foreign waiting(mutator);
    collector.join();
  }
}

TEST(Fork, AChildMakesAHeapOfItsOwn) {
  Heap heap({.workers = 2});
  const Ended ended = in_child([] {
    Heap own({.workers = 1, .verify = true});
    auto mutator = own.attach();
    Root<Node> root(mutator, mutator.make<Node>());
    own.collect(Major);
    _exit(own.statistics().last.marked == 1 ? 3 : 4);
  });
  EXPECT_TRUE(WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 3) << ended.status << ended.said;
}

}  // namespace
