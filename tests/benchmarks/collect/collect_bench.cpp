// Generations, measured: minor pauses beside a scan of all page headers, the write barrier beside a plain store, and
// the pauses of a server-like load with each feature on and off.
//
//   hallmark-bench-collect [--json FILE] [pauses|barrier|lru|server]...      without a name: all
//
// Compared is always within one run, alternating. Figures are medians of kRounds.
#include <hallmark/hallmark.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/benchmarks/collect/lru_table.hpp"
#include "tests/benchmarks/collect/records.hpp"

namespace {

using namespace hallmark;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 7;

Records records;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double nanoseconds(Clock::duration time) { return std::chrono::duration<double, std::nano>(time).count(); }

void check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "hallmark-bench-collect: %s\n", what);
  std::exit(1);
}

struct Leaf {
  std::uint64_t value = 0;
  static constexpr auto kReferences = references();
};

struct Node {
  std::array<Ref<Node>, 4> to;
  Ref<Leaf> leaf;
  std::uint64_t pad[3] = {};
  static constexpr auto kReferences = references(&Node::to, &Node::leaf);
};
constexpr std::size_t kNodesOfPage = kPageBytes / sizeof(Node);

/// Evicts the caches.
void cool() {
  static std::vector<std::uint64_t> cold(std::size_t{8} << 20);
  for (std::size_t i = 0; i < cold.size(); i += 8) ++cold[i];
}

// Minor pauses.

/// `pages` old pages, an object in each of `dirty` of them written to; the pause, and the time of a scan that looks at
/// every page for its flag: once where all flags lie side by side, as here, once where each lies in its page.
/// Evicted: each begins with empty caches, code and all; otherwise as its like has left them, since each takes kRounds
/// turns before the next does.
void pauses_of(std::size_t pages, std::size_t dirty, bool evicted) {
  Heap heap({.max_bytes = std::size_t{4} << 30, .automatic = false});
  auto mutator = heap.attach();
  const std::size_t nodes = pages * kNodesOfPage;
  Root<RefArray<Node>> all(mutator, mutator.make_array<Node>(nodes));
  for (std::size_t i = 0; i < nodes; ++i) (*all.get())[i].store(mutator, mutator.make<Node>());
  heap.collect(Major);
  PageHeap& of_pages = heap.pages();
  std::vector<double> pause, scan_here, scan_in_pages;
  const auto scan_of_headers = [&] {
    std::uint64_t found = 0;
    const auto begin = Clock::now();
    for (PageNumber page = 0; page < of_pages.page_count(); ++page) {
      found += of_pages.header(page).flags.is_dirty_listed(order<"gallery_bench.scan.load_flags">(relaxed)) ? 1 : 0;
    }
    scan_here.push_back(nanoseconds(Clock::now() - begin));
    check(found == dirty, "the scan of all headers finds another number of dirty pages");
  };
  const auto scan_of_pages = [&] {
    const auto begin = Clock::now();
    for (PageNumber page = 0; page < of_pages.page_count(); ++page) {
      (void)*reinterpret_cast<volatile const unsigned char*>(of_pages.begin_of(page));
    }
    scan_in_pages.push_back(nanoseconds(Clock::now() - begin));
  };
  for (std::size_t turn = 0; turn < 9 * kRounds; ++turn) {
    for (std::size_t i = 0; i < dirty; ++i) {
      Root<Leaf> leaf(mutator, mutator.make<Leaf>());
      (*all.get())[i * (nodes / dirty) + turn]->leaf.store(mutator, leaf.get());
    }
    const std::size_t subject = turn / kRounds % 3;
    if (evicted) cool();
    if (subject == 1) scan_of_headers();
    if (subject == 2) scan_of_pages();
    heap.collect(Minor);
    const CollectionRecord record = heap.statistics().last;
    check(record.dirty_pages == dirty && record.dirty_cells == dirty,
          "the collection finds another number of dirty pages");
    if (subject == 0) pause.push_back(static_cast<double>(record.pause_ns));
  }
  const std::string graph =
      std::to_string(pages) + " pages, " + std::to_string(dirty) + " dirty, " + (evicted ? "evicted" : "warm");
  records.add({graph, "minor pause", 1, "time", "ns"}, pause);
  records.add({graph, "scan of headers in pages", 1, "time", "ns"}, scan_in_pages);
  records.add({graph, "scan of headers side by side", 1, "time", "ns"}, scan_here);
  std::printf(
      "%6zu pages, %3zu dirty, %s: minor pause %8.1f us; scan of headers in their pages %8.1f us (%5.1f x), of headers "
      "side by side %7.1f us (%4.1f x); list %zu bytes a page, %.4f %% of the heap\n",
      pages, dirty, evicted ? "caches evicted" : "caches warm", median(pause) / 1e3, median(scan_in_pages) / 1e3,
      median(scan_in_pages) / median(pause), median(scan_here) / 1e3, median(scan_here) / median(pause), sizeof(void*),
      100.0 * sizeof(void*) / static_cast<double>(kPageBytes));
}

// Barrier.

