// Sites whose declarations or judgements are wrong: what hallmark-check says of them is in pairs_test.sh.
#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE {
namespace {

using check::Scenario;
using check::ScenarioInfo;

/// Message passing whose sites don't name each other.
class Undeclared final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{
      .name = "undeclared.pair", .holds = "what precedes a release is seen after the acquire", .outcomes = {"0", "1"}};
  void thread(unsigned id) override {
    if (id == 0) {
      data_.write(7);
      // Publishes the data, and doesn't say to whom.
      flag_.store(1, order<"undeclared.publish.store_flag">(release));
      return;
    }
    // Receives the data.
    seen_ = flag_.load(order<"undeclared.receive.load_flag">(acquire)) == 1;
    if (seen_) expect(data_.read() == 7, "the flag was seen and the data was not");
  }
  void after() override { outcome(seen_ ? "1" : "0"); }

 private:
  sync::plain<int> data_;
  sync::atomic<int> flag_;
  bool seen_ = false;
};

/// Declares a pair that can't be seen: the reader is through before the writer begins.
class NeverSeen final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "never_seen.pair", .holds = "nothing", .load_buffering = false};
  void thread(unsigned id) override {
    if (id == 1) {
      // Pairs with never_seen.publish.store_flag.
      static_cast<void>(flag_.load(order<"never_seen.receive.load_flag">(acquire)));
      mutex_.lock();
      is_read_.write(true);
      condition_.notify_one();
      mutex_.unlock();
      return;
    }
    mutex_.lock();
    while (!is_read_.read()) condition_.wait(mutex_);
    mutex_.unlock();
    // Pairs with never_seen.receive.load_flag.
    flag_.store(1, order<"never_seen.publish.store_flag">(release));
  }

 private:
  sync::atomic<int> flag_;
  sync::mutex mutex_{{1}, "mutex"};
  sync::condition condition_;
  sync::plain<bool> is_read_;
};

/// Sound, but only a sampling engine runs it.
class Sampled final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "sampled.pair", .holds = "nothing", .explorer = false};
  void thread(unsigned id) override {
    if (id == 0) {
      // Pairs with sampled.receive.load_flag.
      flag_.store(1, order<"sampled.publish.store_flag">(release));
    } else {
      // Pairs with sampled.publish.store_flag.
      static_cast<void>(flag_.load(order<"sampled.receive.load_flag">(acquire)));
    }
  }

 private:
  sync::atomic<int> flag_;
};

/// Reads what a read-modify-write has written that continues a release sequence: synchronises with its head, not with
/// the read-modify-write.
class Sequence final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "sequence.head", .holds = "nothing", .threads = 3};
  void thread(unsigned id) override {
    if (id == 0) {
      // Pairs with sequence.receive.load_flag.
      flag_.store(1, order<"sequence.publish.store_flag">(release));
    } else if (id == 1) {
      // Continues the sequence.
      flag_.fetch_add(1, order<"sequence.continue.rmw_flag">(relaxed));
    } else {
      // Pairs with sequence.publish.store_flag.
      static_cast<void>(flag_.load(order<"sequence.receive.load_flag">(acquire)));
    }
  }

 private:
  sync::atomic<int> flag_;
};

/// Has a branch that no execution takes.
class NeverExecuted final : public Scenario {
 public:
  static constexpr ScenarioInfo kInfo{.name = "never_executed.branch", .holds = "nothing"};
  void thread(unsigned) override {
    if (flag_.load(order<"never_executed.look.load_flag">(relaxed)) == 1) {
      flag_.store(2, order<"never_executed.branch.store_flag">(relaxed));
    }
  }

 private:
  sync::atomic<int> flag_;
};

const RegisterScenario<Undeclared> undeclared;
const RegisterScenario<NeverSeen> never_seen;
const RegisterScenario<Sampled> sampled;
const RegisterScenario<Sequence> sequence;
const RegisterScenario<NeverExecuted> never_executed;
const check::RegisterGalleryEntry entry{{.id = "X1", .what = "nothing is wrong with it", .control = true}};
const RegisterScenario<NeverExecuted> judged{"X1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE
