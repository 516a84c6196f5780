// The server-like load of collect_bench.cpp on libgc: the same sessions and requests, the pauses of the stopped world.
//
//   hallmark-bench-server-boehm [--json FILE] [incremental]
//
// incremental: libgc's generational mode, by write-protected pages.
#define GC_THREADS
#include <gc/gc.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/benchmarks/collect/records.hpp"

namespace {

using Clock = std::chrono::steady_clock;

struct Node {
  Node* to[4];
  void* leaf;
  std::uint64_t pad[3];
};

constexpr std::size_t kSessions = 100'000;
constexpr int kRequests = 40'000;

Clock::time_point stopped_at;
std::vector<double>* pauses = nullptr;  // in microseconds; written while the world is stopped, or by who stops it

void note_event(GC_EventType event) {
  if (event == GC_EVENT_PRE_STOP_WORLD) stopped_at = Clock::now();
  if (event == GC_EVENT_POST_START_WORLD) {
    pauses->push_back(std::chrono::duration<double, std::micro>(Clock::now() - stopped_at).count());
  }
}

Node* make_node() { return static_cast<Node*>(GC_malloc(sizeof(Node))); }

void serve(Node** sessions, unsigned mutators) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < mutators; ++t) {
    threads.emplace_back([=] {
      GC_stack_base base;
      GC_get_stack_base(&base);
      GC_register_my_thread(&base);
      std::mt19937_64 random(t);
      for (int i = 0; i < kRequests; ++i) {
        Node* request = nullptr;
        for (int k = 0; k < 40; ++k) {
          Node* const node = make_node();
          node->to[0] = request;
          request = node;
        }
        Node* const session = sessions[random() % kSessions];
        session->to[random() % 4] = request;
        if (i % 50 == 0) sessions[random() % kSessions] = request;
      }
      GC_unregister_my_thread();
    });
  }
  for (std::thread& thread : threads) thread.join();
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size()) + 0.999999);
  return values[std::clamp<std::size_t>(place, 1, values.size()) - 1];
}

}  // namespace

int main(int count, char** arguments) {
  std::string json;
  if (count > 2 && std::strcmp(arguments[1], "--json") == 0) {
    json = arguments[2];
    count -= 2;
    arguments += 2;
  }
  const bool incremental = count > 1 && std::strcmp(arguments[1], "incremental") == 0;
  if (count > 1 && !incremental) {
    std::fprintf(stderr, "usage: hallmark-bench-server-boehm [--json FILE] [incremental]\n");
    return 2;
  }
  GC_set_markers_count(2);
  GC_INIT();
  GC_allow_register_threads();
  if (incremental) {
    GC_enable_incremental();
    if (GC_is_incremental_mode() == 0) {
      std::printf("server, libgc incremental: this libgc has no incremental mode\n");
      return 0;
    }
  }
  Records records;
  for (const unsigned mutators : {1U, 2U}) {
    std::vector<double> measured;
    measured.reserve(1 << 20);
    pauses = &measured;
    for (int round = 0; round < 3; ++round) {
      GC_set_on_collection_event(nullptr);
      auto** const sessions = static_cast<Node**>(GC_malloc(kSessions * sizeof(Node*)));
      for (std::size_t i = 0; i < kSessions; ++i) {
        Node* const node = make_node();
        for (Node*& to : node->to) to = make_node();
        sessions[i] = node;
      }
      GC_gcollect();
      GC_set_on_collection_event(note_event);
      serve(sessions, mutators);
      GC_set_on_collection_event(nullptr);
    }
    if (!measured.empty()) {
      const std::string graph = "server, " + std::to_string(mutators) + " mutators";
      const char* const subject = incremental ? "libgc, incremental" : "libgc";
      std::vector<double> all;
      for (const double pause : measured) all.push_back(1e3 * pause);
      records.add({graph, subject, 2, "pause", "ns"}, all);
      records.add({graph, subject, 2, "pause p95", "ns"}, {1e3 * quantile(measured, 0.95)});
      records.add({graph, subject, 2, "pause p99", "ns"}, {1e3 * quantile(measured, 0.99)});
    }
    std::printf("server, %u mutators, %-28s %4zu collections, pauses us: p50 %8.1f  p95 %8.1f  p99 %8.1f\n", mutators,
                incremental ? "libgc, incremental" : "libgc", measured.size(), quantile(measured, 0.5),
                quantile(measured, 0.95), quantile(measured, 0.99));
  }
  if (!json.empty() && !records.write(json)) {
    std::fprintf(stderr, "hallmark-bench-server-boehm: %s can't be written\n", json.c_str());
    return 1;
  }
  return 0;
}
