// A stack of its own for a piece of code that can be left in the middle, for good: start() forgets what ran before.
// What is abandoned is not unwound, so code on a fiber must own nothing.
#pragma once

#include <cstddef>

namespace hallmark::explorer_engine {

class Fiber {
 public:
  using Body = void (*)(void* argument);

  Fiber();
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// The next resume() calls body(argument).
  void start(Body body, void* argument);
  /// Runs the body until it calls suspend() or returns.
  void resume();
  /// Called on the fiber: back to where it was resumed.
  void suspend();
  bool finished() const { return finished_; }

 private:
  void enter();
  friend struct FiberEntry;

  void* stack_;
  void* context_ = nullptr;
  void* caller_ = nullptr;
  Body body_ = nullptr;
  void* argument_ = nullptr;
  bool finished_ = false;
};

}  // namespace hallmark::explorer_engine
