// M3: mark, dirty or old state survives the re-use of a page.
//
// A page is freed with its marks, its flags and its dirty bits as they were. Whoever uses it next finds its new object
// marked: a marker that reaches it doesn't trace it, and the object that it alone refers to is lost. Or it is listed:
// a store into it is not recorded, since the page seems to be on the list.
#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/heap/page_flags.hpp>
#include <hallmark/sync/mutex.hpp>

#include "models/engine/core/model.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// A page whose object is old, marked and written to; it dies, and the page goes through a pool to another thread.
class UsedPage {
 public:
  UsedPage() {
    marks_.try_mark(0);
    flags_.set_old();
    dirty_.set(0);
  }

  void free() {
    clear();
    vocabulary::LockGuard lock(mutex_);
    is_free_.write(true);
  }
  /// False: it is not free yet.
  bool take() {
    vocabulary::LockGuard lock(mutex_);
    return is_free_.read();
  }

  bool new_object_is_traced() { return marks_.try_mark(0); }
  bool is_young() const { return !flags_.is_old(); }
  bool is_clean() const { return dirty_.is_clean(); }

 protected:
  virtual void clear() = 0;
  ~UsedPage() = default;

  MarkBitmap<64> marks_;
  PageFlags flags_;
  DirtyBits<64> dirty_;

 private:
  sync::mutex mutex_{vocabulary::LockRank{1}, "pool"};
  sync::plain<bool> is_free_;  // under the lock
};

/// Right: as the heap frees a page.
class ClearsAll final : public UsedPage {
  void clear() override {
    flags_.clear_old();
    marks_.clear();
    dirty_.clear();
  }
};

/// Wrong, each in one way.
class KeepsMarks final : public UsedPage {
  void clear() override {
    flags_.clear_old();
    dirty_.clear();
  }
};
class KeepsAge final : public UsedPage {
  void clear() override {
    marks_.clear();
    dirty_.clear();
  }
};
class KeepsDirtyBits final : public UsedPage {
  void clear() override {
    flags_.clear_old();
    marks_.clear();
  }
};

/// Outcome: 1 the page was used again, 0 it was not free yet.
template <class Page>
class Reuse final : public check::Scenario {
 public:
  static constexpr check::ScenarioInfo kInfo{
      .name = "page.reuse", .holds = "a page that is used again is as a new one", .threads = 2, .outcomes = {"0", "1"}};

  void thread(unsigned id) override {
    if (id == 0) {
      page_.free();
      return;
    }
    used_ = page_.take();
    if (!used_) return;
    expect(page_.is_young(), "a page is old, and its objects are new");
    expect(page_.is_clean(), "a page is dirty, and nothing was stored into its objects");
    expect(page_.new_object_is_traced(), "a new object was marked by nobody, and is not traced");
  }
  void after() override { outcome(used_ ? "1" : "0"); }

 private:
  Page page_;
  bool used_ = false;  // thread 1
};

const check::RegisterGalleryEntry marks{{.id = "M3", .what = "the marks of a page survive its re-use"}};
const RegisterScenario<Reuse<KeepsMarks>> keeps_marks{"M3"};
const check::RegisterGalleryEntry age{{.id = "M3b", .what = "the age of a page survives its re-use"}};
const RegisterScenario<Reuse<KeepsAge>> keeps_age{"M3b"};
const check::RegisterGalleryEntry dirty{{.id = "M3c", .what = "the dirty bits of a page survive its re-use"}};
const RegisterScenario<Reuse<KeepsDirtyBits>> keeps_dirty_bits{"M3c"};
const RegisterScenario<Reuse<ClearsAll>> clears_all;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
