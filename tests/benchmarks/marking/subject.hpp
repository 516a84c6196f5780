// What a marking benchmark measures: a subject, which has a heap and marks it. And the program around it: build a graph
// in the subject's heap, mark it again and again, print how long it took.
//
// A subject is made anew, with one graph, in a process of its own: heaps share nothing, collectors that fix their
// number of threads at start can be compared, and each run has its own luck with physical memory.
//
// Read next: graphs.hpp, ../bench.py (which runs the programs in turn).
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tests/benchmarks/marking/graphs.hpp"

namespace hallmark::bench {

/// One mark phase. Clearing the marks of the one before, and counting, are not part of the time.
struct MarkRun {
  double nanoseconds = 0;
  std::uint64_t marked = 0;                // objects; compared with what can be reached
  std::map<std::string, double> counters;  // what else is worth knowing
};

/// A node starts with its 4 references; `id` goes into the 16 bytes after them. An array of n is n references.
/// Objects are not moved and not freed. root is called once, set before it.
template <class S>
concept MarkSubject = requires(S subject, typename S::Object object, std::uint32_t number) {
  { subject.make_node(number) } -> std::same_as<typename S::Object>;
  { subject.make_array(number) } -> std::same_as<typename S::Object>;
  subject.set(object, number, object);  // object, slot, target
  subject.root(object);
  { subject.mark() } -> std::same_as<MarkRun>;
};

/// A subject that knows which objects there are before it marks: the bounds.
template <class S>
concept KnowsOrder = requires(S subject, const Graph& graph, std::span<const typename S::Object> objects) {
  subject.know(graph, objects);
};

/// Builds `graph` in the subject's heap. Not inlined, so that no reference stays behind in the caller's frame.
template <MarkSubject S>
[[gnu::noinline]] void build(S& subject, const Graph& graph) {
  std::vector<typename S::Object> objects(graph.size());
  for (const std::uint32_t id : graph.allocation_order()) {
    objects[id] = graph.is_node(id) ? subject.make_node(id)
                                    : subject.make_array(static_cast<std::uint32_t>(graph.references_of(id).size()));
  }
  for (std::uint32_t id = 0; id < graph.size(); ++id) {
    std::uint32_t slot = 0;
    for (const std::uint32_t target : graph.references_of(id)) {
      if (target != kNull) subject.set(objects[id], slot, objects[target]);
      ++slot;
    }
  }
  subject.root(objects[0]);
  if constexpr (KnowsOrder<S>) subject.know(graph, std::span<const typename S::Object>(objects));
}

template <class Function>
double nanoseconds(Function&& function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

/// What the program offers: `measure` builds the graph in a new subject and marks it `marks` times.
struct Offer {
  std::string subject;
  unsigned workers = 1;
  std::function<std::vector<MarkRun>(const Graph& graph, unsigned marks)> measure;
  std::string only = "";  // graphs whose names begin so
};

template <MarkSubject S, class... Arguments>
std::vector<MarkRun> measure(const Graph& graph, unsigned marks, Arguments... arguments) {
  S subject(arguments...);
  build(subject, graph);
  std::vector<MarkRun> runs;
  for (unsigned i = 0; i < marks; ++i) runs.push_back(subject.mark());
  return runs;
}

/// main of a benchmark program:
///   PROGRAM list                               a line each: subject, workers, graph
///   PROGRAM run SUBJECT WORKERS GRAPH [NODES]  a line of JSON. Exit code 1: the subject has not marked what can be
///                                              reached, and nothing is printed
int run_offers(std::span<char*> arguments, const std::vector<Offer>& offers);

}  // namespace hallmark::bench
