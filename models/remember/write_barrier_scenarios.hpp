// What may run at once around a write barrier, and what must hold. The scenarios are templates over rules, so that the
// kernel's barrier and the gallery's broken ones meet the same judges.
//
// The minor collections are those of a model heap with three objects. A mutator holds a lock of its own while it runs,
// and lets go of it for a moment where it polls; the collector stops the world by taking all of these locks. So a stop
// orders what a real one orders, and no more.
#pragma once

#include <array>
#include <cstddef>

#include <hallmark/remember/dirty_pages.hpp>
#include <hallmark/remember/write_barrier.hpp>
#include <hallmark/sync/mutex.hpp>

#include "models/engine/core/model.hpp"
#include "models/remember/page.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::write_barrier_model {

/// The kernel's barrier. The gallery replaces single steps.
struct KernelRules {
  using Page = model::PageOf<DirtyBits<64>>;
  using List = DirtyPages<Page, model::NoCounts>;
  using Place = DirtyPlace<Page, DirtyBits<64>>;

  /// A mutator stores a reference. It runs in heap.run, and polls between two of them.
  template <class Heap, class Slot, class ObjectAge>
  static void store(Heap& heap, unsigned mutator, Slot& slot, std::size_t target, const Place& place,
                    ObjectAge object_is_old) {
    heap.run(mutator, [&] { heap.barrier().store(slot, target, place, object_is_old); });
  }

  /// Calls visit(page, index) for each dirty object.
  template <Mutators Who, class Visit>
  static void drain(List& list, Visit visit) {
    auto snapshot = list.take_snapshot();
    while (Page* const page = snapshot.take()) {
      page->dirty.template take_each<Who>([&](std::size_t index) { visit(*page, index); });
    }
  }

  /// Whether pages are drained while mutators run.
  static constexpr Mutators kDrained = Mutators::running;
  /// Whether a collection drains again when the world has stopped.
  static constexpr bool kDrainsStopped = true;
  /// Whether an old object that still refers to a young one is recorded again.
  static constexpr bool kRecordsAgain = true;
};

/// The kernel's barrier for a heap whose pages are drained in a stopped world only.
struct StoppedRules : KernelRules {
  static constexpr Mutators kDrained = Mutators::stopped;
};

/// The age of objects as the kernel's barrier asks for it: a page's and an object's flag.
struct BothAges {
  static bool is_old(const PageFlags& flags, bool object_is_old) { return flags.is_old() || object_is_old; }
};

// Stores and promotion.

/// Object 0 lies in page 0, object 1 in page 1. Each has a slot and an age of its own beside its page's.
/// Ages: how the barrier decides.
template <class Ages>
class AgeScenario : public check::Scenario {
 public:
  void after() override {
    auto snapshot = list_.take_snapshot();
    std::array<bool, 2> seen{};
    while (Page* const page = snapshot.take()) {
      page->dirty.template take_each<Mutators::stopped>(
          [&](std::size_t index) { seen[index] = slots_[index].load(check::observing()) == kTarget; });
    }
    for (std::size_t object = 0; object < 2; ++object) {
      expect(!must_be_seen_[object] || seen[object], "an old object refers to a young one, and is not recorded");
    }
  }

 protected:
  static constexpr std::size_t kTarget = 7;

  void store(std::size_t object) {
    WriteBarrier<List> barrier(list_);
    slots_[object].store(kTarget, order<"gallery_ages.mutator.store_slot">(release));
    if (Ages::is_old(pages_[object].flags, is_object_old(object))) barrier.record_store(place(object));
  }

  void grow_old(std::size_t object) {
    object_old_[object].store(true, order<"gallery_ages.promoter.store_age">(relaxed));
  }
  bool is_object_old(std::size_t object) const {
    return object_old_[object].load(order<"gallery_ages.mutator.load_age">(relaxed));
  }
  void record(std::size_t object) { WriteBarrier<List>(list_).record_store(place(object)); }

