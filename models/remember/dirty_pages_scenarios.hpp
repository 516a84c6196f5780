// What may run at once on a dirty list, and what must hold. The scenarios are templates over rules, so that the
// kernel's list and the gallery's broken ones meet the same judges.
//
// Two kinds: mutators that list pages, without any store; and mutators that store references while a collector drains.
// "The last drain" is the one in after(), which sees all: the world is stopped.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <hallmark/remember/dirty_pages.hpp>
#include <hallmark/remember/write_barrier.hpp>

#include "models/engine/core/model.hpp"
#include "models/remember/page.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::dirty_pages_model {

/// The kernel's list, used as its header asks. A drain calls visit(page, index) for each dirty bit.
/// The list counts only where a scenario asks for numbers.
struct KernelRules {
  using Page = model::PageOf<DirtyBits<128>>;
  using List = DirtyPages<Page, model::NoCounts>;
  using CountingList = DirtyPages<Page>;

  template <Mutators Who, class AnyList, class Visit>
  static void drain(AnyList& list, Visit visit) {
    auto snapshot = list.take_snapshot();
    while (auto* const page = snapshot.take()) {
      page->dirty.template take_each<Who>([&](std::size_t index) { visit(*page, index); });
    }
  }
};

// Mutators that list pages.

/// Common ground: pages x, y, and after all threads have ended a look at flags and list.
template <class Rules, class List = typename Rules::List>
class ListScenario : public check::Scenario {
 public:
  void after() override {
    for (std::size_t p = 0; p < kPages; ++p) listed_[p] = pages_[p].flags.is_dirty_listed(check::observing());
    check();
    auto snapshot = list_.take_snapshot();
    std::array<unsigned, kPages> times{};
    while (const typename Rules::Page* const page = snapshot.take()) {
      expect(++times[number_of(page)] == 1, "I1: a page is on the list twice");
    }
    for (std::size_t p = 0; p < kPages; ++p) {
      expect(listed_[p] || times[p] == 0, "I1: a page is on the list without its flag");
      expect(!listed_[p] || times[p] == 1, "I1: a page has its flag and is not on the list");
    }
  }

 protected:
  static constexpr std::size_t kPages = 2;
  static constexpr std::size_t kX = 0;
  static constexpr std::size_t kY = 1;

  virtual void check() = 0;

  std::size_t number_of(const typename Rules::Page* page) const { return static_cast<std::size_t>(page - &pages_[0]); }

  List list_;
  std::array<typename Rules::Page, kPages> pages_;
  std::array<bool, kPages> listed_{};  // at the end
};

template <class Rules>
class SamePage final : public ListScenario<Rules, typename Rules::CountingList> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.same_page",
                                             .holds = "a page that two mutators list is listed once",
                                             .threads = 2,
                                             .load_buffering = false};

  void thread(unsigned) override { this->list_.add(this->pages_[this->kX]); }
  void check() override {
    const DirtyPagesStatistics statistics = this->list_.statistics();
    this->expect(this->listed_[this->kX] && !this->listed_[this->kY], "a page was not listed, or another was");
    this->expect(statistics.listed == 1 && statistics.high_water == 1, "a page was listed and not counted once");
  }
};

template <class Rules>
class SamePageThreeMutators final : public ListScenario<Rules, typename Rules::CountingList> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.same_page_three_mutators",
                                             .holds = "a page that three mutators list is listed once",
                                             .threads = 3,
                                             .load_buffering = false};

  void thread(unsigned) override { this->list_.add(this->pages_[this->kX]); }
  void check() override {
    const DirtyPagesStatistics statistics = this->list_.statistics();
    this->expect(this->listed_[this->kX] && !this->listed_[this->kY], "a page was not listed, or another was");
    this->expect(statistics.listed == 1 && statistics.high_water == 1, "a page was listed and not counted once");
  }
};

template <class Rules>
class OnePageEach final : public ListScenario<Rules, typename Rules::CountingList> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.one_page_each",
                                             .holds = "two pages that are listed at once are counted as two",
                                             .threads = 2,
                                             .load_buffering = false};

  void thread(unsigned id) override { this->list_.add(this->pages_[id]); }
  void check() override {
    const DirtyPagesStatistics statistics = this->list_.statistics();
    this->expect(this->listed_[this->kX] && this->listed_[this->kY], "a page was not listed");
    this->expect(statistics.listed == 2, "pages were listed and not counted once");
    this->expect(statistics.high_water == 2, "the most pages that were listed at once were forgotten");
  }
};

