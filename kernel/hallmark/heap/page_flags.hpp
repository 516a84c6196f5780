// PageFlags: what changes about a page while others look at it, a byte of bits.
//
// Thread roles: any thread reads and changes any bit; each change is one read-modify-write, so neighbours are left
// alone.
//
// Old is set while the world is stopped, or by whoever promotes, who then records the objects itself (the rules stand
// in remember/write_barrier.hpp). The bits of the dirty list belong to remember/dirty_pages.hpp, which says in which
// order they change: its operations bring their own labels and orders.
//
// All bits clear: a page that is young, not listed, and not being freed. All bytes zero is that state.
#pragma once

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class PageFlags {
 public:
  static constexpr unsigned char kOld = 0x01;          ///< its objects have survived as many collections as it takes
  static constexpr unsigned char kDirtyListed = 0x10;  ///< on the dirty list, or in a snapshot and not yet taken
  static constexpr unsigned char kRetired = 0x20;      ///< being freed: must not be listed

  /// Anyone.
  bool is_old() const {
    // Who needs more than the bit gets it from the stop in which pages grow old.
    return (bits_.load(order<"page_flags.is_old.load_bits">(relaxed)) & kOld) != 0;
  }
  void set_old() {
    // Publishes nothing: the resumption does, or the dirty list.
    bits_.fetch_or(kOld, order<"page_flags.set_old.rmw_bits">(relaxed));
  }
  /// For a page that is used anew.
  void clear_old() {
    // The page reaches its next user through the heap's lock.
    bits_.fetch_and(without(kOld), order<"page_flags.clear_old.rmw_bits">(relaxed));
  }

  // For the dirty list. `site` is an order with its label.

  template <class Site>
  bool is_dirty_listed(Site site) const {
    return (bits_.load(site) & kDirtyListed) != 0;
  }
  template <class Site>
  void set_dirty_listed(Site site) {
    bits_.fetch_or(kDirtyListed, site);
  }
  template <class Site>
  void clear_dirty_listed(Site site) {
    bits_.fetch_and(without(kDirtyListed), site);
  }

  /// True: neither listed nor being freed.
  template <class Site>
  bool may_be_listed(Site site) const {
    return (bits_.load(site) & (kDirtyListed | kRetired)) == 0;
  }
  template <class Site>
  void set_retired(Site site) {
    bits_.fetch_or(kRetired, site);
  }
  template <class Site>
  void clear_retired(Site site) {
    bits_.fetch_and(without(kRetired), site);
  }

 private:
  static constexpr unsigned char without(unsigned char bit) { return static_cast<unsigned char>(~bit); }

  sync::atomic<unsigned char> bits_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
