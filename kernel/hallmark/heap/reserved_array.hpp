// ReservedArray: an array that never moves. Its address space is reserved at once, its memory comes as it grows.
//
// Thread roles: one thread grows it, under the heap's lock; anyone uses elements that it has learnt of from there.
#pragma once

#include <cstddef>
#include <string>

#include <hallmark/heap/heap_error.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// T is valid when all of its bytes are zero, and its destructor does nothing. Complexity: O(1) but for growth.
template <class T, class Memory>
class ReservedArray {
 public:
  static constexpr std::size_t kOsPage = 4096;

  /// Room for `most` elements. Throws HeapError if the address space is refused.
  explicit ReservedArray(std::size_t most, std::size_t alignment = kOsPage)
      : bytes_(round_up(most * sizeof(T))), begin_(Memory::reserve(bytes_, alignment)) {
    if (begin_ == nullptr) {
      throw HeapError("no address space for " + std::to_string(bytes_ >> 20) +
                      " MiB: lower the heap's max_bytes, or raise the limit of the process (ulimit -v)");
    }
  }
  ReservedArray(const ReservedArray&) = delete;
  ReservedArray& operator=(const ReservedArray&) = delete;
  ~ReservedArray() { Memory::release(begin_, bytes_); }

  /// Memory for the elements up to `count`, all zero. False: refused, and the array is as it was.
  [[nodiscard]] bool grow_to(std::size_t count) {
    const std::size_t wanted = round_up(count * sizeof(T));
    if (wanted <= committed_) return true;
    if (!Memory::commit(begin_ + committed_, wanted - committed_)) return false;
    committed_ = wanted;
    return true;
  }

  T& operator[](std::size_t i) { return begin()[i]; }
  const T& operator[](std::size_t i) const { return begin()[i]; }
  T* begin() { return reinterpret_cast<T*>(begin_); }
  const T* begin() const { return reinterpret_cast<const T*>(begin_); }
  std::size_t committed_bytes() const { return committed_; }

 private:
  static constexpr std::size_t round_up(std::size_t bytes) { return (bytes + kOsPage - 1) / kOsPage * kOsPage; }

  const std::size_t bytes_;
  std::byte* const begin_;
  std::size_t committed_ = 0;  // of begin_, in bytes
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
