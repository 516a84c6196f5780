// M5: a mark is rolled back after a failed check, while an allocator sees it.
//
// A marker that is not sure of its reference marks the cell, finds it unallocated and unmarks it. In between the cell
// is allocated, black: its allocator finds the mark there. The new object is left white.
#include <hallmark/heap/mark_bitmap.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Outcome: 1 the marker has marked an object, 0 it has not.
template <class Page>
class AllocatedBlackMeanwhile final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "mark_bitmap.allocated_black_meanwhile",
      .holds = "an object that is allocated black is marked, whatever a marker tries meanwhile",
      .threads = 2,
      .outcomes = {"0", "1"}};

  void thread(unsigned id) override {
    if (id == 0) {
      page_.allocate_black();
    } else {
      marked_ = page_.mark_if_allocated();
    }
  }
  void after() override {
    expect(page_.is_marked(0), "an object was allocated black and is white");
    outcome(marked_ ? "1" : "0");
  }

 private:
  Page page_;
  bool marked_ = false;  // thread 1
};

class BlackPage : public MarkBitmap<64> {
 public:
  void allocate_black() {
    allocated_.store(true, order<"gallery_m5.allocate_black.store_allocated">(release));
    try_mark(0);
  }

 protected:
  bool is_allocated() const { return allocated_.load(order<"gallery_m5.is_allocated.load_allocated">(acquire)); }

 private:
  sync::atomic<bool> allocated_;
};

/// Right: asks first.
class AsksFirst : public BlackPage {
 public:
  bool mark_if_allocated() {
    if (!is_allocated()) return false;
    try_mark(0);
    return true;
  }
};

/// Wrong: takes a mark back that has become another's.
class RollsBack : public BlackPage {
 public:
  bool mark_if_allocated() {
    const bool won = try_mark(0);
    if (is_allocated()) return true;
    if (won) words_[0].fetch_and(~bit_of(0), order<"gallery_m5.mark_if_allocated.rmw_word">(relaxed));
    return false;
  }
};

const check::RegisterGalleryEntry entry{{.id = "M5", .what = "a mark is rolled back after a failed check"}};
const RegisterScenario<AllocatedBlackMeanwhile<RollsBack>> rolls_back{"M5"};
const RegisterScenario<AllocatedBlackMeanwhile<AsksFirst>> asks_first;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