  using Page = model::PageOf<DirtyBits<64>>;
  using List = DirtyPages<Page, model::NoCounts>;

  auto place(std::size_t object) {
    return DirtyPlace<Page, DirtyBits<64>>{pages_[object], pages_[object].dirty, object};
  }

  List list_;
  std::array<Page, 2> pages_;
  std::array<sync::atomic<std::size_t>, 2> slots_;
  std::array<sync::atomic<bool>, 2> object_old_;
  std::array<bool, 2> must_be_seen_{true, true};
};

/// An old object in a young page, and one without a mark of its own in an old page.
template <class Ages>
class EitherAge final : public AgeScenario<Ages> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "write_barrier.either_age",
                                             .holds = "a store is recorded if the page or the object is old",
                                             .threads = 2,
                                             .load_buffering = false};

  EitherAge() {
    this->grow_old(0);
    this->pages_[1].flags.set_old();
  }
  void thread(unsigned id) override { this->store(id); }
};

/// While a mutator stores, its object's page and then the object grow old, and are recorded (R2).
template <class Ages>
class PageThenObjectGrowOld final : public AgeScenario<Ages> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "write_barrier.page_then_object_grow_old",
                                             .holds = "a store into an object that grows old is recorded",
                                             .threads = 2,
                                             .load_buffering = false};

  PageThenObjectGrowOld() { this->must_be_seen_[1] = false; }
  void thread(unsigned id) override {
    if (id == 0) {
      this->store(0);
    } else {
      this->pages_[0].flags.set_old();
      this->grow_old(0);
      this->record(0);
    }
  }
};

template <class Ages>
class ObjectThenPageGrowOld final : public AgeScenario<Ages> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "write_barrier.object_then_page_grow_old",
                                             .holds = "a store into an object that grows old is recorded",
                                             .threads = 2,
                                             .load_buffering = false};

  ObjectThenPageGrowOld() { this->must_be_seen_[1] = false; }
  void thread(unsigned id) override {
    if (id == 0) {
      this->store(0);
    } else {
      this->grow_old(0);
      this->pages_[0].flags.set_old();
      this->record(0);
    }
  }
};

/// A mutator stores a fresh object, another one finds it, without any collection.
/// Outcome: the field that the other finds, or - for no reference.
class FreshObject final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "write_barrier.fresh_object",
                                             .holds = "whoever loads a reference sees the fields of the object",
                                             .threads = 2,
                                             .outcomes = {"-", "x"}};

  void thread(unsigned id) override {
    if (id == 0) {
      field_.write('x');
      WriteBarrier<List> barrier(list_);
      barrier.store(slot_, std::size_t{1}, DirtyPlace<Page, DirtyBits<64>>{page_, page_.dirty, 0},
                    [] { return false; });
    } else if (WriteBarrier<List>::load(slot_) == 1) {
      found_[0] = field_.read();
    }
  }
  void after() override {
    expect(page_.dirty.is_clean(), "a store into a young object was recorded");
    outcome(found_.data());
  }

 private:
  using Page = model::PageOf<DirtyBits<64>>;
  using List = DirtyPages<Page, model::NoCounts>;

  List list_;
  Page page_;
  sync::atomic<std::size_t> slot_;
  sync::plain<char> field_;
  std::array<char, 2> found_{'-'};  // thread 1
};

/// A page grows old while a mutator asks. Outcome: 1 it was old, 0 young. Flags: PageFlags, or what a page has instead.
template <class Flags>
class AgeWhileAsked final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "write_barrier.age_while_asked",
                                             .holds = "a barrier may ask for the age of a page that is promoted",
                                             .threads = 2,
                                             .outcomes = {"0", "1"}};

  void thread(unsigned id) override {
    if (id == 0) {
      old_ = flags_.is_old();
    } else {
      flags_.set_old();
    }
  }
  void after() override {
    expect(flags_.is_old(), "a page was promoted and is young");
    outcome(old_ ? "1" : "0");
    flags_.clear_old();
    expect(!flags_.is_old(), "a page that is used anew is old");
  }

 private:
  Flags flags_;
  bool old_ = false;  // thread 0
};

