// Torture: mutators that build, share, hand over, drop and check objects while collections stop them, threads come and
// go, memory is refused, signals hold threads wherever they are, and all of them share one core now and then; all from
// one seed.
//
//   torture [--seed N] [--seconds S | --steps N] [--threads T] [--workers W] [--without FEATURE,..] [--json FILE]
//   torture ... --minimise        the shortest run of a seed that fails and still does: fewer threads, features, steps
//   torture ... --break barrier   leaves out a write barrier now and then: a run that must fail
//
// Features: signals, refusals, starvation, parcels, churn (torture.cpp, kFeatures).
//
// Oracle. Each thread has a private graph in the heap, and beside it the same graph in ordinary containers (Shadow).
// Whatever it reads in the heap must be what the shadow says. All threads also share a table of objects, in which each
// object says itself what it must contain. After each collection the heap's own verifier runs.
//
// Exit code: 0 nothing was found, 1 something was, 2 wrong use. A thread's steps are determined by the seed; how the
// threads interleave is not. With one thread, one worker and --steps a run is the same each time, but for signals and
// starvation.
#include <hallmark/hallmark.hpp>

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tests/faults/holder.hpp"
#include "tests/stress/chaos.hpp"

namespace {

using namespace hallmark;

constexpr const char* kFeatures[] = {"signals", "refusals", "starvation", "parcels", "churn"};
enum Feature : unsigned { kSignals, kRefusals, kStarvation, kParcels, kChurn, kFeatureCount };

struct Options {
  std::uint64_t seed = 1;
  unsigned seconds = 10;
  std::uint64_t steps = 0;  // of each thread; 0: by time
  unsigned threads = 3;
  unsigned workers = 2;
  std::array<bool, kFeatureCount> with{true, true, true, true, true};
  bool without_barrier = false;
  bool minimise = false;
  std::string json;

  /// What repeats the run.
  std::vector<std::string> arguments() const {
    std::vector<std::string> list{"--seed",    std::to_string(seed),   "--threads", std::to_string(threads),
                                  "--workers", std::to_string(workers)};
    list.insert(list.end(), {steps > 0 ? "--steps" : "--seconds", std::to_string(steps > 0 ? steps : seconds)});
    std::string without;
    for (unsigned i = 0; i < kFeatureCount; ++i) {
      if (!with[i]) without += (without.empty() ? "" : ",") + std::string(kFeatures[i]);
    }
    if (!without.empty()) list.insert(list.end(), {"--without", without});
    if (without_barrier) list.insert(list.end(), {"--break", "barrier"});
    return list;
  }
  std::string command() const {
    std::string line = "torture";
    for (const std::string& argument : arguments()) line += " " + argument;
    return line;
  }
};

/// Memory that the system refuses now and then: the collector's, never the test's own.
class Refusals {
 public:
  static void begin(std::uint64_t seed) {
    state() = seed;
    is_on() = true;
  }
  static void end() { is_on() = false; }
  static bool refuse() noexcept {
    if (!is_on()) return false;
    // One in three, by a number for each occasion.
    std::uint64_t z = state().fetch_add(0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    if ((z ^ (z >> 27U)) % 3 != 0) return false;
    count().fetch_add(1);
    return true;
  }
  static std::atomic<std::uint64_t>& count() {
    static std::atomic<std::uint64_t> refused{0};
    return refused;
  }

 private:
  static std::atomic<bool>& is_on() {
    static std::atomic<bool> on{false};
    return on;
  }
  static std::atomic<std::uint64_t>& state() {
    static std::atomic<std::uint64_t> next{0};
    return next;
  }
};

/// What a node with this number must hold beside its references.
std::uint64_t seal_of(std::uint64_t number) { return number * 0x9e3779b97f4a7c15U + 0x7f4a7c15U; }

struct Node {
  explicit Node(std::uint64_t n) : number(n), seal(seal_of(n)) {}

  Ref<Node> to[3];
  std::uint64_t number;
  std::uint64_t seal;
  static constexpr auto kReferences = references(&Node::to);
};

/// Any number of references, behind their count.
struct Bag {
  std::uint64_t count = 0;

