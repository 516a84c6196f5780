// M6: a lazy sweep decides by marks that the next cycle has cleared.
//
// A page was marked and waits for its sweep, until an allocator needs cells. The next cycle begins and clears the
// marks: the allocator finds none, and frees objects that are alive. The kernel sweeps while the world is stopped; this
// page is a program of its own.
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/sync/mutex.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Two cells with an object each, of which the first is marked. Both operations take the page's lock.
class SweptLater {
 public:
  SweptLater() {
    allocated_.write(3);
    marks_.try_mark(0);
    sweep_is_due_.write(true);
  }

  void allocator_sweeps() {
    vocabulary::LockGuard lock(mutex_);
    sweep();
  }
  std::uint64_t allocated() const { return allocated_.read(); }

 protected:
  void sweep() {
    if (!sweep_is_due_.read()) return;
    allocated_.write(allocated_.read() & marks_.marks_of_word(0));
    sweep_is_due_.write(false);
  }

  sync::mutex mutex_{vocabulary::LockRank{1}, "page"};
  MarkBitmap<64> marks_;
  sync::plain<std::uint64_t> allocated_;  // under the lock
  sync::plain<bool> sweep_is_due_;        // under the lock
};

/// Right: the next cycle ends what the last one has left.
class SweepsBeforeClear : public SweptLater {
 public:
  void begin_cycle() {
    vocabulary::LockGuard lock(mutex_);
    sweep();
    marks_.clear();
  }
};

/// Wrong: the lock is there, and the sweep that is due is not thought of.
class ClearsBeforeSweep : public SweptLater {
 public:
  void begin_cycle() {
    vocabulary::LockGuard lock(mutex_);
    marks_.clear();
  }
};

template <class Page>
class LateSweep final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "page.late_sweep",
                                             .holds = "a sweep that comes late frees what its own cycle has not marked",
                                             .threads = 2};

  void thread(unsigned id) override {
    if (id == 0) {
      page_.begin_cycle();
    } else {
      page_.allocator_sweeps();
    }
  }
  void after() override { expect(page_.allocated() == 1, "a live object was freed, or a dead one kept"); }

 private:
  Page page_;
};

const check::RegisterGalleryEntry entry{{.id = "M6", .what = "a lazy sweep decides by marks that were cleared"}};
const RegisterScenario<LateSweep<ClearsBeforeSweep>> clears_before_sweep{"M6"};
const RegisterScenario<LateSweep<SweepsBeforeClear>> sweeps_before_clear;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
