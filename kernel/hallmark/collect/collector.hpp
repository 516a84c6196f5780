// Collector: one collection of a heap's pages, minor or major, while the world is stopped; and the write barrier that
// minor collections need.
//
// Thread roles: collect is called by one thread while all mutators are stopped; record_store by any mutator.
//
// Read next: heap.hpp (when it is called, and for which roots), proofs/collect/collector.md.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include <hallmark/collect/statistics.hpp>
#include <hallmark/heap/page_heap.hpp>
#include <hallmark/mark/parallel_marker.hpp>
#include <hallmark/mark/prefetch_fifo.hpp>
#include <hallmark/remember/dirty_pages.hpp>
#include <hallmark/remember/write_barrier.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// Takes roots one by one, in any number, and needs no memory.
class RootSink {
 public:
  using Coordinator = ParallelMarker::Coordinator;

  explicit RootSink(Coordinator& coordinator) : coordinator_(coordinator) {}

  /// nullptr is no root.
  void add(Address root) {
    roots_[count_++] = root;
    if (count_ == roots_.size()) flush();
  }

  RootCounts flush() {
    const RootCounts more = coordinator_.distribute_roots(std::span(roots_.data(), count_));
    count_ = 0;
    counts_.marked += more.marked;
    counts_.marked_before += more.marked_before;
    counts_.null += more.null;
    counts_.invalid += more.invalid;
    return counts_;
  }

 private:
  Coordinator& coordinator_;
  RootCounts counts_;
  std::array<Address, 256> roots_{};
  std::size_t count_ = 0;
};

class Collector {
 public:
  using Pages = DirtyPages<PageHeader>;
  using Barrier = WriteBarrier<Pages, Mutators::stopped>;

  Collector(PageHeap& heap, const MarkConfig& marking) : heap_(heap), marker_(heap, marking) {}

  // Any mutator.

  /// Stores a reference into a slot of an object of this heap, and remembers that it was written to if it may be old.
  /// The bit of a young object is set beforehand (page_heap.hpp, I5). Complexity: O(1). No collection happens inside.
  void store(Slot& slot, Address target) {
    const auto* const at = reinterpret_cast<const std::byte*>(&slot);
    const PageNumber page = heap_.page_of(at);
    barrier_.store(slot.value(), target, heap_.dirty(page), heap_.granule_in_page(at),
                   [&] { record_if_old(at, page); });
  }

  // While the world is stopped.

  /// each_root(sink) adds all roots to the sink. before_sweep() runs when marks are complete and nothing is freed yet.
  template <class EachRoot, class BeforeSweep>
  CollectionRecord collect(Collection kind, EachRoot each_root, BeforeSweep before_sweep) {
    using Clock = std::chrono::steady_clock;
    CollectionRecord record;
    record.kind = kind;
    const auto began = Clock::now();
    auto& coordinator = marker_.coordinator();
    if (kind == Collection::major) {
      forget_stores(record);
      heap_.clear_marks();
      coordinator.begin(MarkPhase::major);
    } else {
      heap_.prefetch_young();
      const bool little = heap_.pages_taken() < kLittlePages && dirty_pages_.size() < kLittlePages;
      coordinator.begin(MarkPhase::minor, little ? MarkBy::worker_0 : MarkBy::all_workers);
    }
    coordinator.share_pages();
    if (kind == Collection::minor) distribute_remembered(record);
    RootSink sink(coordinator);
    each_root(sink);
    const RootCounts roots = sink.flush();
    coordinator.mark();
    const auto marked = Clock::now();
    before_sweep();
    const SweepCounts swept = kind == Collection::major ? heap_.sweep() : heap_.sweep_young();
    const auto ended = Clock::now();

    const MarkCounts counts = coordinator.counts();
    record.roots = roots.marked + roots.marked_before;
    record.invalid_roots = roots.invalid;
    record.mark_ns = nanoseconds(marked - began);
    record.sweep_ns = nanoseconds(ended - marked);
    record.slots = counts.slots;
    record.marked = counts.marked;
    record.traced = counts.traced;
    record.steals_tried = counts.steals_tried;
    record.steals_won = counts.steals_won;
    record.stack_segments = counts.segments;
    record.stack_refused = counts.refused;
    record.inbox_full = counts.inbox_full;
    record.freed_objects = swept.freed_objects;
    record.freed_pages = swept.freed_pages;
    record.swept_pages = swept.pages;
    return record;
  }

