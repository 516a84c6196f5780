// MutatorState: what a safepoint knows of one mutator. Storage of the caller, one for each thread that may be stopped.
//
// Thread roles: its thread hands it to the safepoint's functions; the collector reads it while the world is stopped.
//
// Read next: safepoint.hpp.
#pragma once

#include <cstdint>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// What a collector has to say about a mutator goes into a class that derives from this.
class MutatorState {
 public:
  /// `name` is for reports; it must outlive the state (a literal).
  explicit MutatorState(const char* name) : name_(name) {}

  /// Reports a state that is attached.
  ~MutatorState() {
    if (whereabouts_.read() == Whereabouts::detached) [[likely]]
      return;
    sync::report_misuse({.what = "mutator destroyed while it is attached",
                         .name = name_,
                         .to_do = "call detach on its thread, and then destroy it",
                         .earlier = attached_at_,
                         .which = "attached"});
  }

  MutatorState(const MutatorState&) = delete;
  MutatorState& operator=(const MutatorState&) = delete;

  const char* name() const { return name_; }

  /// Where attach was called last. Its own thread, or the collector while the world is stopped.
  vocabulary::Place attached_at() const { return attached_at_; }

 protected:
  // Protected, not private: a checker derives from the state to break it.
  friend class Safepoint;

  enum class Whereabouts : unsigned char {
    detached,
    inside,   // runs managed code, or waits as stopped
    foreign,  // between enter_foreign and leave_foreign
    stopping  // between stop and resume
  };

  const char* name_;
  vocabulary::Place attached_at_{};          // written by its own thread, before it is in the list
  sync::plain<Whereabouts> whereabouts_;     // written by its own thread, under the lock
  sync::plain<std::uint32_t> acknowledged_;  // likewise: the epoch it has stopped for; void in any other epoch
  sync::plain<MutatorState*> next_;          // under the lock, written by mutators that run
  sync::plain<MutatorState*> previous_;      // likewise
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