template <class Rules>
class TwoPages final : public ListScenario<Rules, typename Rules::CountingList> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.two_pages",
                                             .holds = "two pages that two mutators list are listed once each",
                                             .threads = 2,
                                             .load_buffering = false};

  void thread(unsigned id) override {
    this->list_.add(this->pages_[id]);
    this->list_.add(this->pages_[1 - id]);
  }
  void check() override {
    const DirtyPagesStatistics statistics = this->list_.statistics();
    this->expect(this->listed_[this->kX] && this->listed_[this->kY], "a page was not listed");
    this->expect(statistics.listed == 2, "pages were listed and not counted once");
    this->expect(statistics.high_water == 2, "the most pages that were listed at once were forgotten");
  }
};

/// The second mutator collects once it has listed the page.
template <class Rules>
class ListedIsListed final : public ListScenario<Rules, typename Rules::CountingList> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "dirty_pages.listed_is_listed",
      .holds = "when add returns, the page is on the list, even if another mutator has listed it",
      .threads = 2,
      .load_buffering = false};

  void thread(unsigned id) override {
    this->list_.add(this->pages_[this->kX]);
    if (id == 0) return;
    auto snapshot = this->list_.take_snapshot();
    this->expect(snapshot.take() == &this->pages_[this->kX], "add has returned, and the page is not on the list");
    this->expect(snapshot.size() == 0 && snapshot.take() == nullptr, "I1: a page is on the list twice");
  }
  void check() override {
    const DirtyPagesStatistics statistics = this->list_.statistics();
    this->expect(statistics.snapshots == 1 && statistics.recent[0] == 1, "the size of a snapshot was forgotten");
    this->expect(statistics.scanned == 1, "a page was taken and not counted");
  }
};

/// Outcome: 1 the snapshot held the page, - it did not; L the page is listed at the end.
template <class Rules>
class SnapshotMeanwhile final : public ListScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.snapshot_meanwhile",
                                             .holds = "a page is in the snapshot or on the list",
                                             .threads = 2,
                                             .outcomes = {"1-", "-L"},
                                             .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 0) {
      this->list_.add(this->pages_[this->kX]);
      return;
    }
    auto snapshot = this->list_.take_snapshot();
    held_ = snapshot.take() != nullptr;
  }
  void check() override {
    this->outcome(held_ ? (this->listed_[this->kX] ? "1L" : "1-") : (this->listed_[this->kX] ? "-L" : "--"));
  }

 private:
  bool held_ = false;  // thread 1
};

/// Pages x and y wait in this order. x is listed again while y waits. Outcome: L x is listed at the end.
template <class Rules>
class ListedAgain final : public ListScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.listed_again",
                                             .holds = "a page that is listed again doesn't hide those behind it",
                                             .threads = 2,
                                             .outcomes = {"-", "L"},
                                             .load_buffering = false};

  ListedAgain() {
    this->list_.add(this->pages_[this->kY]);
    this->list_.add(this->pages_[this->kX]);
  }
  void thread(unsigned id) override {
    if (id == 0) {
      this->list_.add(this->pages_[this->kX]);
      return;
    }
    auto snapshot = this->list_.take_snapshot();
    this->expect(snapshot.take() == &this->pages_[this->kX], "the page that was listed last is not the first");
    this->expect(snapshot.take() == &this->pages_[this->kY], "a page of the snapshot was lost");
    this->expect(snapshot.take() == nullptr, "a page came into a snapshot that was taken before");
  }
  void check() override {
    this->expect(!this->listed_[this->kY], "a page is listed that was taken");
    this->outcome(this->listed_[this->kX] ? "L" : "-");
  }
};

/// As before, but the snapshot ends when x has been taken. Outcome: as before.
template <class Rules>
class PutBack final : public ListScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.put_back",
                                             .holds = "what a snapshot leaves is listed, once",
                                             .threads = 2,
                                             .outcomes = {"-", "L"},
                                             .load_buffering = false};

  PutBack() {
    this->list_.add(this->pages_[this->kY]);
    this->list_.add(this->pages_[this->kX]);
  }
  void thread(unsigned id) override {
    if (id == 0) {
      this->list_.add(this->pages_[this->kX]);
      this->list_.add(this->pages_[this->kY]);
      return;
    }
    auto snapshot = this->list_.take_snapshot();
    snapshot.take();
  }
  void check() override {
    this->expect(this->listed_[this->kY], "a page that was not taken is not listed");
    this->outcome(this->listed_[this->kX] ? "L" : "-");
  }
};

