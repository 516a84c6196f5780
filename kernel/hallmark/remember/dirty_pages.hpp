// DirtyPages: the list of pages into whose old objects references were stored since they were last looked at.
//
// Thread roles: any mutator calls add, after it has stored the reference and set the dirty bit. A collector takes a
// snapshot and drains it, while mutators run (a pre-clean) or while they are stopped. Whoever frees pages calls retire
// and reinstate. statistics: anyone.
//
// How to drain a page, in this order and no other:
//   1  Page* page = snapshot.take();    the page is off the list from here on: whoever stores lists it again
//   2  page's DirtyBits::take_word      for each word
//   3  the objects whose bits were set  read each slot with acquire while mutators run
// A drain while mutators run is a pre-clean: it may miss a store, which the next drain then finds. So a collection ends
// with a drain while they are stopped, and frees nothing before.
//
// Invariants (each is asserted in models/remember/dirty_pages_scenarios.hpp):
//   I1  DIRTY_LISTED is set in a page's flags if and only if the page is on the list, or in a snapshot and not yet
//   taken;
//       but for a moment inside an operation. No page is there twice.
//   I2  a page with an old object's dirty bit is listed, or a mutator is about to list it, or a drain is about to take
//       its words.
//   I3  each store that was recorded is seen by the drain that runs meanwhile or by the next one.
//
// The list is a chain through the pages, so listing never allocates and can't fail, and a snapshot is a swap of its
// head. A page's link is in use as long as its flag stands; take reads the link first and clears the flag then, so a
// page can be listed again while others of its snapshot wait.
//
// Cost: add of a listed page is one load; of an unlisted one a lock. Memory: a pointer and a byte of flags for a page.
//
// Read next: write_barrier.hpp, proofs/remember/dirty_pages.md (the argument), models/remember/dirty_pages.cpp (what is
// checked).
#pragma once

#include <concepts>
#include <cstddef>
#include <utility>

#include <hallmark/heap/page_flags.hpp>
#include <hallmark/remember/dirty_pages_counts.hpp>
#include <hallmark/sync/mutex.hpp>
#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Below it in rank: the locks of the heap and of marking. Above it: none; no other lock is taken under it.
inline constexpr vocabulary::LockRank kDirtyPagesRank{400};

/// What a page brings along: its flags, and the link of the list, which is the list's own.
template <class Page>
concept DirtyListable = requires(Page& page) {
  { (page.flags) } -> std::same_as<PageFlags&>;
  { (page.next_dirty) } -> std::same_as<sync::plain<Page*>&>;
};

/// The list. Pages must outlive their time on it. Complexity: add, take_snapshot O(1); retire O(pages on the list).
/// `Counts` is DirtyPagesCounts, or what counts less.
template <DirtyListable Page, class Counts = DirtyPagesCounts>
class DirtyPages {
 public:
  /// The pages that were on the list, for the thread that took it. What was not taken at its end is on the list again.
  class Snapshot {
   public:
    Snapshot(Snapshot&& other) noexcept
        : list_(std::exchange(other.list_, nullptr)),
          next_(std::exchange(other.next_, nullptr)),
          left_(std::exchange(other.left_, 0)),
          taken_(std::exchange(other.taken_, 0)) {}
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    Snapshot& operator=(Snapshot&&) = delete;
    ~Snapshot() {
      if (list_ != nullptr) list_->clear_snapshot(*this);
    }

    /// Pages that were not taken yet.
    std::size_t size() const { return left_; }

    /// The next page, off the list, or nullptr at the end. Takes no lock. The caller takes the page's dirty words next.
    Page* take() {
      if (next_ == nullptr) return nullptr;
      Page* const page = next_;
      next_ = page->next_dirty.read();
      --left_;
      ++taken_;
      // After this a mutator may list the page, and write the link that was just read.
      // Pairs with dirty_pages.add.load_listed_again. Weaker: the link is overwritten before it is read.
      page->flags.clear_dirty_listed(order<"dirty_pages.take.rmw_listed">(release));
      return page;
    }

   private:
    friend class DirtyPages;
    Snapshot(DirtyPages& list, Page* first, std::size_t size) : list_(&list), next_(first), left_(size) {}

    DirtyPages* list_;  // null: ended, or moved from
    Page* next_;
    std::size_t left_;
    std::size_t taken_ = 0;
  };

