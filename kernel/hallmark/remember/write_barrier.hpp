// WriteBarrier: how a mutator stores a reference, so that a minor collection finds it without looking at old objects.
//
// Thread roles: any mutator, on any object that it can reach.
//
// In this order and no other: the reference, the dirty bit, the list. The next safepoint poll comes after the return
// from store; until then the store is not known to a collection.
//
// What is recorded is a store into an old object. An object is old if its page is, or if it is itself: never is one of
// the two alone asked, as either may be set first, and an object may grow old in a page that doesn't.
//
// Where pages are drained in a stopped world only, the bit of a young object may be set beforehand, by whoever hands
// out its cell (DirtyBits::preset): then the barrier has nothing to do but to look. Such a bit lists no page and says
// nothing.
//
// Rules of whoever makes objects old:
//   R1  while the world is stopped, and bits that are set beforehand are cleared then: of an old object a bit is set
//       only if the store is recorded; or
//   R2  while mutators run, with record_store for each object that it has made old, after it has. The next drain of
//   these
//       objects must be one while the world is stopped: a mutator may have found its object young just before, and have
//       recorded nothing, and only the stop makes its store visible.
//
// Read next: dirty_pages.hpp, proofs/remember/dirty_pages.md (the argument), models/remember/write_barrier.cpp (what is
// checked).
#pragma once

#include <cstddef>

#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/heap/page_flags.hpp>
#include <hallmark/remember/dirty_pages.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// The bit that stands for an object, or for a card of a large one.
template <class Page, class Bits>
struct DirtyPlace {
  Page& page;
  Bits& bits;  ///< of the page
  std::size_t index;
};

/// The barrier that belongs to one list. Slots are sync::atomic, or offer load and store with an order.
///
/// Drained: whether pages are drained while mutators run. If all drains take place while they are stopped, an old
/// object's bit that is seen set was set after the last drain, and need not be set again: a look instead of a
/// read-modify-write, which would wait for the stores before it.
template <class Pages, Mutators Drained = Mutators::running>
class WriteBarrier {
 public:
  explicit WriteBarrier(Pages& pages) : pages_(pages) {}

  /// Any mutator. `object_is_old()` says whether the object itself is known to be old; where only pages have an age it
  /// returns false. Complexity: O(1); into a young object a store and one or two loads, into an old one a
  /// read-modify-write more (drained while mutators are stopped: if the bit was clear), and a lock if its page was
  /// clean.
  template <class Slot, class Reference, class Page, class Bits, class ObjectAge>
  void store(Slot& slot, Reference target, const DirtyPlace<Page, Bits>& place, ObjectAge object_is_old) {
    store_slot(slot, target);
    if (is_recorded(place.bits, place.index)) return;
    if (place.page.flags.is_old() || object_is_old()) set_and_list(place);
  }

  /// As above, with a bit that is set only if the store is recorded or the object is young. If it is clear,
  /// record_if_old() is called, which looks at the ages and calls record_store.
  template <class Slot, class Reference, class Bits, class RecordIfOld>
  void store(Slot& slot, Reference target, const Bits& bits, std::size_t index, RecordIfOld record_if_old) {
    static_assert(Drained == Mutators::stopped, "WriteBarrier: with pages drained while mutators run, nobody may look");
    store_slot(slot, target);
    if (!is_recorded(bits, index)) record_if_old();
  }

  /// Any mutator that has stored a reference into an old object; a promoter; a collector that leaves a reference to a
  /// young object in an old one.
  template <class Page, class Bits>
  void record_store(const DirtyPlace<Page, Bits>& place) {
    if (!is_recorded(place.bits, place.index)) set_and_list(place);
  }

  /// Anyone, while mutators run: a reference whose target's fields are visible.
  template <class Slot>
  static auto load(const Slot& slot) {
    // Receives the fields of the target. Pairs with write_barrier.store.store_slot. Weaker: reads them before they are
    // written.
    return slot.load(order<"write_barrier.load.load_slot">(acquire));
  }

 private:
  template <class Slot, class Reference>
  static void store_slot(Slot& slot, Reference target) {
    // Publishes the fields of a fresh target to whoever loads the reference.
    // Pairs with write_barrier.load.load_slot. Weaker: a collector or a mutator reads fields that are not written yet.
    slot.store(target, order<"write_barrier.store.store_slot">(release));
  }

  /// Of an old object: whoever set the bit lists the page before its next poll, and so before the next drain in a
  /// stopped world. Of a young one: there is nothing to record.
  template <class Bits>
  static bool is_recorded(const Bits& bits, std::size_t index) {
    if constexpr (Drained == Mutators::stopped) {
      return bits.is_set(index);
    } else {
      return false;
    }
  }

  template <class Page, class Bits>
  void set_and_list(const DirtyPlace<Page, Bits>& place) {
    place.bits.set(place.index);
    pages_.add(place.page);
  }

  Pages& pages_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