// Minor collections.

/// A heap of an old object a and young ones b and c, with a slot each. Young objects that have survived three minor
/// collections are old by a mark of their own. Mutators 0 and 1 have a root each; at first they hold b and c.
///
/// After all threads have ended three more minor collections take place. Oracle: what a walk from a and the roots
/// reaches. Checked each time: exactly that is alive; an old object is dirty, and its page listed, if it refers to a
/// young one, and otherwise not.
template <class Rules>
class MinorCollection : public check::Scenario {
 public:
  void after() override {
    for (int i = 0; i < 3; ++i) {
      pre_clean();
      collect_stopped();
      verify();
    }
    for (std::size_t object = kB; object <= kC; ++object) {
      expect(!exists_[object].read() || old_[object].read(), "an object has survived four collections and is young");
    }
    expect(!page_old_.flags.is_dirty_listed(check::observing()), "a page is listed when there are no young objects");
    finish();
  }

  // For the rules.

  WriteBarrier<typename Rules::List, Rules::kDrained>& barrier() { return barrier_; }
  /// A mutator does something without a poll.
  template <class Action>
  void run(unsigned mutator, Action action) {
    vocabulary::LockGuard lock(*run_[mutator]);
    action();
  }
  void blacken(std::size_t object) { marked_[object].write(true); }

 protected:
  static constexpr std::size_t kNone = 0;  // references are numbers of objects
  static constexpr std::size_t kA = 1;
  static constexpr std::size_t kB = 2;
  static constexpr std::size_t kC = 3;

  MinorCollection() {
    roots_[0].write(kB);
    roots_[1].write(kC);
    page_old_.flags.set_old();
    old_[kA].write(true);
    for (std::size_t object = kA; object <= kC; ++object) exists_[object].write(true);
  }

  virtual void finish() {}

  // Mutators. They poll between these.

  void store(unsigned mutator, std::size_t object, std::size_t target) {
    run(mutator, [&] {
      use(object);
      use(target);
    });
    Rules::store(*this, mutator, slots_[object], target, place_of(object), [&] { return old_[object].read(); });
  }
  std::size_t load(unsigned mutator, std::size_t object) {
    std::size_t target = kNone;
    run(mutator, [&] {
      use(object);
      target = WriteBarrier<typename Rules::List>::load(slots_[object]);
    });
    return target;
  }
  void drop_root(unsigned mutator) {
    run(mutator, [&] { roots_[mutator].write(kNone); });
  }

  // The collector.

  /// While mutators run: drops dirty objects that refer to nothing, and keeps the others for the collection to look at.
  void pre_clean() {
    Rules::template drain<Mutators::running>(list_, [this](auto&, std::size_t object) {
      if (WriteBarrier<typename Rules::List>::load(slots_[object]) != kNone) found_early_[object] = true;
    });
  }

  void stop_and_collect() {
    vocabulary::LockGuard first(run_0_);
    vocabulary::LockGuard second(run_1_);
    collect_stopped();
  }

  std::size_t slot_at_end(std::size_t object) const { return slots_[object].load(check::observing()); }
  bool exists_at_end(std::size_t object) const { return exists_[object].read(); }

 private:
  using Page = typename Rules::Page;
  using Place = typename Rules::Place;
  static constexpr std::size_t kObjects = 4;  // with none

  // b and c lie in a page that stays young: they grow old one by one.
  Page& page_of(std::size_t object) { return object == kA ? page_old_ : page_young_; }
  Place place_of(std::size_t object) { return {page_of(object), page_of(object).dirty, object}; }

  void use(std::size_t object) {
    expect(object == kNone || exists_[object].read(), "a mutator came to an object that was freed");
  }