  Ref<Node>* slots() { return reinterpret_cast<Ref<Node>*>(this + 1); }
  static void trace(const std::byte* object, std::size_t, const SlotVisitor& visit) {
    const auto* bag = reinterpret_cast<const Bag*>(object);
    const auto* slots = reinterpret_cast<const Slot*>(bag + 1);
    for (std::uint64_t i = 0; i < bag->count; ++i) visit(slots[i]);
  }
};

[[noreturn]] void fail(const Options& options, unsigned thread, const char* what) {
  std::fprintf(stderr, "torture: thread %u: %s\n  again: %s\n", thread, what, options.command().c_str());
  std::_Exit(1);
}

constexpr std::size_t kShared = 4000;  // a large object: 32 000 bytes of references and more
constexpr std::size_t kRoots = 6;
constexpr std::size_t kLarge = 9000;  // slots of a thread's large array: 72 000 bytes

/// Objects on their way from one thread to another: a list, and the numbers of its nodes. Nobody's root but the
/// table's, which the heap asks while the world is stopped.
class Mailbox {
 public:
  struct Parcel {
    Node* list = nullptr;
    std::vector<std::uint64_t> numbers;
  };

  /// No safepoint between here and the return. False: full.
  bool send(Parcel parcel) {
    const std::lock_guard lock(mutex_);
    if (parcels_.size() >= 32) return false;
    parcels_.push_back(std::move(parcel));
    return true;
  }
  /// The caller puts the list into a root before its next safepoint.
  Parcel receive(std::uint64_t which) {
    const std::lock_guard lock(mutex_);
    if (parcels_.empty()) return {};
    std::swap(parcels_[which % parcels_.size()], parcels_.back());
    Parcel parcel = std::move(parcels_.back());
    parcels_.pop_back();
    handed_over_.fetch_add(1);
    return parcel;
  }
  /// While the world is stopped: nobody is in the middle of the two above.
  void visit_roots(const RootVisitor& visit) const {
    for (const Parcel& parcel : parcels_) visit(parcel.list);
  }
  std::uint64_t handed_over() const { return handed_over_; }

 private:
  std::mutex mutex_;
  std::vector<Parcel> parcels_;
  std::atomic<std::uint64_t> handed_over_{0};
};

/// One thread's life, from attach to detach.
class Life {
 public:
  Life(const Options& options, Heap& heap, unsigned thread, std::uint64_t seed, RefArray<Node>* shared,
       Mailbox& mailbox)
      : options_(options),
        heap_(heap),
        mailbox_(mailbox),
        thread_(thread),
        random_(seed),
        next_number_((std::uint64_t{thread} << 48) | (seed & 0xffff) << 32),
        mutator_(heap.attach("torture " + std::to_string(thread))),
        shared_(mutator_, shared),
        large_(mutator_, mutator_.make_array<Node>(kLarge)),
        large_shadow_(kLarge, 0) {
    for (std::size_t i = 0; i < kRoots; ++i) roots_.push_back(std::make_unique<Root<Node>>(mutator_));
    root_shadow_.assign(kRoots, 0);
  }

  /// Memory may be refused: then nothing has changed.
  void step() {
    try {
      act();
    } catch (const OutOfMemory&) {
    }
    if (shadow_.size() > 20000) forget_unreachable();
  }

  void act() {
    const std::uint64_t what = random_() % 100;
    if (what < 40) {
      make_private();
    } else if (what < 60) {
      link_private();
    } else if (what < 70) {
      walk_private();
    } else if (what < 75) {
      drop_private();
    } else if (what < 83) {
      write_large();
    } else if (what < 91) {
      write_shared();
    } else if (what < 96) {
      read_shared();
    } else if (what < 97) {
      weak();
    } else if (what < 98) {
      foreign();
    } else if (what < 99) {
      mutator_.poll();
    } else {
      if (random_() % 20 == 0) collect();
      if (random_() % 20 == 0) bag();
      if (random_() % 200 == 0) check_all();
      if (options_.with[kParcels]) random_() % 2 == 0 ? send() : receive();
    }
  }

