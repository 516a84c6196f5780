// D11: when the list is full, a fallback leaves the barrier off until the next snapshot.
//
// The snapshot has what was listed until then. What was stored while the barrier was off is in no list. The kernel's
// list can't be full; this is a program of its own.
#include <array>
#include <cstddef>

#include <hallmark/sync/mutex.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// A list of one page. Each mutator stores into a page of its own.
class BarrierOff final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{.name = "fallback.barrier_off",
                                             .holds = "a store is seen by a snapshot, also if the list was full",
                                             .threads = 2};

  void thread(unsigned id) override {
    slots_[id].store(1, order<"gallery_d11.mutator.store_slot">(release));
    vocabulary::LockGuard lock(mutex_);
    if (off_.read()) return;
    if (count_.read() == 1) {
      // Wrong: from here on nothing is listed, and the snapshot doesn't know.
      off_.write(true);
      return;
    }
    listed_.write(id);
    count_.write(1);
  }

  void after() override {
    std::array<bool, 2> seen{};
    if (count_.read() == 1) seen[listed_.read()] = true;
    off_.write(false);
    for (std::size_t page = 0; page < 2; ++page) {
      expect(seen[page] || slots_[page].load(check::observing()) == 0, "a store was made and no snapshot has its page");
    }
  }

 private:
  sync::mutex mutex_{vocabulary::LockRank{1}, "list"};
  std::array<sync::atomic<unsigned>, 2> slots_;
  sync::plain<unsigned> count_;  // under the lock, like those below
  sync::plain<unsigned> listed_;
  sync::plain<bool> off_;
};

const check::RegisterGalleryEntry entry{
    {.id = "D11", .what = "a fallback leaves the barrier off until the next snapshot"}};
const RegisterScenario<BarrierOff> barrier_off{"D11"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