  static std::uint64_t nanoseconds(std::chrono::steady_clock::duration time) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count());
  }

  const Pages& dirty_pages() const { return dirty_pages_; }
  ParallelMarker& marker() { return marker_; }

 private:
  using Place = DirtyPlace<PageHeader, PageDirtyBits>;

  /// With less to do, waking the other workers would take longer than the marking.
  static constexpr std::size_t kLittlePages = 32;
  /// Dirty pages, and objects in them, between prefetch and use: a power of two.
  static constexpr std::size_t kPrefetched = 16;

  /// The page's age decides. It is a conservative filter: a page with an old object counts as old. Apart from store, so
  /// that what most stores do is short.
  [[gnu::noinline]] void record_if_old(const std::byte* slot, PageNumber page) {
    const Place place = place_of(slot, page);
    if (place.page.flags.is_old()) barrier_.record_store(place);
  }

  /// Where it is recorded that a slot was stored into.
  Place place_of(const std::byte* slot, PageNumber page) {
    PageHeader& header = heap_.header(page);
    if (header.kind == PageKind::small) return {header, heap_.dirty(page), heap_.granule_in_page(slot)};
    // An array of references has a bit for each part. Any other large object is traced whole: its first page remembers.
    if (header.type->layout == TypeDescription::Layout::references) {
      return {header, heap_.dirty(page), heap_.dirty_bit_of_part(slot)};
    }
    return {heap_.header(header.first), heap_.dirty(header.first), 0};
  }

  /// Every old object that was written to since the last collection is traced again. What is read next is prefetched:
  /// each page has lines of its own in each array, which are in no cache if it was written to long ago.
  void distribute_remembered(CollectionRecord& record) {
    PrefetchFifo<Address, kPrefetched> soon;
    Pages::Snapshot snapshot = dirty_pages_.take_snapshot();
    std::array<PageNumber, kPrefetched> pages;
    std::size_t count = 0;
    do {
      count = 0;
      while (count < pages.size()) {
        PageHeader* const header = snapshot.take();
        if (header == nullptr) break;
        pages[count] = heap_.number_of(*header);
        heap_.prefetch_dirty(pages[count++]);
      }
      record.dirty_pages += count;
      for (std::size_t i = 0; i < count; ++i) take_dirty(pages[i], soon, record);
    } while (count == pages.size());
    while (const Address item = soon.take()) remember(item, record);
  }

  template <class Fifo>
  void take_dirty(PageNumber page, Fifo& soon, CollectionRecord& record) {
    Address last = nullptr;
    const auto see = [&](std::size_t bit) {
      const Address item = heap_.item_of_dirty_bit(page, bit);
      if (item == last) return;  // two bits may be of one object
      last = item;
      heap_.prefetch_mark(heap_.object_of_item(item));
      if (const Address oldest = soon.exchange(item); oldest != nullptr) remember(oldest, record);
    };
    if (!heap_.may_have_preset_bits(page)) {
      heap_.dirty(page).template take_each<Mutators::stopped>(see);
    } else {
      const GranuleBits old = heap_.granules_of_old(page);
      heap_.dirty(page).template take_each<Mutators::stopped>(see, [&](std::size_t word) { return old[word]; });
    }
  }

  void remember(Address item, CollectionRecord& record) {
    // A young object in a page that is old is traced if it is reached.
    if (!heap_.is_marked(heap_.object_of_item(item))) return;
    ++record.dirty_cells;
    marker_.coordinator().distribute_remembered(item);
  }

  /// A major collection traces everything: what was remembered is of no use. The sweep presets bits anew.
  void forget_stores(CollectionRecord& record) {
    Pages::Snapshot snapshot = dirty_pages_.take_snapshot();
    while (PageHeader* const header = snapshot.take()) {
      ++record.dirty_pages;
      heap_.dirty(heap_.number_of(*header)).clear();
    }
  }

  PageHeap& heap_;
  ParallelMarker marker_;
  Pages dirty_pages_;
  Barrier barrier_{dirty_pages_};
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
