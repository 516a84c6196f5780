#include "models/engine/core/site.hpp"

#include <algorithm>

namespace hallmark::check {
namespace {

std::vector<Site*>& registry() {
  static std::vector<Site*> sites;
  return sites;
}

bool is_weaker(MemoryOrder weaker, MemoryOrder stronger) {
  // acquire and release are not comparable; acq_rel is both, seq_cst is more.
  const auto strength = [](MemoryOrder order) {
    constexpr unsigned kAcquire = 1, kRelease = 2, kTotal = 4;
    switch (order) {
      case MemoryOrder::relaxed: return 0U;
      case MemoryOrder::acquire: return kAcquire;
      case MemoryOrder::release: return kRelease;
      case MemoryOrder::acq_rel: return kAcquire | kRelease;
      case MemoryOrder::seq_cst: return kAcquire | kRelease | kTotal;
    }
    return 0U;
  };
  return weaker != stronger && (strength(weaker) & ~strength(stronger)) == 0;
}

}  // namespace

Site::Site(std::string_view label_, Operation operation_, MemoryOrder order, bool enlist)
    : label(label_), operation(operation_), declared(order), active(order) {
  if (enlist) registry().push_back(this);
}

void Site::locate_first_or_conflict(const char* at_file, int at_line) {
  if (file != nullptr) in_two_places = true;
  // A compiler that is given relative paths, as compiler caches do, names files as seen from the build folder.
  file = at_file;
  while (std::string_view(file).starts_with("../")) file += 3;
  line = at_line;
}

const std::vector<Site*>& all_sites() {
  static const bool sorted = [] {
    std::ranges::sort(registry(), {}, &Site::label);
    return true;
  }();
  static_cast<void>(sorted);
  return registry();
}

std::vector<Site*> kernel_sites() {
  std::vector<Site*> sites = all_sites();
  std::erase_if(sites, [](const Site* site) { return site->label.starts_with("gallery"); });
  return sites;
}

Site* find_site(std::string_view label) {
  const auto found = std::ranges::find(all_sites(), label, &Site::label);
  return found == all_sites().end() ? nullptr : *found;
}

std::vector<MemoryOrder> weaker_orders(Operation operation, MemoryOrder order) {
  constexpr MemoryOrder kStrongestFirst[] = {MemoryOrder::acq_rel, MemoryOrder::acquire, MemoryOrder::release,
                                             MemoryOrder::relaxed};
  std::vector<MemoryOrder> result;
  for (const MemoryOrder candidate : kStrongestFirst) {
    if (is_weaker(candidate, order) && vocabulary::is_legal(operation, candidate)) result.push_back(candidate);
  }
  return result;
}

bool parse_order(std::string_view text, MemoryOrder& order) {
  for (const MemoryOrder candidate :
       {MemoryOrder::relaxed, MemoryOrder::acquire, MemoryOrder::release, MemoryOrder::acq_rel, MemoryOrder::seq_cst}) {
    if (text != vocabulary::name_of(candidate)) continue;
    order = candidate;
    return true;
  }
  return false;
}

}  // namespace hallmark::check