  void collect_stopped() {
    // What a pre-clean has kept is looked at now, like what is dirty still.
    std::array<bool, kObjects> dirty = found_early_;
    found_early_ = {};
    if (Rules::kDrainsStopped) {
      Rules::template drain<Mutators::stopped>(list_, [&](auto&, std::size_t object) { dirty[object] = true; });
    }
    for (const auto& root : roots_) mark(root.read());
    for (std::size_t object = kA; object <= kC; ++object) {
      if (dirty[object] && old_[object].read()) mark(slot_now(object));
    }
    for (std::size_t object = kB; object <= kC; ++object) {
      if (old_[object].read() || !exists_[object].read()) continue;
      if (marked_[object].read()) {
        if (++age_[object] == 3) {
          old_[object].write(true);
          dirty[object] = true;
        }
      } else {
        exists_[object].write(false);
      }
      marked_[object].write(false);
    }
    for (std::size_t object = kA; object <= kC; ++object) {
      if (Rules::kRecordsAgain && dirty[object] && refers_to_young(object)) barrier_.record_store(place_of(object));
    }
  }

  /// Marks a young object and what it reaches.
  void mark(std::size_t object) {
    while (object != kNone && !old_[object].read() && !marked_[object].read()) {
      marked_[object].write(true);
      object = slot_now(object);
    }
  }

  bool refers_to_young(std::size_t object) {
    const std::size_t target = slot_now(object);
    return old_[object].read() && exists_[object].read() && target != kNone && !old_[target].read();
  }

  std::size_t slot_now(std::size_t object) const {
    return slots_[object].load(order<"gallery_minor.slot_now.load_slot">(relaxed));
  }

  /// Old objects are never freed here, and what they refer to is reached.
  void verify() {
    std::array<bool, kObjects> reached{};
    for (std::size_t object : {kA, roots_[0].read(), roots_[1].read(), kB, kC}) {
      if (object != kA && object != roots_[0].read() && object != roots_[1].read() && !old_[object].read()) continue;
      for (; object != kNone && !reached[object]; object = slot_now(object)) reached[object] = true;
    }
    for (std::size_t object = kA; object <= kC; ++object) {
      expect(!reached[object] || exists_[object].read(), "an object was freed that is reachable");
      expect(reached[object] || !exists_[object].read(), "garbage has survived a minor collection");
      expect(!exists_[object].read() || page_of(object).dirty.is_set(object) == refers_to_young(object),
             "an old object is dirty without a young reference, or the other way round");
    }
    for (Page* page : {&page_old_, &page_young_}) {
      expect(page->flags.is_dirty_listed(check::observing()) == !page->dirty.is_clean(),
             "a page is dirty and not listed, or the other way round");
    }
  }

  sync::mutex run_0_{vocabulary::LockRank{1}, "mutator 0"};
  sync::mutex run_1_{vocabulary::LockRank{2}, "mutator 1"};
  const std::array<sync::mutex*, 2> run_{&run_0_, &run_1_};
  typename Rules::List list_;
  WriteBarrier<typename Rules::List, Rules::kDrained> barrier_{list_};
  Page page_old_;
  Page page_young_;
  std::array<sync::plain<std::size_t>, 2> roots_;  // by its mutator; by the collector while the world is stopped
  std::array<sync::atomic<std::size_t>, kObjects> slots_;
  std::array<sync::plain<bool>, kObjects> exists_;  // written while the world is stopped
  std::array<sync::plain<bool>, kObjects> old_;     // likewise
  std::array<sync::plain<bool>, kObjects> marked_;  // by the collector
  std::array<unsigned, kObjects> age_{};            // by the collector
  std::array<bool, kObjects> found_early_{};        // by the collector
};

