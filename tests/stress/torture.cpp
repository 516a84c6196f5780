// Torture: mutators that build, share, drop and check objects while collections stop them, all from one seed.
//
//   torture [--seed N] [--seconds S | --steps N] [--threads T] [--workers W]
//
// Oracle. Each thread has a private graph in the heap, and beside it the same graph in ordinary containers (Shadow).
// Whatever it reads in the heap must be what the shadow says. All threads also share a table of objects, in which each
// object says itself what it must contain. After each collection the heap's own verifier runs.
//
// Exit code: 0 nothing was found, 1 something was, 2 wrong use. A thread's steps are determined by the seed; how the
// threads interleave is not.
#include <hallmark/hallmark.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tests/stress/chaos.hpp"

namespace {

using namespace hallmark;

struct Options {
  std::uint64_t seed = 1;
  unsigned seconds = 10;
  std::uint64_t steps = 0;  // of each thread; 0: by time
  unsigned threads = 3;
  unsigned workers = 2;
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
  std::fprintf(stderr, "torture: thread %u: %s\n  again: torture --seed %llu --threads %u --workers %u\n", thread, what,
               static_cast<unsigned long long>(options.seed), options.threads, options.workers);
  std::_Exit(1);
}

constexpr std::size_t kShared = 4000;  // a large object: 32 000 bytes of references and more
constexpr std::size_t kRoots = 6;
constexpr std::size_t kLarge = 9000;  // slots of a thread's large array: 72 000 bytes

/// One thread's life, from attach to detach.
class Life {
 public:
  Life(const Options& options, Heap& heap, unsigned thread, std::uint64_t seed, RefArray<Node>* shared)
      : options_(options),
        heap_(heap),
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

  void step() {
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
      if (random_() % 60 == 0) collect();
      if (random_() % 20 == 0) bag();
      if (random_() % 200 == 0) check_all();
    }
    if (shadow_.size() > 20000) forget_unreachable();
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
    from->to[edge].store(mutator_, to);
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

Options parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string name = arguments[i];
    char* end = nullptr;
    const std::uint64_t value = i + 1 < count ? std::strtoull(arguments[i + 1], &end, 10) : 0;
    const bool number = end != nullptr && *end == '\0' && end != arguments[i + 1];
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
    } else {
      std::fprintf(stderr, "usage: torture [--seed N] [--seconds S | --steps N] [--threads 1..64] [--workers 1..16]\n");
      std::exit(2);
    }
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = parse(count, arguments);
  Heap heap({.workers = options.workers,
             .max_bytes = 1u << 30,
             .young_bytes = 1u << 20,
             .major_least_bytes = 8u << 20,
             .verify = true});
  auto mutator = heap.attach("torture");
  Root<RefArray<Node>> shared(mutator, mutator.make_array<Node>(kShared));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  std::atomic<std::uint64_t> steps{0};
  std::atomic<std::uint64_t> lives{0};

  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < options.threads; ++thread) {
    threads.emplace_back([&, thread] {
      hallmark::testing::Chaos::enter_thread(thread);
      std::mt19937_64 random(options.seed * 1000003 + thread);
      std::uint64_t done = 0;
      const auto is_over = [&] {
        return options.steps > 0 ? done >= options.steps : std::chrono::steady_clock::now() >= end;
      };
      while (!is_over()) {
        // A life ends with its objects alive; they are garbage from then on.
        Life life(options, heap, thread + 1, random(), shared.get());
        for (std::uint64_t left = random() % 20000 + 1; left > 0 && !is_over(); --left, ++done) life.step();
        life.check_all();
        lives.fetch_add(1, std::memory_order_relaxed);
      }
      steps.fetch_add(done, std::memory_order_relaxed);
    });
  }
  {
    const Foreign waiting(mutator);
    for (std::thread& thread : threads) thread.join();
  }
  heap.collect(Major);
  const HeapStatistics statistics = heap.statistics();
  std::printf(
      "torture: seed %llu, %u threads, %u workers: %llu steps in %llu lives, %llu minor and %llu major collections, "
      "%llu objects freed; nothing found\n",
      static_cast<unsigned long long>(options.seed), options.threads, options.workers,
      static_cast<unsigned long long>(steps.load()), static_cast<unsigned long long>(lives.load()),
      static_cast<unsigned long long>(statistics.minor_collections),
      static_cast<unsigned long long>(statistics.major_collections),
      static_cast<unsigned long long>(statistics.freed_objects));
  return statistics.minor_collections > 0 ? 0 : 1;
}
