// What tests of the dirty list use as pages.
#pragma once

#include <hallmark/heap/page_flags.hpp>
#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/remember/dirty_pages.hpp>
#include <hallmark/sync/sync.hpp>

#include <cstddef>
#include <vector>

namespace hallmark::testing {

/// A page of 200 objects.
struct Page {
  PageFlags flags;
  sync::plain<Page*> next_dirty;
  DirtyBits<200> dirty;

  bool is_listed() const { return flags.is_dirty_listed(order<"gallery_test_page.is_listed.load_listed">(relaxed)); }
};

/// Takes all that is left in a snapshot.
template <class Snapshot>
std::vector<Page*> take_all(Snapshot& snapshot) {
  std::vector<Page*> pages;
  while (Page* const page = snapshot.take()) pages.push_back(page);
  return pages;
}

}  // namespace hallmark::testing