/// Both mutators store what they hold into a, and drop it: one of b and c stays.
/// Outcome: the object that a refers to.
template <class Rules>
class TwoStoresIntoOneSlot final : public MinorCollection<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = Rules::kDrained == Mutators::running ? "write_barrier.two_stores_into_one_slot"
                                                   : "write_barrier.two_stores_drained_stopped",
      .holds = "of two young objects that two mutators store into an old one, the one that stays there lives",
      .threads = 3,
      .outcomes = {"b", "c"},
      .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 2) {
      this->stop_and_collect();
      return;
    }
    this->store(id, this->kA, this->kB + id);
    this->drop_root(id);
  }
  void finish() override { this->outcome(this->slot_at_end(this->kA) == this->kB ? "b" : "c"); }
};

/// Mutator 0 stores b into a and drops it; mutator 1, if it finds b, stores c into it and drops it.
/// Outcome: 1 c hangs on b, - c is held by its root.
template <class Rules>
class ChainOfTwo final : public MinorCollection<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name =
          Rules::kDrained == Mutators::running ? "write_barrier.chain_of_two" : "write_barrier.chain_drained_stopped",
      .holds = "young objects that two mutators hang on an old one, one behind the other, live",
      .threads = 3,
      .outcomes = {"-", "1"},
      .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 2) {
      this->stop_and_collect();
      return;
    }
    if (id == 0) {
      this->store(0, this->kA, this->kB);
      this->drop_root(0);
    } else if (this->load(id, this->kA) == this->kB) {
      this->store(1, this->kB, this->kC);
      this->drop_root(1);
    }
  }
  void finish() override { this->outcome(this->slot_at_end(this->kB) == this->kC ? "1" : "-"); }
};

/// A mutator stores b into a and drops it, polls, finds b again and stores c into it. Meanwhile the collector drains
/// early and then collects. The root of mutator 1, which has nothing to do, holds c.
template <class Rules>
class PreCleanAndCollect final : public MinorCollection<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "write_barrier.pre_clean_and_collect",
      .holds = "a store during a pre-clean is found by the collection that follows it",
      .threads = 2,
      .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 1) {
      this->pre_clean();
      this->stop_and_collect();
      return;
    }
    this->store(0, this->kA, this->kB);
    this->drop_root(0);
    if (this->load(id, this->kA) == this->kB) this->store(0, this->kB, this->kC);
  }
};

/// A mutator stores nothing into a, which is dirty then, and b after it. The pre-clean finds a dirty, and drops it if
/// it refers to nothing yet.
template <class Rules>
class PreCleanBetweenStores final : public MinorCollection<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "write_barrier.pre_clean_between_stores",
      .holds = "a store into an object that is dirty already is found, though a pre-clean takes its bit",
      .threads = 2,
      .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 1) {
      this->pre_clean();
      this->stop_and_collect();
      return;
    }
    this->store(0, this->kA, this->kNone);
    this->store(0, this->kA, this->kB);
    this->drop_root(0);
  }
};

/// Two stops, while a mutator stores nothing into a, and then b.
template <class Rules>
class TwoCollections final : public MinorCollection<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "write_barrier.two_collections",
                                             .holds = "a store after a drain is found by the next",
                                             .threads = 2,
                                             .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 1) {
      this->stop_and_collect();
      this->stop_and_collect();
      return;
    }
    this->store(0, this->kA, this->kNone);
    this->store(0, this->kA, this->kB);
    this->drop_root(0);
  }
};

/// As TwoStoresIntoOneSlot, with a pre-clean.
template <class Rules>
class PreCleanWithTwoMutators final : public MinorCollection<Rules> {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "write_barrier.pre_clean_with_two_mutators",
      .holds = "stores of two mutators during a pre-clean are found by the collection that follows it",
      .threads = 3,
      .outcomes = {"b", "c"},
      .load_buffering = false};

  void thread(unsigned id) override {
    if (id == 2) {
      this->pre_clean();
      this->stop_and_collect();
      return;
    }
    this->store(id, this->kA, this->kB + id);
    this->drop_root(id);
  }
  void finish() override { this->outcome(this->slot_at_end(this->kA) == this->kB ? "b" : "c"); }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::write_barrier_model