  /// The whole private graph against the shadow.
  void check_all() {
    forget_unreachable();
    std::unordered_map<std::uint64_t, Node*> seen;
    std::vector<std::pair<Node*, std::uint64_t>> open;
    for (std::size_t i = 0; i < kRoots; ++i) open.emplace_back(roots_[i]->get(), root_shadow_[i]);
    for (std::size_t i = 0; i < kLarge; ++i) open.emplace_back((*large_.get())[i].load(), large_shadow_[i]);
    while (!open.empty()) {
      const auto [node, number] = open.back();
      open.pop_back();
      if (!same(node, number)) return;
      if (node == nullptr || !seen.emplace(number, node).second) {
        if (node != nullptr && seen[number] != node) fail(options_, thread_, "one object has two addresses");
        continue;
      }
      for (std::size_t i = 0; i < 3; ++i) open.emplace_back(node->to[i].load(), shadow_[number][i]);
    }
    if (seen.size() != shadow_.size()) fail(options_, thread_, "the heap's graph and its shadow differ in size");
  }

 private:
  using Edges = std::array<std::uint64_t, 3>;  // numbers; 0: null

  bool same(Node* node, std::uint64_t number) {
    if ((node == nullptr) != (number == 0)) fail(options_, thread_, "a reference is null, or isn't, and should be");
    if (node == nullptr) return true;
    if (node->number != number) fail(options_, thread_, "a reference names another object than it should");
    if (node->seal != seal_of(number)) fail(options_, thread_, "an object's contents have changed");
    return true;
  }

  /// A node that some root leads to, or null.
  std::pair<Node*, std::uint64_t> some_node() {
    const std::size_t i = random_() % kRoots;
    Node* node = roots_[i]->get();
    std::uint64_t number = root_shadow_[i];
    for (std::uint64_t hops = random_() % 8; hops > 0 && node != nullptr; --hops) {
      same(node, number);
      const std::size_t edge = random_() % 3;
      Node* const next = node->to[edge].load();
      const std::uint64_t next_number = shadow_[number][edge];
      same(next, next_number);
      if (next == nullptr) break;
      node = next;
      number = next_number;
    }
    return {node, number};
  }

  void make_private() {
    const std::uint64_t number = ++next_number_;
    Root<Node> node(mutator_, mutator_.make<Node>(number));
    shadow_[number] = Edges{};
    const auto [target, target_number] = some_node();
    node->to[0].store(mutator_, target);
    shadow_[number][0] = target_number;
    const std::size_t i = random_() % kRoots;
    *roots_[i] = node.get();
    root_shadow_[i] = number;
  }

  void link_private() {
    const auto [from, from_number] = some_node();
    const auto [to, to_number] = some_node();
    if (from == nullptr) return;
    const std::size_t edge = random_() % 3;
    if (options_.without_barrier && random_() % 16 == 0) {
      reinterpret_cast<Slot&>(from->to[edge]).store_stopped(reinterpret_cast<Address>(to));
    } else {
      from->to[edge].store(mutator_, to);
    }
    shadow_[from_number][edge] = to_number;
  }

  void walk_private() {
    for (int i = 0; i < 5; ++i) {
      const auto [node, number] = some_node();
      same(node, number);
    }
  }

  void drop_private() {
    const std::size_t i = random_() % kRoots;
    *roots_[i] = nullptr;
    root_shadow_[i] = 0;
  }

  void write_large() {
    const auto [node, number] = some_node();
    const std::size_t i = random_() % kLarge;
    (*large_.get())[i].store(mutator_, random_() % 4 == 0 ? nullptr : node);
    large_shadow_[i] = (*large_.get())[i].load() == nullptr ? 0 : number;
    const std::size_t looked_at = random_() % kLarge;
    same((*large_.get())[looked_at].load(), large_shadow_[looked_at]);
  }

  void write_shared() {
    const std::uint64_t number = ++next_number_;
    Root<Node> node(mutator_, mutator_.make<Node>(number));
    const std::size_t i = random_() % kShared;
    node->to[1].store(mutator_, (*shared_.get())[random_() % kShared].load());
    (*shared_.get())[i].store(mutator_, node.get());
    if (random_() % 3 == 0) (*shared_.get())[random_() % kShared].store(mutator_, nullptr);
  }