template <class Store>
double per_store(std::vector<Node*>& nodes, std::size_t stores, Store store) {
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < stores; ++i) store(*nodes[i % nodes.size()], nodes[(i + 1) % nodes.size()]);
  return nanoseconds(Clock::now() - begin) / static_cast<double>(stores);
}

void barrier() {
  Heap heap({.automatic = false});
  auto mutator = heap.attach();
  constexpr std::size_t kNodes = 4096;  // a working set that stays in the second-level cache
  Root<RefArray<Node>> all(mutator, mutator.make_array<Node>(kNodes));
  std::vector<Node*> nodes(kNodes);
  for (std::size_t i = 0; i < kNodes; ++i) {
    nodes[i] = mutator.make<Node>();
    (*all.get())[i].store(mutator, nodes[i]);
  }
  const auto plain = [](Node& node, Node* target) {
    reinterpret_cast<Slot&>(node.to[0]).store_stopped(reinterpret_cast<Address>(target));
  };
  const auto with_barrier = [&](Node& node, Node* target) { node.to[0].store(mutator, target); };
  std::vector<double> none, young, clean, dirty;
  for (int round = 0; round < kRounds; ++round) {
    none.push_back(per_store(nodes, 1'000'000, plain));
    young.push_back(per_store(nodes, 1'000'000, with_barrier));
  }
  heap.collect(Minor);
  for (int round = 0; round < kRounds; ++round) {
    heap.collect(Minor);  // clean again
    clean.push_back(per_store(nodes, kNodes, with_barrier));
    dirty.push_back(per_store(nodes, 1'000'000, with_barrier));
  }
  records.add({"store", "plain", 1, "time", "ns/store"}, none);
  records.add({"store", "young", 1, "time", "ns/store"}, young);
  records.add({"store", "old and clean", 1, "time", "ns/store"}, clean);
  records.add({"store", "old and dirty", 1, "time", "ns/store"}, dirty);
  std::printf(
      "store, ns: plain %.2f, barrier with a young source %.2f, old and clean %.2f (first touch), old and dirty %.2f\n",
      median(none), median(young), median(clean), median(dirty));
}

constexpr std::size_t kLruEntries = 1'000'000;
constexpr std::uint64_t kLruKeys = 1'025'000;  // one in 40 is not in the table
constexpr int kLruOperations = 250'000;        // of a turn

/// Operations on a table of a million entries, all of them old at first, in turns with the barrier and without it.
template <LruTable::Stores How>
double lru_turn(Mutator& mutator, LruTable& table, std::mt19937_64& keys) {
  const auto begin = Clock::now();
  for (int i = 0; i < kLruOperations; ++i) table.get<How>(mutator, keys() % kLruKeys);
  return nanoseconds(Clock::now() - begin) / kLruOperations;
}

/// A collection precedes each round, so the first store into each object finds it clean; a major one, as without the
/// barrier nothing is remembered. A round has eight million operations with the barrier, after which the heap would
/// collect by itself: one in 40 makes 80 bytes, and young_bytes is 16 MiB.
void lru() {
  using Stores = LruTable::Stores;
  constexpr int kTurns = 32;  // of a round, of each kind
  Heap heap({.max_bytes = std::size_t{2} << 30, .automatic = false});
  auto mutator = heap.attach();
  LruTable table(heap, mutator, kLruEntries);
  std::mt19937_64 keys(1);
  for (std::uint64_t key = 0; key < kLruEntries; ++key) table.get<Stores::with_barrier>(mutator, key);
  heap.collect(Major);
  lru_turn<Stores::counted>(mutator, table, keys);
  std::vector<double> with, without, ratio;
  for (int round = 0; round < kRounds; ++round) {
    heap.collect(Major);
    std::array<double, 2> sums{};
    for (int turn = 0; turn < kTurns; ++turn) {
      const auto barrier = [&] { with.push_back(lru_turn<Stores::with_barrier>(mutator, table, keys)); };
      // Neighbours are compared, in both orders.
      if (turn % 2 == 0) barrier();
      without.push_back(lru_turn<Stores::plain>(mutator, table, keys));
      if (turn % 2 == 1) barrier();
      sums[0] += with.back();
      sums[1] += without.back();
    }
    ratio.push_back(sums[0] / sums[1]);
  }
  records.add({"LRU cache", "with barrier", 1, "time", "ns/operation"}, with);
  records.add({"LRU cache", "plain stores", 1, "time", "ns/operation"}, without);
  records.add({"LRU cache", "with barrier", 1, "ratio", "1"}, ratio);
  std::printf(
      "LRU cache, ns an operation: %.1f with the barrier, %.1f with plain stores: %+.1f %% (target < 5); %.1f %% of "
      "%.1f stores an operation go into old objects (target >= 90)\n",
      median(with), median(without), 100 * (median(ratio) - 1),
      100.0 * static_cast<double>(table.old_stores) / static_cast<double>(table.stores),
      static_cast<double>(table.stores) / kLruOperations);
}

// Server.

struct Feature {
  const char* name;
  HeapOptions options;
};