/// Page y is listed before. Outcome: 1 page x was listed and taken off, 0 it was refused.
template <class Rules>
class Retired final : public ListScenario<Rules, typename Rules::CountingList> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.retired",
                                             .holds = "a page that is freed is not on the list",
                                             .threads = 2,
                                             .outcomes = {"0", "1"},
                                             .load_buffering = false};

  Retired() { this->list_.add(this->pages_[this->kY]); }
  void thread(unsigned id) override {
    if (id == 0) {
      this->list_.add(this->pages_[this->kX]);
    } else {
      this->expect(this->list_.retire(this->pages_[this->kX]), "a page in no snapshot could not be retired");
    }
  }
  void check() override {
    const DirtyPagesStatistics statistics = this->list_.statistics();
    this->expect(!this->listed_[this->kX], "a page is listed that was freed");
    this->expect(this->listed_[this->kY], "retiring one page has taken another off the list");
    this->outcome(statistics.listed == 2 ? "1" : "0");
    // Used anew, it may be listed.
    this->list_.reinstate(this->pages_[this->kX]);
    this->list_.add(this->pages_[this->kX]);
    this->listed_[this->kX] = this->pages_[this->kX].flags.is_dirty_listed(check::observing());
    this->expect(this->listed_[this->kX], "a page that is used anew can't be listed");
  }
};

/// Outcome: 1 the snapshot held the page, - it did not; 1 the page was retired, 0 it waits in the snapshot.
template <class Rules>
class RetiredInSnapshot final : public ListScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "dirty_pages.retired_in_snapshot",
      .holds = "a page is retired before a snapshot holds it, or after it was taken, or not at all",
      .threads = 2,
      .outcomes = {"-1", "10", "11"},
      .load_buffering = false};

  RetiredInSnapshot() { this->list_.add(this->pages_[this->kX]); }
  void thread(unsigned id) override {
    if (id == 0) {
      auto snapshot = this->list_.take_snapshot();
      letters_[0] = snapshot.take() == nullptr ? '-' : '1';
    } else {
      letters_[1] = this->list_.retire(this->pages_[this->kX]) ? '1' : '0';
    }
  }
  void check() override {
    this->expect(!this->listed_[this->kX], "a page is listed that was taken or retired");
    this->outcome(letters_.data());
  }

 private:
  std::array<char, 3> letters_{};  // a place for each thread
};

// Mutators that store references while a collector drains.

/// Common ground: one page with old objects 0, 1 in its first and 64 in its second dirty word, a slot each. A mutator
/// stores into an object a reference to a target of the same number, whose field it has written just before. A drain
/// reads the slots of dirty objects, and the fields of their targets.
/// Outcome: for each object that is stored to, the number of the drain that saw the target first; L the page is listed
/// when all threads have ended.
template <class Rules>
class EdgeScenario : public check::Scenario {
 public:
  void after() override {
    const bool listed = page_.flags.is_dirty_listed(check::observing());
    expect(page_.dirty.is_clean() || listed, "I2: a page is dirty and not listed");
    ++drains_;
    Rules::template drain<Mutators::stopped>(list_, [this](auto& page, std::size_t index) { look(page, index); });
    expect(page_.dirty.is_clean(), "a page is dirty after the last drain");
    expect(!page_.flags.is_dirty_listed(check::observing()), "I1: a page has its flag and is not on the list");
    std::size_t letters = 0;
    for (const std::size_t object : kObjects) {
      if (!stored_[place_of(object)]) continue;
      expect(seen_[place_of(object)] != 0, "I3: a store was recorded and no drain has seen it");
      letters_[letters++] = static_cast<char>('0' + seen_[place_of(object)]);
    }
    letters_[letters] = listed ? 'L' : '-';
    outcome(letters_.data());
  }

 protected:
  static constexpr std::array<std::size_t, 3> kObjects = {0, 1, 64};

  /// Makes the page listed, and object 1 dirty, which no mutator stores to unless the scenario says so.
  void begin_listed() { barrier_.record_store(model_place(1)); }

  void store(std::size_t object) {
    const std::size_t target = place_of(object);
    stored_[target] = true;
    fields_[target].write(kValue);
    barrier_.store(slots_[target], target + 1, model_place(object), [] { return true; });
  }

