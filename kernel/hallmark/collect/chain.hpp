// Chain: a list through its members, which come and go in any order. It owns nothing.
//
// Thread roles: one thread, or under a lock.
#pragma once

#include <cstddef>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Node has the members before_ and after_, null while it is on no chain. Complexity: add and remove O(1).
template <class Node>
class Chain {
 public:
  Chain() = default;
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void add(Node& node) {
    node.after_ = first_;
    node.before_ = nullptr;
    if (first_ != nullptr) first_->before_ = &node;
    first_ = &node;
    ++size_;
  }

  void remove(Node& node) {
    (node.before_ != nullptr ? node.before_->after_ : first_) = node.after_;
    if (node.after_ != nullptr) node.after_->before_ = node.before_;
    --size_;
  }

  /// see(node) must not change the chain.
  template <class See>
  void for_each(See&& see) const {
    for (Node* node = first_; node != nullptr; node = node->after_) see(*node);
  }

 private:
  Node* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
