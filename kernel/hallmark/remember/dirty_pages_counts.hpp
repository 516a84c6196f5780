// DirtyPagesCounts: what a dirty list counts about itself, and the pages that came last, which are prefetched when a
// snapshot is taken: the list is a chain, on which each page waits for the one before. Read next: dirty_pages.hpp.
//
// Thread roles: whoever holds the list's lock.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Since the list was made.
struct DirtyPagesStatistics {
  std::uint64_t listed = 0;             ///< pages put on the list by add
  std::uint64_t scanned = 0;            ///< pages taken out of snapshots that have ended
  std::uint64_t snapshots = 0;          ///< snapshots taken
  std::size_t high_water = 0;           ///< most pages that were on the list at once
  std::array<std::size_t, 4> recent{};  ///< pages in the last four snapshots, the latest first
};

/// All under the list's lock, so a maximum is compared and stored without anyone in between.
class DirtyPagesCounts {
 public:
  void on_listed() { listed_.write(listed_.read() + 1); }
  void on_pushed(const void* page) {
    latest_[size_.read() % latest_.size()].write(page);
    const std::size_t size = size_.read() + 1;
    size_.write(size);
    high_water_.write(std::max(high_water_.read(), size));
  }
  void on_unlinked() { size_.write(size_.read() - 1); }
  void on_scanned(std::size_t pages) { scanned_.write(scanned_.read() + pages); }

  /// Returns the size of the snapshot.
  std::size_t on_snapshot() {
    const std::size_t size = size_.read();
    // One that was unlinked meanwhile is prefetched in vain.
    for (std::size_t i = 0; i < std::min(size, latest_.size()); ++i) __builtin_prefetch(latest_[i].read(), 1);
    const std::uint64_t number = snapshots_.read();
    recent_[static_cast<std::size_t>(number % recent_.size())].write(size);
    snapshots_.write(number + 1);
    size_.write(0);
    return size;
  }

  std::size_t size() const { return size_.read(); }

  DirtyPagesStatistics statistics() const {
    DirtyPagesStatistics result{.listed = listed_.read(),
                                .scanned = scanned_.read(),
                                .snapshots = snapshots_.read(),
                                .high_water = high_water_.read()};
    for (std::size_t i = 0; i < result.recent.size() && i < result.snapshots; ++i) {
      result.recent[i] = recent_[static_cast<std::size_t>((result.snapshots - 1 - i) % recent_.size())].read();
    }
    return result;
  }

 private:
  sync::plain<std::size_t> size_;
  sync::plain<std::size_t> high_water_;
  sync::plain<std::uint64_t> listed_;
  sync::plain<std::uint64_t> scanned_;
  sync::plain<std::uint64_t> snapshots_;
  std::array<sync::plain<std::size_t>, 4> recent_{};   // snapshot n at n modulo 4
  std::array<sync::plain<const void*>, 16> latest_{};  // the n-th page on the list at n modulo 16
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
