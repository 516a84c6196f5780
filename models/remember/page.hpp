// Pages of models: what the dirty list and the barrier ask of a page, and nothing else.
#pragma once

#include <cstddef>

#include <hallmark/heap/page_flags.hpp>
#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE::model {

template <class Bits>
struct PageOf {
  PageFlags flags;
  sync::plain<PageOf*> next_dirty;
  Bits dirty;
};

/// For scenarios that ask for no numbers.
struct NoCounts {
  void on_listed() {}
  void on_pushed(const void*) {}
  void on_unlinked() {}
  void on_scanned(std::size_t) {}
  std::size_t on_snapshot() { return 0; }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::model
