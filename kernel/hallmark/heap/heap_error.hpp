// HeapError: what the heap and the marker throw when they are used wrongly or can't be set up.
//
// Running out of memory while a program allocates is not an error of this kind: allocation returns nothing
// (allocator.hpp).
#pragma once

#include <stdexcept>
#include <string>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// what() says what is wrong, where, and what to do.
class HeapError : public std::runtime_error {
 public:
  explicit HeapError(const std::string& what) : std::runtime_error("hallmark: " + what) {}
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