HeapOptions server_options() {
  return {.workers = std::max(2U, std::min(16U, std::thread::hardware_concurrency())),
          .max_bytes = std::size_t{4} << 30,
          .young_bytes = 8u << 20,
          .major_growth = 1.5};
}

/// Sessions that live for a while in a table, requests that make garbage and touch some sessions.
std::vector<CollectionRecord> serve(const HeapOptions& options, unsigned mutators, int requests) {
  Heap heap(options);
  auto main_mutator = heap.attach();
  constexpr std::size_t kSessions = 100'000;
  Root<RefArray<Node>> sessions(main_mutator, main_mutator.make_array<Node>(kSessions));
  for (std::size_t i = 0; i < kSessions; ++i) {
    Root<Node> node(main_mutator, main_mutator.make<Node>());
    for (Ref<Node>& to : node->to) {
      Node* const other = main_mutator.make<Node>();
      to.store(main_mutator, other);
    }
    (*sessions.get())[i].store(main_mutator, node.get());
  }
  heap.collect(Major);
  const std::size_t before = heap.statistics().pauses.size();
  std::vector<std::thread> threads;
  {
    const Foreign waiting(main_mutator);
    for (unsigned t = 0; t < mutators; ++t) {
      threads.emplace_back([&, t] {
        auto mutator = heap.attach();
        std::mt19937_64 random(t);
        Root<Node> request(mutator);
        for (int i = 0; i < requests; ++i) {
          request = nullptr;
          for (int k = 0; k < 40; ++k) {
            Root<Node> node(mutator, mutator.make<Node>());
            node->to[0].store(mutator, request.get());
            request = node;
          }
          Node* const session = (*sessions.get())[random() % kSessions].load();
          session->to[random() % 4].store(mutator, request.get());
          if (i % 50 == 0) (*sessions.get())[random() % kSessions].store(mutator, request.get());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::vector<CollectionRecord> log = heap.statistics().pauses;
  log.erase(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(before));
  return log;
}

void server() {
  std::vector<Feature> features;
  features.push_back({"all features on", server_options()});
  features.push_back({"no generations", server_options()});
  features.back().options.generations = false;
  features.push_back({"one worker", server_options()});
  features.back().options.workers = 1;
  features.push_back({"no push transfer", server_options()});
  features.back().options.marking.push_transfer = PushTransfer::never;
  features.push_back({"no generations, one worker", server_options()});
  features.back().options.generations = false;
  features.back().options.workers = 1;
  for (const unsigned mutators : {1U, 2U}) {
    std::vector<std::vector<CollectionRecord>> pauses(features.size());
    for (int round = 0; round < 3; ++round) {
      for (std::size_t i = 0; i < features.size(); ++i) {
        const auto more = serve(features[i].options, mutators, 40'000);
        pauses[i].insert(pauses[i].end(), more.begin(), more.end());
      }
    }
    for (std::size_t i = 0; i < features.size(); ++i) {
      const auto us = [&](double share) { return static_cast<double>(pause_quantile(pauses[i], share)) / 1e3; };
      const std::string graph = "server, " + std::to_string(mutators) + " mutators";
      std::vector<double> all;
      for (const CollectionRecord& record : pauses[i]) all.push_back(static_cast<double>(record.pause_ns));
      records.add({graph, features[i].name, features[i].options.workers, "pause", "ns"}, all);
      records.add({graph, features[i].name, features[i].options.workers, "pause p95", "ns"}, {1e3 * us(0.95)});
      records.add({graph, features[i].name, features[i].options.workers, "pause p99", "ns"}, {1e3 * us(0.99)});
      std::printf("server, %u mutators, %-28s %4zu collections, pauses us: p50 %8.1f  p95 %8.1f  p99 %8.1f\n", mutators,
                  features[i].name, pauses[i].size(), us(0.5), us(0.95), us(0.99));
    }
    const double on = static_cast<double>(pause_quantile(pauses[0], 0.95));
    const double off = static_cast<double>(pause_quantile(pauses.back(), 0.95));
    std::printf("server, %u mutators: p95 pause with the features over without: target <= 0.70: measured %.2f\n",
                mutators, on / off);
  }
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> chosen(arguments + 1, arguments + count);
  std::string json;
  if (chosen.size() >= 2 && chosen[0] == "--json") {
    json = chosen[1];
    chosen.erase(chosen.begin(), chosen.begin() + 2);
  }
  const auto wants = [&](const char* name) {
    return chosen.empty() || std::find(chosen.begin(), chosen.end(), name) != chosen.end();
  };
  if (wants("pauses")) {
    for (const auto& [pages, dirty] : {std::pair{1000, 10}, {10'000, 10}, {10'000, 30}, {10'000, 100}}) {
      for (const bool evicted : {true, false}) {
        pauses_of(static_cast<std::size_t>(pages), static_cast<std::size_t>(dirty), evicted);
      }
    }
  }
  if (wants("barrier")) barrier();
  if (wants("lru")) lru();
  if (wants("server")) server();
  check(json.empty() || records.write(json), "the file for the figures can't be written");
}
