// D12: whether stores are to be recorded is asked once, at the start of a borrow.
//
// The mutator begins to borrow an object while nothing is recorded, and polls. The collector switches recording on and
// looks at all objects. The mutator stores, and doesn't record. The kernel records in every phase; this is a program of
// its own.
#include <hallmark/sync/mutex.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// The collector has looked at the slot when it switched recording on; later stores must be recorded.
class CachedPhase final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "borrow.cached_phase", .holds = "a store after recording was switched on is recorded", .threads = 2};

  void thread(unsigned id) override {
    if (id == 0) {
      bool records = false;
      {
        vocabulary::LockGuard lock(run_);
        records = recording_.read();  // wrong: the phase may change at the poll, which follows
      }
      vocabulary::LockGuard lock(run_);
      slot_.write(true);
      if (records) recorded_.write(true);
    } else {
      vocabulary::LockGuard lock(run_);
      recording_.write(true);
      seen_.write(slot_.read());
    }
  }

  void after() override {
    expect(!slot_.read() || seen_.read() || recorded_.read(), "a store was neither seen nor recorded");
  }

 private:
  sync::mutex run_{vocabulary::LockRank{1}, "mutator"};  // whoever runs; the collector stops the mutator by it
  sync::plain<bool> recording_;
  sync::plain<bool> slot_;
  sync::plain<bool> seen_;
  sync::plain<bool> recorded_;
};

const check::RegisterGalleryEntry entry{
    {.id = "D12", .what = "the barrier's phase is cached at the start of a borrow"}};
const RegisterScenario<CachedPhase> cached_phase{"D12"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