  void read_shared() {
    Node* node = (*shared_.get())[random_() % kShared].load();
    for (int hops = 0; hops < 20 && node != nullptr; ++hops) {
      if (node->seal != seal_of(node->number)) fail(options_, thread_, "a shared object's contents have changed");
      node = node->to[1].load();
    }
    // Chains must not grow for ever.
    if (node != nullptr) node->to[1].store(mutator_, nullptr);
  }

  void weak() {
    const std::uint64_t number = ++next_number_;
    Weak<Node> dead(mutator_, mutator_.make<Node>(number));
    Root<Node> kept(mutator_, mutator_.make<Node>(++next_number_));
    const Weak<Node> alive(mutator_, kept.get());
    mutator_.collect(random_() % 8 == 0 ? Major : Minor);
    if (dead) fail(options_, thread_, "an unreachable object has survived a collection");
    if (alive.get() != kept.get()) fail(options_, thread_, "a weak reference to a live object was cleared");
  }

  void foreign() {
    const Foreign foreign(mutator_);
    if (random_() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random_() % 200));
  }

  void collect() {
    // The next marking asks for its segments again, the next large object for its pages.
    heap_.collector().marker().trim();
    if (random_() % 4 == 0) heap_.give_back_unused();
    switch (random_() % 3) {
      case 0: mutator_.collect(Minor); break;
      case 1: mutator_.collect(Major); break;
      case 2: heap_.collect(Minor); break;
    }
  }

  void bag() {
    const std::uint64_t count = random_() % 6000 + 1;  // some are large objects
    Root<Bag> bag(mutator_, mutator_.make_sized<Bag>(sizeof(Bag) + count * sizeof(Ref<Node>)));
    bag->count = count;
    std::vector<std::uint64_t> numbers(count);
    for (std::uint64_t i = 0; i < count; i += random_() % 50 + 1) {
      const auto [node, number] = some_node();
      bag->slots()[i].store(mutator_, node);
      numbers[i] = number;
    }
    mutator_.collect(Minor);
    if (const auto [node, number] = some_node(); node != nullptr) {
      bag->slots()[0].store(mutator_, node);
      numbers[0] = number;
    }
    mutator_.collect(Minor);
    for (std::uint64_t i = 0; i < count; ++i) same(bag->slots()[i].load(), numbers[i]);
  }

  void send() {
    Root<Node> first(mutator_);
    Mailbox::Parcel parcel;
    for (std::uint64_t left = random_() % 30 + 1; left > 0; --left) {
      Root<Node> node(mutator_, mutator_.make<Node>(++next_number_));
      node->to[0].store(mutator_, first.get());
      first = node.get();
      parcel.numbers.insert(parcel.numbers.begin(), next_number_);
    }
    parcel.list = first.get();
    mailbox_.send(std::move(parcel));
  }

  void receive() {
    const std::size_t i = random_() % kRoots;
    const Mailbox::Parcel parcel = mailbox_.receive(random_());
    if (parcel.list == nullptr) return;
    *roots_[i] = parcel.list;
    root_shadow_[i] = parcel.numbers.front();
    Node* node = parcel.list;
    for (std::size_t at = 0; at < parcel.numbers.size(); ++at, node = node->to[0].load()) {
      same(node, parcel.numbers[at]);
      shadow_[parcel.numbers[at]] = {at + 1 < parcel.numbers.size() ? parcel.numbers[at + 1] : 0, 0, 0};
    }
    same(node, 0);
  }

  void forget_unreachable() {
    std::unordered_map<std::uint64_t, Edges> kept;
    std::vector<std::uint64_t> open(root_shadow_);
    open.insert(open.end(), large_shadow_.begin(), large_shadow_.end());
    while (!open.empty()) {
      const std::uint64_t number = open.back();
      open.pop_back();
      if (number == 0 || kept.count(number) != 0) continue;
      const Edges edges = shadow_.at(number);
      kept.emplace(number, edges);
      open.insert(open.end(), edges.begin(), edges.end());
    }
    shadow_ = std::move(kept);
    if (shadow_.size() <= 15000) return;
    // The large array keeps too much.
    for (std::size_t i = 0; i < kLarge; ++i) {
      (*large_.get())[i].store(mutator_, nullptr);
      large_shadow_[i] = 0;
    }
    for (std::size_t i = 0; i < kRoots; ++i) {
      *roots_[i] = nullptr;
      root_shadow_[i] = 0;
    }
    shadow_.clear();
  }