  /// Any mutator: lists the page unless it is listed. Follows the setting of the dirty bit, without a safepoint poll
  /// between the store of the reference and the return from here.
  void add(Page& page) {
    // Ordered by the dirty bit before it: a mutator whose bit comes after a taker's exchange sees the flag cleared. A
    // flag that is seen set was set under the lock for a page that the next snapshot holds, or this one and not taken.
    if (page.flags.is_dirty_listed(order<"dirty_pages.add.load_listed">(relaxed))) return;
    vocabulary::LockGuard lock(mutex_);
    // Another mutator may have been faster, or the page is being freed. If it was taken from a snapshot, its link was
    // read before. Pairs with dirty_pages.take.rmw_listed. Weaker: the link is overwritten before it is read.
    if (!page.flags.may_be_listed(order<"dirty_pages.add.load_listed_again">(acquire))) return;
    push(page);
    counts_.on_listed();
    // After the push, under the lock: whoever sees the flag returns, and relies on the next snapshot.
    page.flags.set_dirty_listed(order<"dirty_pages.add.rmw_listed">(relaxed));
  }

  /// A collector: all pages that are listed; the list is empty then.
  [[nodiscard]] Snapshot take_snapshot() {
    vocabulary::LockGuard lock(mutex_);
    Page* const first = head_.read();
    head_.write(nullptr);
    return Snapshot(*this, first, counts_.on_snapshot());
  }

  /// The thread that took it, at the latest when it ends: counts the pages that were taken, and puts the others back on
  /// the list. Their dirty bits are as they were.
  void clear_snapshot(Snapshot& snapshot) {
    vocabulary::LockGuard lock(mutex_);
    counts_.on_scanned(std::exchange(snapshot.taken_, 0));
    snapshot.list_ = nullptr;
    snapshot.left_ = 0;
    while (snapshot.next_ != nullptr) {
      // Its flag stands, so the link is still this snapshot's.
      Page& page = *std::exchange(snapshot.next_, snapshot.next_->next_dirty.read());
      push(page);
    }
  }

  /// Whoever frees the page: it is not on the list then, and add refuses it until reinstate. False, and nothing is
  /// changed: the page waits in a snapshot; drain that first.
  [[nodiscard]] bool retire(Page& page) {
    vocabulary::LockGuard lock(mutex_);
    // Set under the lock only. A taker that clears it meanwhile has the page in its hands: unlink doesn't find it.
    if (page.flags.is_dirty_listed(order<"dirty_pages.retire.load_listed">(relaxed))) {
      if (!unlink(page)) return false;
      // Under the lock.
      page.flags.clear_dirty_listed(order<"dirty_pages.retire.rmw_listed">(relaxed));
    }
    // Under the lock, where add looks at it.
    page.flags.set_retired(order<"dirty_pages.retire.rmw_retired">(relaxed));
    return true;
  }

  /// Whoever uses a retired page anew, before anyone else knows it: it may be listed again.
  void reinstate(Page& page) {
    vocabulary::LockGuard lock(mutex_);
    // Under the lock, where add looks at it.
    page.flags.clear_retired(order<"dirty_pages.reinstate.rmw_retired">(relaxed));
  }

  /// Pages on the list now.
  std::size_t size() const {
    vocabulary::LockGuard lock(mutex_);
    return counts_.size();
  }

  DirtyPagesStatistics statistics() const {
    vocabulary::LockGuard lock(mutex_);
    return counts_.statistics();
  }

 protected:
  // Protected, not private: a checker derives from the list to break it.

  /// Under the lock; the page is not on the list.
  void push(Page& page) {
    page.next_dirty.write(head_.read());
    head_.write(&page);
    counts_.on_pushed(&page);
  }

  /// Under the lock. False: the page is not on the list.
  bool unlink(Page& page) {
    Page* before = nullptr;
    for (Page* here = head_.read(); here != nullptr; before = std::exchange(here, here->next_dirty.read())) {
      if (here != &page) continue;
      (before == nullptr ? head_ : before->next_dirty).write(page.next_dirty.read());
      counts_.on_unlinked();
      return true;
    }
    return false;
  }

  mutable sync::mutex mutex_{kDirtyPagesRank, "dirty_pages"};
  sync::plain<Page*> head_;  // under the lock
  Counts counts_;            // under the lock
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