  void drain() {
    ++drains_;
    Rules::template drain<Mutators::running>(list_, [this](auto& page, std::size_t index) { look(page, index); });
  }

 private:
  using Page = typename Rules::Page;

  static constexpr int kValue = 42;
  static constexpr std::size_t place_of(std::size_t object) { return object == 64 ? 2 : object; }

  auto model_place(std::size_t object) { return DirtyPlace<Page, decltype(Page::dirty)>{page_, page_.dirty, object}; }

  void look(Page& page, std::size_t object) {
    expect(&page == &page_ && (object <= 1 || object == 64), "a drain came to an object that nobody stored to");
    const std::size_t target = decltype(barrier_)::load(slots_[place_of(object)]);
    if (target == 0) return;
    expect(fields_[target - 1].read() == kValue, "the object is not what was written before it was stored");
    unsigned& seen = seen_[target - 1];
    if (seen == 0) seen = drains_;
  }

  typename Rules::List list_;
  WriteBarrier<typename Rules::List> barrier_{list_};
  Page page_;
  std::array<sync::atomic<std::size_t>, kObjects.size()> slots_;  // 1 + the target's number; 0: no reference
  std::array<sync::plain<int>, kObjects.size()> fields_;
  std::array<bool, kObjects.size()> stored_{};    // each by one mutator
  unsigned drains_ = 0;                           // by the collector
  std::array<unsigned, kObjects.size()> seen_{};  // by the collector: which drain; 0: none
  std::array<char, 5> letters_{};
};

template <class Rules>
class StoreIntoCleanPage final : public EdgeScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.store_into_clean_page",
                                             .holds = "a store into a clean page is seen by this drain or the next",
                                             .threads = 2,
                                             .outcomes = {"1-", "2L"},
                                             .load_buffering = false};

  void thread(unsigned id) override { id == 0 ? this->store(0) : this->drain(); }
};

/// 1L: the drain takes the page off the list, the mutator sets its bit and lists the page, the drain takes the bit.
template <class Rules>
class StoreIntoListedPage final : public EdgeScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "dirty_pages.store_into_listed_page",
      .holds = "a store into a page that is being drained is seen by this drain or the next",
      .threads = 2,
      .outcomes = {"1-", "1L", "2L"},
      .load_buffering = false};

  StoreIntoListedPage() { this->begin_listed(); }
  void thread(unsigned id) override { id == 0 ? this->store(0) : this->drain(); }
};

/// The object is dirty already, so its slot may be read before the mutator sets the bit, or just before the store.
template <class Rules>
class StoreIntoDirtyObject final : public EdgeScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "dirty_pages.store_into_dirty_object",
      .holds = "a store into an object that is being looked at is seen by this drain or the next",
      .threads = 2,
      .outcomes = {"1-", "1L", "2L"},
      .load_buffering = false};

  StoreIntoDirtyObject() { this->begin_listed(); }
  void thread(unsigned id) override { id == 0 ? this->store(1) : this->drain(); }
};

template <class Rules>
class StoresIntoTwoWords final : public EdgeScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.stores_into_two_words",
                                             .holds = "stores into both dirty words of a page are seen",
                                             .threads = 2,
                                             .outcomes = {"11-", "11L", "12L", "21L", "22L"},
                                             .load_buffering = false};

  StoresIntoTwoWords() { this->begin_listed(); }
  void thread(unsigned id) override {
    if (id == 0) {
      this->store(0);
      this->store(64);
    } else {
      this->drain();
    }
  }
};

template <class Rules>
class TwoMutatorsStore final : public EdgeScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.two_mutators_store",
                                             .holds = "stores of two mutators into a page that is drained are seen",
                                             .threads = 3,
                                             .outcomes = {"11-", "11L", "12L", "21L", "22L"},
                                             .load_buffering = false};

  TwoMutatorsStore() { this->begin_listed(); }
  void thread(unsigned id) override { id == 2 ? this->drain() : this->store(id); }
};

/// In 1- the page may have been listed again, and drained once more.
template <class Rules>
class TwoDrains final : public EdgeScenario<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "dirty_pages.two_drains",
                                             .holds = "a store during two drains is seen by one of them or the next",
                                             .threads = 2,
                                             .outcomes = {"1-", "1L", "2-", "3L"},
                                             .load_buffering = false};

  TwoDrains() { this->begin_listed(); }
  void thread(unsigned id) override {
    if (id == 0) {
      this->store(0);
    } else {
      this->drain();
      this->drain();
    }
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::dirty_pages_model
