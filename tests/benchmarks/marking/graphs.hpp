// The graphs that are marked in benchmarks, as data: what objects there are, whom they refer to, and in which order
// they are allocated. The same graph is built in the heap of each subject, so nobody marks another shape.
//
// There are two kinds of object: nodes of 4 references and 16 bytes, and arrays of references.
//
// Read next: subject.hpp (who marks them).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallmark::bench {

inline constexpr std::uint32_t kNull = ~std::uint32_t{0};
inline constexpr std::uint32_t kNodeSlots = 4;

/// Objects are numbered from 0; object 0 is the root.
class Graph {
 public:
  std::uint32_t size() const { return static_cast<std::uint32_t>(first_.size() - 1); }

  /// Whom object `id` refers to; kNull where a slot is empty.
  std::span<const std::uint32_t> references_of(std::uint32_t id) const {
    return std::span(targets_).subspan(first_[id], first_[id + 1] - first_[id]);
  }
  bool is_node(std::uint32_t id) const { return !is_array_[id]; }

  /// The objects in the order of their allocation.
  std::span<const std::uint32_t> allocation_order() const { return order_; }

  void add_node(std::uint32_t a = kNull, std::uint32_t b = kNull, std::uint32_t c = kNull, std::uint32_t d = kNull);
  void add_array(std::span<const std::uint32_t> references);
  void allocate_in_order();
  /// The same shape; places in memory have nothing to do with the references.
  void allocate_shuffled();

 private:
  std::vector<std::uint32_t> first_{0};  // references of object i: targets_[first_[i] .. first_[i + 1])
  std::vector<std::uint32_t> targets_;
  std::vector<bool> is_array_;
  std::vector<std::uint32_t> order_;
};

/// All names that make_graph knows.
///   tree    complete binary tree, allocated in preorder, as a recursive constructor does
///   random  out-degree 4, targets uniform; about 2 % cannot be reached. Shuffling would not change it
///   list    one node after the other
///   array   an array whose elements are nodes without references
///   lru     a cache in use: hash table of chains, entries {next in chain, older, newer, value}; the order of last use
///           is random; a value is allocated with its entry
std::span<const std::string_view> graph_names();

/// A graph of about `nodes` nodes (lru: entries, each with a value), the same in each run. Throws
/// std::invalid_argument when there is no graph of that name.
Graph make_graph(std::string_view name, std::uint32_t nodes);

/// The objects that can be reached, depth first. This is the oracle for what a subject marks.
std::vector<std::uint32_t> marking_order(const Graph& graph);

}  // namespace hallmark::bench