  const Options& options_;
  Heap& heap_;
  Mailbox& mailbox_;
  const unsigned thread_;
  std::mt19937_64 random_;
  std::uint64_t next_number_;
  Mutator mutator_;
  Root<RefArray<Node>> shared_;
  std::vector<std::unique_ptr<Root<Node>>> roots_;
  std::vector<std::uint64_t> root_shadow_;
  Root<RefArray<Node>> large_;
  std::vector<std::uint64_t> large_shadow_;
  std::unordered_map<std::uint64_t, Edges> shadow_;
};

[[noreturn]] void wrong_use() {
  std::fprintf(stderr,
               "usage: torture [--seed N] [--seconds S | --steps N] [--threads 1..64] [--workers 1..16]\n"
               "               [--without FEATURE,..] [--json FILE] [--break barrier] [--minimise]\n"
               "features: signals, refusals, starvation, parcels, churn\n");
  std::exit(2);
}

void leave_out(Options& options, const std::string& names) {
  for (std::size_t from = 0; from <= names.size();) {
    const std::size_t to = std::min(names.find(',', from), names.size());
    const std::string name = names.substr(from, to - from);
    bool known = false;
    for (unsigned i = 0; i < kFeatureCount; ++i) {
      if (name != kFeatures[i]) continue;
      options.with[i] = false;
      known = true;
    }
    if (!known) wrong_use();
    from = to + 1;
  }
}

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--minimise") {
      options.minimise = true;
      continue;
    }
    if (++i == count) wrong_use();
    const std::string text = arguments[i];
    char* end = nullptr;
    const std::uint64_t value = std::strtoull(arguments[i], &end, 10);
    const bool number = *end == '\0' && !text.empty();
    if (number && name == "--seed") {
      options.seed = value;
    } else if (number && name == "--seconds") {
      options.seconds = static_cast<unsigned>(value);
    } else if (number && name == "--steps") {
      options.steps = value;
    } else if (number && name == "--threads" && value >= 1 && value <= 64) {
      options.threads = static_cast<unsigned>(value);
    } else if (number && name == "--workers" && value >= 1 && value <= 16) {
      options.workers = static_cast<unsigned>(value);
    } else if (name == "--without") {
      leave_out(options, text);
    } else if (name == "--json") {
      options.json = text;
    } else if (name == "--break" && text == "barrier") {
      options.without_barrier = true;
    } else {
      wrong_use();
    }
  }
  return options;
}

/// What goes on beside the mutators: signals, starvation, the status line.
class Surroundings {
 public:
  Surroundings(const Options& options, const std::function<std::string()>& status)
      : options_(options), status_(status), thread_([this] { run(); }) {
    if (options.with[kSignals]) holder_ = std::make_unique<hallmark::testing::Holder>(options.seed, 5);
  }
  Surroundings(const Surroundings&) = delete;
  Surroundings& operator=(const Surroundings&) = delete;
  ~Surroundings() {
    is_over_ = true;
    hallmark::testing::join_unheld(thread_);
    pin(false);
  }

 private:
  void run() {
    std::mt19937_64 random(options_.seed);
    const bool terminal = isatty(STDERR_FILENO) != 0;
    for (int tick = 0; !is_over_; ++tick) {
      if (options_.with[kStarvation] && tick % 4 == 0) pin(random() % 3 == 0);
      if (terminal) {
        std::fprintf(stderr, "\r%s ", status_().c_str());
      } else if (tick % 400 == 399) {
        std::fprintf(stderr, "%s\n", status_().c_str());
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(150));
    }
    if (terminal) std::fprintf(stderr, "\r\033[K");
  }

