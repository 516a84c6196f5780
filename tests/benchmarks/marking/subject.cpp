#include "tests/benchmarks/marking/subject.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace hallmark::bench {
namespace {

constexpr std::uint32_t kNodes = 1U << 20;
constexpr unsigned kWarmUps = 1;
constexpr unsigned kMarks = 5;

int list(const std::vector<Offer>& offers) {
  for (const Offer& offer : offers) {
    for (const std::string_view graph : graph_names()) {
      if (!graph.starts_with(offer.only)) continue;
      std::printf("%s %u %s\n", offer.subject.c_str(), offer.workers, std::string(graph).c_str());
    }
  }
  return 0;
}

int run(const Offer& offer, std::string_view graph_name, std::uint32_t nodes) {
  const Graph graph = make_graph(graph_name, nodes);
  const std::size_t reachable = marking_order(graph).size();
  std::vector<MarkRun> runs = offer.measure(graph, kWarmUps + kMarks);
  for (const MarkRun& run : runs) {
    if (run.marked == reachable) continue;
    std::fprintf(stderr, "%s marked %llu objects of %s, and %zu can be reached\n", offer.subject.c_str(),
                 static_cast<unsigned long long>(run.marked), std::string(graph_name).c_str(), reachable);
    return 1;
  }
  runs.erase(runs.begin(), runs.begin() + kWarmUps);
  std::printf(R"({"subject": "%s", "workers": %u, "graph": "%s", "objects": %zu, "runs": [)", offer.subject.c_str(),
              offer.workers, std::string(graph_name).c_str(), reachable);
  const char* separator = "";
  for (const MarkRun& run : runs) {
    std::printf(R"(%s{"ns_per_object": %.4f)", separator, run.nanoseconds / static_cast<double>(reachable));
    for (const auto& [name, value] : run.counters) std::printf(R"(, "%s": %.6g)", name.c_str(), value);
    std::printf("}");
    separator = ", ";
  }
  std::printf("]}\n");
  return 0;
}

}  // namespace

int run_offers(std::span<char*> arguments, const std::vector<Offer>& offers) {
  if (arguments.size() == 2 && std::string_view(arguments[1]) == "list") return list(offers);
  if (arguments.size() < 5 || arguments.size() > 6 || std::string_view(arguments[1]) != "run") {
    std::fprintf(stderr, "usage: %s list | run SUBJECT WORKERS GRAPH [NODES]\n", arguments[0]);
    return 2;
  }
  const std::string_view subject = arguments[2];
  const unsigned long workers = std::strtoul(arguments[3], nullptr, 10);
  const unsigned long nodes = arguments.size() == 6 ? std::strtoul(arguments[5], nullptr, 10) : kNodes;
  if (nodes < 2 || nodes > (1UL << 24)) {
    std::fprintf(stderr, "%s: NODES lies in 2 .. 2^24\n", arguments[0]);
    return 2;
  }
  for (const Offer& offer : offers) {
    if (offer.subject != subject || offer.workers != workers) continue;
    return run(offer, arguments[4], static_cast<std::uint32_t>(nodes));
  }
  std::fprintf(stderr, "%s: there is no subject %s with %lu workers\n", arguments[0], arguments[2], workers);
  return 2;
}

}  // namespace hallmark::bench
