// CallbackScope: what a program's own functions, called in the midst of something, must not call again: whoever owns
// it would wait for itself.
//
// Thread roles: any; all state is the calling thread's own. No lock, no allocation.
#pragma once

namespace hallmark::vocabulary {

/// While it lives, functions of the program that this thread calls are callbacks of `owner`. Scopes of several owners
/// may lie within each other. Complexity: all O(1), but `callback_of` O(scopes of this thread).
class CallbackScope {
 public:
  /// `callback` says which function of the program is called, for reports: "a root source". It outlives the scope.
  CallbackScope(const void* owner, const char* callback) : owner_(owner), callback_(callback), outer_(innermost) {
    innermost = this;
  }
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;
  ~CallbackScope() { innermost = outer_; }

  /// In which callback of `owner` the calling thread is; null: in none.
  static const char* callback_of(const void* owner) {
    for (const CallbackScope* scope = innermost; scope != nullptr; scope = scope->outer_) {
      if (scope->owner_ == owner) return scope->callback_;
    }
    return nullptr;
  }

 private:
  inline static thread_local const CallbackScope* innermost = nullptr;

  const void* const owner_;
  const char* const callback_;
  const CallbackScope* const outer_;
};

}  // namespace hallmark::vocabulary