  /// All threads on one core, or where they may be.
  void pin(bool on) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (int core = 0, left = on ? 1 : CPU_SETSIZE; core < CPU_SETSIZE && left > 0; ++core) {
      if (!CPU_ISSET(core, &all_)) continue;
      CPU_SET(core, &cores);
      --left;
    }
    for (const pid_t thread : hallmark::testing::all_threads()) sched_setaffinity(thread, sizeof(cores), &cores);
  }

  static cpu_set_t own_cores() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    sched_getaffinity(0, sizeof(cores), &cores);
    return cores;
  }

  const Options& options_;
  const cpu_set_t all_ = own_cores();
  std::function<std::string()> status_;
  std::atomic<bool> is_over_{false};
  std::unique_ptr<hallmark::testing::Holder> holder_;
  std::thread thread_;
};

HeapOptions heap_options(const Options& options) {
  constexpr PushTransfer kTransfers[] = {PushTransfer::never, PushTransfer::to_resting, PushTransfer::always};
  HeapOptions heap{.workers = options.workers,
                   .max_bytes = 1u << 30,
                   .young_bytes = std::size_t{1} << (18 + options.seed % 4),
                   .major_least_bytes = 8u << 20,
                   .verify = true};
  heap.marking.push_transfer = kTransfers[options.seed % 3];
  return heap;
}

int torture(const Options& options) {
  Heap heap(heap_options(options));
  Mailbox mailbox;
  heap.add_roots([&](const RootVisitor& visit) { mailbox.visit_roots(visit); });
  auto mutator = heap.attach("torture");
  Root<RefArray<Node>> shared(mutator, mutator.make_array<Node>(kShared));
  // Where processors are busy with other things, a run goes on until it has tested something, but not for ever.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  const auto latest = end + 10 * std::chrono::seconds(options.seconds);
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> lives{0};
  const auto status = [&] {
    return "torture: seed " + std::to_string(options.seed) + ": " + std::to_string(steps) + " steps, " +
           std::to_string(lives) + " lives, " + std::to_string(mailbox.handed_over()) + " parcels, " +
           std::to_string(Refusals::count()) + " refusals, " + std::to_string(hallmark::testing::Holder::held()) +
           " threads held";
  };

  if (options.with[kRefusals]) Refusals::begin(options.seed);
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < options.threads; ++thread) {
    threads.emplace_back([&, thread] {
      hallmark::testing::Chaos::enter_thread(thread);
      std::mt19937_64 random(options.seed * 1000003 + thread);
      std::uint64_t done = 0;
      const auto is_over = [&] {
        if (options.steps > 0) return done >= options.steps;
        const auto now = std::chrono::steady_clock::now();
        return now >= latest || (now >= end && heap.statistics().minor_collections > 0);
      };
      // A life ends with its objects alive; they are garbage from then on.
      const auto live = [&] {
        try {
          Life life(options, heap, thread + 1, random(), shared.get(), mailbox);
          for (std::uint64_t left = random() % 20000 + 1; left > 0 && !is_over(); --left, ++done) {
            life.step();
            steps.fetch_add(1, std::memory_order_relaxed);
          }
          life.check_all();
          lives.fetch_add(1, std::memory_order_relaxed);
        } catch (const OutOfMemory&) {
          ++done;  // at its very beginning
        }
      };
      while (!is_over()) {
        if (options.with[kChurn]) {
          std::thread life(live);
          hallmark::testing::join_unheld(life);
        } else {
          live();
        }
      }
    });
  }
  {
    const Foreign waiting(mutator);
    const Surroundings surroundings(options, status);
    for (std::thread& thread : threads) hallmark::testing::join_unheld(thread);
  }
  Refusals::end();
  heap.collect(Major);
  const HeapStatistics statistics = heap.statistics();
  const bool collected = statistics.minor_collections > 0 || options.steps > 0;
  std::printf("%s, %llu minor and %llu major collections, %llu objects freed; %s\n", status().c_str(),
              static_cast<unsigned long long>(statistics.minor_collections),
              static_cast<unsigned long long>(statistics.major_collections),
              static_cast<unsigned long long>(statistics.freed_objects),
              collected ? "nothing found" : "no collection: nothing was tested");
  if (!options.json.empty()) {
    std::FILE* const file = std::fopen(options.json.c_str(), "w");
    if (file == nullptr) {
      std::fprintf(stderr, "torture: can't write %s\n", options.json.c_str());
      return 2;
    }
    std::fprintf(file,
                 "{\"version\":1,\"command\":\"%s\",\"seed\":%llu,\"steps\":%llu,\"lives\":%llu,\"parcels\":%llu,"
                 "\"refusals\":%llu,\"held\":%llu,\"minor_collections\":%llu,\"major_collections\":%llu,"
                 "\"freed_objects\":%llu,\"verdict\":\"%s\"}\n",
                 options.command().c_str(), static_cast<unsigned long long>(options.seed),
                 static_cast<unsigned long long>(steps), static_cast<unsigned long long>(lives),
                 static_cast<unsigned long long>(mailbox.handed_over()),
                 static_cast<unsigned long long>(Refusals::count()),
                 static_cast<unsigned long long>(hallmark::testing::Holder::held()),
                 static_cast<unsigned long long>(statistics.minor_collections),
                 static_cast<unsigned long long>(statistics.major_collections),
                 static_cast<unsigned long long>(statistics.freed_objects), collected ? "holds" : "inconclusive");
    std::fclose(file);
  }
  return collected ? 0 : 1;
}

