// The registry of ordering sites: every order<"label">(order) that is compiled into a model appears here, whether it
// runs or not, because the registration is a static object of the label's own type.
//
// A site's order can be replaced for a run (a *mutant*): the backends read `active`, not `declared`.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <hallmark/sync/vocabulary.hpp>

namespace hallmark::check {

using vocabulary::MemoryOrder;
using vocabulary::Operation;

struct Site {
  Site(std::string_view label, Operation operation, MemoryOrder order, bool enlist);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// Called by each execution of the operation. A second place for one label is a defect that `run` reports.
  void located_at(const char* at_file, int at_line) {
    if (line == at_line) [[likely]]
      return;
    locate_first_or_conflict(at_file, at_line);
  }

  const std::string_view label;
  const Operation operation;
  const MemoryOrder declared;
  MemoryOrder active;
  const char* file = nullptr;  // known once the site has run
  int line = 0;
  bool in_two_places = false;

 private:
  void locate_first_or_conflict(const char* at_file, int at_line);
};

/// One object per label and order in the program, whatever the number of engines and translation units.
template <vocabulary::Label L, MemoryOrder Order>
inline Site registered_site{L.view(), vocabulary::operation_of(L.view()), Order, true};

/// All registered sites in the order of their labels. Labels that begin with "gallery" belong to broken variants.
const std::vector<Site*>& all_sites();

/// Those of the kernel.
std::vector<Site*> kernel_sites();

/// The site with this label, or nullptr.
Site* find_site(std::string_view label);

/// The orders that C++20 permits for `operation` and that are strictly weaker than `order`, strongest first.
std::vector<MemoryOrder> weaker_orders(Operation operation, MemoryOrder order);

/// Parses "relaxed", "acquire", ... Returns false for anything else.
bool parse_order(std::string_view text, MemoryOrder& order);

/// Replaces one site's order while it lives.
class ActiveMutant {
 public:
  ActiveMutant(Site& site, MemoryOrder order) : site_(site) { site_.active = order; }
  ~ActiveMutant() { site_.active = site_.declared; }
  ActiveMutant(const ActiveMutant&) = delete;
  ActiveMutant& operator=(const ActiveMutant&) = delete;

 private:
  Site& site_;
};

/// What the model backends' atomics take: the site and the place it was used at.
template <Operation Kind>
class ModelOrder {
 public:
  ModelOrder(Site& site, const char* file, int line) : site_(&site), file_(file), line_(line) {}

  Site& site() const {
    site_->located_at(file_, line_);
    return *site_;
  }

 private:
  Site* site_;
  const char* file_;
  int line_;
};

/// The pseudo-site of a scenario that looks at an atomic from outside the algorithm: in invariant() and after(). It is
/// not in the registry, and engines answer with the newest value.
inline Site observing_site{"check.observe.load_newest", Operation::load, MemoryOrder::relaxed, false};

inline ModelOrder<Operation::load> observing(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return {observing_site, file, line};
}

/// order<"label">(order constant) of the model backends.
template <vocabulary::Label L, MemoryOrder Order>
requires vocabulary::Site<L, Order>
auto order(vocabulary::OrderConstant<Order>, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return ModelOrder<vocabulary::operation_of(L.view())>(registered_site<L, Order>, file, line);
}

}  // namespace hallmark::check
