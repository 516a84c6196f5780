// For gallery files: a dirty list and dirty bits that are the kernel's, but let a drain go its own way.
#pragma once

#include "models/remember/dirty_pages_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {

/// A list that gives all of its pages away as a chain, still flagged as listed.
template <class Page, class Counts>
class Chain : public DirtyPages<Page, Counts> {
 public:
  Page* take_chain() {
    vocabulary::LockGuard lock(this->mutex_);
    this->counts_.on_snapshot();
    Page* const first = this->head_.read();
    this->head_.write(nullptr);
    return first;
  }
};

/// Rules for drains of such a list: Drain::page(page, visit) treats one page.
template <class Drain, class Bits = DirtyBits<128>>
struct ChainRules {
  using Page = model::PageOf<Bits>;
  using List = Chain<Page, model::NoCounts>;

  template <Mutators, class Visit>
  static void drain(List& list, Visit visit) {
    Page* next = list.take_chain();
    while (next != nullptr) {
      Page& page = *std::exchange(next, next->next_dirty.read());
      Drain::page(page, visit);
    }
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
