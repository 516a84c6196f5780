// T1: the coordinator joins the workers before it tells them that marking is complete.
//
// The workers wait for the word that all is done; the coordinator, who would give it, waits for the workers.
#include "models/engine/core/model.hpp"

#include <hallmark/sync/mutex.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Thread 0 is the coordinator, the others are workers.
class JoinBeforeCompletion final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "terminator.completion", .holds = "the coordinator and the workers all end", .threads = 3};

  void thread(unsigned id) override {
    vocabulary::LockGuard lock(mutex_);
    if (id == 0) {
      // Wrong: joined_ is waited for before complete_ is set.
      while (joined_.read() < 2) changed_.wait(mutex_);
      complete_.write(true);
      changed_.notify_all();
    } else {
      while (!complete_.read()) changed_.wait(mutex_);
      joined_.write(joined_.read() + 1);
      changed_.notify_all();
    }
  }

 private:
  sync::mutex mutex_{vocabulary::LockRank{1}, "coordinator"};
  sync::condition changed_;
  sync::plain<bool> complete_;
  sync::plain<unsigned> joined_;
};

const check::RegisterGalleryEntry entry{
    {.id = "T1", .what = "the coordinator joins the workers before it signals completion"}};
const RegisterScenario<JoinBeforeCompletion> completion{"T1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
