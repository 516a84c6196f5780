// Handle: a reference that a thread holds outside of the heap, and that its mutator knows of. Root and Weak are
// handles.
//
// Thread roles: the mutator's thread constructs, reads, writes and destroys it; the collector reads and writes it while
// the world is stopped.
#pragma once

#include <hallmark/collect/chain.hpp>
#include <hallmark/heap/slot.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class Mutator;

/// A place in one of the lists of a mutator. Complexity: O(1). Making or destroying one on another thread than the
/// mutator's ends the program with a report.
class Handle {
 public:
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 protected:
  /// In which of the lists.
  enum class Kind : unsigned char { root, weak };

  /// On the list of `mutator` from here on.
  Handle(Mutator& mutator, Kind kind, Address target);  // mutator.hpp
  ~Handle();

  /// Whose it is.
  Mutator& mutator() const { return mutator_; }
  /// What it names, or nullptr.
  Address target() const { return target_; }
  /// From now on it names `target`, or nothing.
  void set_target(Address target) { target_ = target; }

 private:
  friend class Mutator;
  friend class Chain<Handle>;

  Mutator& mutator_;
  const Kind kind_;
  Handle* before_ = nullptr;
  Handle* after_ = nullptr;
  Address target_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