/// True if a run of its own fails, crashes, or takes more than two minutes, in one of so many attempts.
bool fails(const Options& options, int attempts) {
  for (int attempt = 0; attempt < attempts; ++attempt) {
    std::vector<std::string> arguments = options.arguments();
    const pid_t child = fork();
    if (child == 0) {
      const int nowhere = open("/dev/null", O_WRONLY);
      dup2(nowhere, STDOUT_FILENO);
      dup2(nowhere, STDERR_FILENO);
      alarm(120);
      std::vector<char*> list{const_cast<char*>("torture")};
      for (std::string& argument : arguments) list.push_back(argument.data());
      list.push_back(nullptr);
      execv("/proc/self/exe", list.data());
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return true;
  }
  return false;
}

/// Leaves out what the failure doesn't need, and prints the run that is left.
int minimise(Options options) {
  const int attempts = 3;
  if (options.steps == 0) options.steps = 200000;
  if (!fails(options, attempts)) {
    std::printf("torture: this doesn't fail in %d attempts: %s\n", attempts, options.command().c_str());
    return 2;
  }
  const auto keep_if_fails = [&](const Options& less) {
    if (!fails(less, attempts)) return false;
    options = less;
    std::printf("torture: still fails: %s\n", options.command().c_str());
    std::fflush(stdout);
    return true;
  };
  for (unsigned feature = 0; feature < kFeatureCount; ++feature) {
    Options less = options;
    less.with[feature] = false;
    if (options.with[feature]) keep_if_fails(less);
  }
  for (unsigned workers = 1; workers < options.workers; ++workers) {
    Options less = options;
    less.workers = workers;
    if (keep_if_fails(less)) break;
  }
  for (unsigned threads = 1; threads < options.threads; ++threads) {
    Options less = options;
    less.threads = threads;
    if (keep_if_fails(less)) break;
  }
  // What fails after so many steps fails after more.
  std::uint64_t passes = 0;
  while (options.steps - passes > 1) {
    Options less = options;
    less.steps = passes + (options.steps - passes) / 2;
    if (!keep_if_fails(less)) passes = less.steps;
  }
  std::printf("torture: the shortest run that fails: %s\n", options.command().c_str());
  return 1;
}

}  // namespace

// The linker's --wrap: the new that may be refused, from which segments of worklists and an allocator's lists come, and
// calls of mprotect, with which a heap grows.
extern "C" {
void* real_new(std::size_t bytes, const std::nothrow_t&) noexcept asm("__real_" HALLMARK_NOTHROW_NEW);
void* wrap_new(std::size_t bytes, const std::nothrow_t&) noexcept asm("__wrap_" HALLMARK_NOTHROW_NEW);
void* wrap_new(std::size_t bytes, const std::nothrow_t& nothrow) noexcept {
  return Refusals::refuse() ? nullptr : real_new(bytes, nothrow);
}

int __real_mprotect(void* at, size_t bytes, int protection);
int __wrap_mprotect(void* at, size_t bytes, int protection) {
  if (!Refusals::refuse()) return __real_mprotect(at, bytes, protection);
  errno = ENOMEM;
  return -1;
}
}

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  return options.minimise ? minimise(options) : torture(options);
}
