// The C11 port's dirty bits and dirty list under the explorer, judged by the kernel's scenarios. The barrier that
// stores references is the kernel's own: the port has none.
#include <array>
#include <bit>

#include "models/heap/dirty_bits_scenarios.hpp"
#include "models/remember/dirty_pages_scenarios.hpp"
#include "tests/conformance/c11/dirty_bits.h"
#include "tests/conformance/c11/dirty_pages.h"

namespace hallmark::inline HALLMARK_NAMESPACE::dirty_pages_model {

/// What the scenarios ask of dirty bits.
template <std::size_t Bits>
class PortBits {
 public:
  PortBits() { hm_dirty_bits_init(&bits_, words_.data(), words_.size()); }

  void set(std::size_t index) { hm_dirty_bits_set(&bits_, index); }
  void preset(std::size_t i, std::uint64_t mask) { hm_dirty_bits_preset(&bits_, i, mask); }
  std::uint64_t take_word(std::size_t i) { return hm_dirty_bits_take_word(&bits_, i); }
  template <Mutators Who = Mutators::running, class Visit>
  void take_each(Visit visit) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      std::uint64_t word = 0;
      if constexpr (Who == Mutators::running) {
        word = hm_dirty_bits_take_word(&bits_, i);
      } else {
        word = hm_dirty_bits_take_word_stopped(&bits_, i);
      }
      for (; word != 0; word &= word - 1) visit(i * 64 + static_cast<std::size_t>(std::countr_zero(word)));
    }
  }
  bool is_set(std::size_t index) { return hm_dirty_bits_is_set(&bits_, index); }
  bool is_clean() { return hm_dirty_bits_is_clean(&bits_); }
  void clear() { hm_dirty_bits_clear(&bits_); }

 private:
  hm_dirty_bits bits_;
  std::array<sync::atomic<std::uint64_t>, (Bits + 63) / 64> words_;
};

/// A page with the names by which the scenarios and the barrier look at one.
class PortPage : public hm_page {
 public:
  class Flags {
   public:
    explicit Flags(sync::atomic<std::uint8_t>& bits) : bits_(bits) {}
    template <class Site>
    bool is_dirty_listed(Site site) const {
      return (bits_.load(site) & HM_PAGE_DIRTY_LISTED) != 0;
    }
    bool is_old() const { return false; }  // the scenarios say that objects are

   private:
    sync::atomic<std::uint8_t>& bits_;
  };

  PortPage() { hm_page_init(this); }

  Flags flags{hm_page::flags};
  PortBits<128> dirty;
};

class PortList {
 public:
  class Snapshot {
   public:
    explicit Snapshot(hm_dirty_pages& list) : list_(list), snapshot_(hm_dirty_pages_take_snapshot(&list)) {}
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    ~Snapshot() { hm_dirty_pages_clear_snapshot(&list_, &snapshot_); }
    std::size_t size() const { return snapshot_.left; }
    PortPage* take() { return static_cast<PortPage*>(hm_dirty_snapshot_take(&snapshot_)); }

   private:
    hm_dirty_pages& list_;
    hm_dirty_snapshot snapshot_;
  };

  PortList() { hm_dirty_pages_init(&list_); }

  void add(PortPage& page) { hm_dirty_pages_add(&list_, &page); }
  Snapshot take_snapshot() { return Snapshot(list_); }
  bool retire(PortPage& page) { return hm_dirty_pages_retire(&list_, &page); }
  void reinstate(PortPage& page) { hm_dirty_pages_reinstate(&list_, &page); }
  DirtyPagesStatistics statistics() {
    const hm_dirty_statistics counts = hm_dirty_pages_statistics(&list_);
    return {.listed = counts.listed,
            .scanned = counts.scanned,
            .snapshots = counts.snapshots,
            .high_water = counts.high_water,
            .recent = std::to_array(counts.recent)};
  }

 private:
  hm_dirty_pages list_;
};

struct PortRules {
  using Page = PortPage;
  using List = PortList;
  using CountingList = PortList;

  template <Mutators Who, class Visit>
  static void drain(PortList& list, Visit visit) {
    auto snapshot = list.take_snapshot();
    while (PortPage* const page = snapshot.take()) {
      page->dirty.template take_each<Who>([&](std::size_t index) { visit(*page, index); });
    }
  }
};

namespace {

template <template <class> class Scenario>
using Port = RegisterScenario<Scenario<PortRules>>;

const Port<SamePage> same_page;
const Port<SamePageThreeMutators> same_page_three_mutators;
const Port<OnePageEach> one_page_each;
const Port<TwoPages> two_pages;
const Port<ListedIsListed> listed_is_listed;
const Port<SnapshotMeanwhile> snapshot_meanwhile;
const Port<ListedAgain> listed_again;
const Port<PutBack> put_back;
const Port<Retired> retired;
const Port<RetiredInSnapshot> retired_in_snapshot;
const Port<StoreIntoCleanPage> store_into_clean_page;
const Port<StoreIntoListedPage> store_into_listed_page;
const Port<StoreIntoDirtyObject> store_into_dirty_object;
const Port<StoresIntoTwoWords> stores_into_two_words;
const Port<TwoMutatorsStore> two_mutators_store;
const Port<TwoDrains> two_drains;

const RegisterScenario<dirty_bits_model::BitAndFlag<PortBits<64>>> bit_and_flag;
const RegisterScenario<dirty_bits_model::NeighbouringBits<PortBits<64>>> neighbouring_bits;
const RegisterScenario<dirty_bits_model::PresetBesideSet<PortBits<128>>> preset_beside_set;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::dirty_pages_model
