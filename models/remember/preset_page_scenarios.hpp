// What may run at once around a page whose free cells have their dirty bits set beforehand, and what must hold. A
// template over rules, so that the kernel's way and the gallery's broken ones meet the same judge.
//
// The heap is drained in a stopped world only; the stop is that of write_barrier_scenarios.hpp: the collector takes the
// lock that each mutator holds while it runs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <hallmark/remember/dirty_pages.hpp>
#include <hallmark/remember/write_barrier.hpp>
#include <hallmark/sync/mutex.hpp>

#include "models/engine/core/model.hpp"
#include "models/remember/page.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::preset_page_model {

/// The kernel's. The gallery replaces single steps.
struct KernelRules {
  using Bits = DirtyBits<128>;

  /// The bits of a word that are preset, of which `objects` are those of objects.
  static std::uint64_t preset(std::uint64_t objects) { return ~objects; }
  /// Whether the sweep clears the bits of the page before it presets those of cells that are free.
  static constexpr bool kSweepClears = true;
  /// Whether bits are looked at, or only what comes of them.
  static constexpr bool kLooksAtBits = true;
};

/// A page with an old object a, and free cells. Mutator 0 takes it for its allocator, makes n in a free cell, and after
/// a poll makes y and stores it into n; mutator 1 makes x and stores it into a. A collector stops the world and
/// collects, twice; whatever survives is old. x and y lie elsewhere, n is held by a root.
///
/// Oracle: what a walk from a and the root reaches is alive; the barrier of a young n finds its bit set, that of an old
/// one clear; after a collection the page is not listed, and the bits that are set are those of the free cells if an
/// allocator has it.
///
/// Outcome: y n was young when y was stored into it, o it was old; for each collection d if it found a dirty, or -.
template <class Rules>
class PresetPage final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "write_barrier.preset_page",
      .holds = "of a page whose free cells are preset, no store into an old object is lost, and no survivor has a bit",
      .threads = 3,
      .outcomes = {"o--", "o-d", "od-", "y--", "y-d", "yd-"},
      .load_buffering = false};

  PresetPage() {
    page_.flags.set_old();
    old_[kA].write(true);
    exists_[kA].write(true);
  }

  void thread(unsigned id) override {
    if (id == 0) {
      {
        vocabulary::LockGuard lock(run_0_);
        take_page();
        exists_[kN].write(true);
        root_.write(kN);
      }
      vocabulary::LockGuard lock(run_0_);
      const bool old = old_[kN].read();
      letters_[0] = old ? 'o' : 'y';
      expect(!Rules::kLooksAtBits || page_.dirty.is_set(kN) == !old,
             "a young object's bit is clear, or an old one starts with a set bit");
      exists_[kY].write(true);
      store(kN, kY);
    } else if (id == 1) {
      vocabulary::LockGuard lock(run_1_);
      exists_[kX].write(true);
      store(kA, kX);
    } else {
      stop_and_collect(letters_[1]);
      stop_and_collect(letters_[2]);
    }
  }

  void after() override {
    collect();
    verify();
    in_allocator_.write(false);
    collect();
    verify();
    take_page();
    store(kA, kNone);
    expect(!Rules::kLooksAtBits || (page_.dirty.is_set(kA) && is_listed()),
           "a store into an old object of a page that is taken again is not recorded");
    collect();
    verify();
    outcome(letters_.data());
  }

 private:
  using Page = model::PageOf<typename Rules::Bits>;
  using List = DirtyPages<Page, model::NoCounts>;

  // References are numbers of objects; those in the page are their bits, too.
  static constexpr std::size_t kNone = 0;
  static constexpr std::size_t kA = 1;
  static constexpr std::size_t kN = 2;
  static constexpr std::size_t kX = 3;
  static constexpr std::size_t kY = 4;
  static constexpr std::size_t kObjects = 5;

  void store(std::size_t object, std::size_t target) {
    barrier_.store(slots_[object], target, page_.dirty, object, [&] {
      if (page_.flags.is_old()) {
        barrier_.record_store(DirtyPlace<Page, typename Rules::Bits>{page_, page_.dirty, object});
      }
    });
  }

  void take_page() {
    in_allocator_.write(true);
    preset();
  }

  void preset() {
    std::uint64_t objects = 0;
    for (const std::size_t object : {kA, kN}) objects |= std::uint64_t{exists_[object].read()} << object;
    page_.dirty.preset(0, Rules::preset(objects));
    page_.dirty.preset(1, Rules::preset(0));
  }

  void stop_and_collect(char& found) {
    vocabulary::LockGuard first(run_0_);
    vocabulary::LockGuard second(run_1_);
    found = collect() ? 'd' : '-';
    verify();
  }

  // While the world is stopped.

  /// True: a was dirty.
  bool collect() {
    std::array<bool, kObjects> dirty{};
    {
      auto snapshot = list_.take_snapshot();
      while (Page* const page = snapshot.take()) {
        page->dirty.template take_each<Mutators::stopped>([&](std::size_t bit) {
          if (bit < kObjects) dirty[bit] = true;
        });
      }
    }
    for (const std::size_t object : {kA, kN}) {
      if (old_[object].read() && dirty[object]) mark(slot_now(object));
    }
    mark(root_.read());
    for (std::size_t object = kA; object < kObjects; ++object) {
      exists_[object].write(old_[object].read() || marked_[object]);
      old_[object].write(exists_[object].read());
      marked_[object] = false;
    }
    if (Rules::kSweepClears) page_.dirty.clear();
    if (in_allocator_.read()) preset();
    return dirty[kA];
  }

  /// Marks a young object and what it reaches.
  void mark(std::size_t object) {
    while (object != kNone && exists_[object].read() && !old_[object].read() && !marked_[object]) {
      marked_[object] = true;
      object = slot_now(object);
    }
  }

  std::size_t slot_now(std::size_t object) const {
    return slots_[object].load(order<"gallery_preset.slot_now.load_slot">(relaxed));
  }

  bool is_listed() const { return page_.flags.is_dirty_listed(order<"gallery_preset.is_listed.load_flags">(relaxed)); }

  void verify() {
    std::array<bool, kObjects> reached{};
    for (std::size_t object : {kA, root_.read()}) {
      for (; object != kNone && !reached[object]; object = slot_now(object)) reached[object] = true;
    }
    for (std::size_t object = kA; object < kObjects; ++object) {
      expect(!reached[object] || exists_[object].read(), "an object was freed that is reachable");
    }
    expect(!is_listed(), "a page is listed after a collection");
    if (!Rules::kLooksAtBits) return;
    for (const std::size_t bit : {kA, kN, kObjects, Rules::Bits::kBits - 1}) {
      const bool free = bit >= kObjects || !exists_[bit].read();
      expect(
          page_.dirty.is_set(bit) == (free && in_allocator_.read()),
          "after a collection a bit is set of an object or in a page that no allocator has, or clear of a free cell");
    }
  }

  sync::mutex run_0_{vocabulary::LockRank{1}, "mutator 0"};
  sync::mutex run_1_{vocabulary::LockRank{2}, "mutator 1"};
  List list_;
  WriteBarrier<List, Mutators::stopped> barrier_{list_};
  Page page_;
  sync::plain<bool> in_allocator_;                         // by mutator 0
  sync::plain<std::size_t> root_;                          // by mutator 0
  std::array<sync::atomic<std::size_t>, kObjects> slots_;  // any mutator
  std::array<sync::plain<bool>, kObjects> exists_;         // by who makes it; while the world is stopped
  std::array<sync::plain<bool>, kObjects> old_;            // while the world is stopped
  std::array<bool, kObjects> marked_{};                    // by the collector
  std::array<char, 4> letters_{};                          // thread 0, thread 2
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::preset_page_model
