#include "models/engine/explorer/justification.hpp"

#include <algorithm>
#include <iterator>

namespace hallmark::explorer_engine {
namespace {

constexpr std::size_t kMostRuns = 20000;      // of one thread
constexpr std::size_t kMostOperations = 400;  // of one run

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  return hash ^ (hash >> 29);
}

/// Tells the operations of one run apart.
class Names {
 public:
  std::uint64_t of_load(const Access& access) { return nth(place(access)); }
  std::uint64_t of_store(const Access& access, Word value, MemoryOrder order) {
    return nth(mix(mix(place(access), value), 16 + static_cast<std::uint64_t>(order)));
  }

 private:
  static std::uint64_t place(const Access& access) {
    const std::uint64_t kind = mix(1, static_cast<std::uint64_t>(access.kind));
    return mix(mix(kind, reinterpret_cast<std::uintptr_t>(access.site)), access.location);
  }
  std::uint64_t nth(std::uint64_t name) { return mix(name, ++times_[name]); }

  std::map<std::uint64_t, std::uint64_t> times_;
};

struct Settled {
  Word value;
  unsigned variant;
};

/// One thread in all its runs: an odometer over the answers to the loads that are not settled.
class Runs final : public Trial {
 public:
  Runs(const Execution& execution, const KnownValues& known, std::size_t thread,
       const std::map<std::uint64_t, Settled>& settled, std::size_t most_operations)
      : execution_(execution), known_(known), thread_(thread), settled_(settled), most_operations_(most_operations) {}

  void begin() {
    names_ = {};
    stores_.clear();
    others_.clear();
    values_.clear();
    own_.clear();
    digit_ = 0;
    operations_ = 0;
  }

  /// The next combination of answers. Returns false after the last one.
  bool advance() {
    choices_.resize(digit_);
    while (!choices_.empty() && ++choices_.back().chosen == choices_.back().of) choices_.pop_back();
    return !choices_.empty();
  }

  std::vector<std::uint64_t> stores() const {
    std::vector<std::uint64_t> sorted = stores_;
    std::ranges::sort(sorted);
    return sorted;
  }

  /// The answer to the first load that is not settled, as a number; and what the thread does that others may read,
  /// mutexes and conditions included.
  std::size_t first_choice() const { return choices_.empty() ? 0 : choices_.front().chosen; }
  std::vector<std::uint64_t> effects() const {
    std::vector<std::uint64_t> all = stores_;
    all.insert(all.end(), others_.begin(), others_.end());
    return all;
  }

  const std::set<std::pair<LocationId, Word>>& values() const { return values_; }

  Answer answer(const Access& access) override {
    if (++operations_ > most_operations_) return {.value = 0, .wrote = false, .stop = true};
    if (is_synchronisation(access.kind)) others_.push_back(names_.of_store(access, 0, access.order));
    if (access.is_pure_write()) {
      if (!is_synchronisation(access.kind)) store(access, access.operand, access.order);
      return {};
    }
    const auto found = settled_.find(names_.of_load(access));
    const bool is_settled = found != settled_.end();
    if (is_synchronisation(access.kind)) {
      const Word value = is_settled ? found->second.value : 0;
      return {.value = value, .wrote = access.kind != AccessKind::try_lock || value == 0, .stop = false};
    }
    const Word value = is_settled ? found->second.value : choose(access.location);
    const Effect effect = effect_of(access, value, is_settled ? found->second.variant : 0);
    if (effect.writes) store(access, effect.written, effect.order);
    return {.value = value, .wrote = effect.writes, .stop = false};
  }

 private:
  struct Digit {
    std::size_t chosen;
    std::size_t of;
  };

  void store(const Access& access, Word value, MemoryOrder order) {
    own_[access.location] = value;
    values_.insert({access.location, value});
    stores_.push_back(names_.of_store(access, value, order));
  }

  Word choose(LocationId location) {
    const auto own = own_.find(location);
    const Word mine = own != own_.end() ? own->second : execution_.initial_values()[location];
    const std::vector<Word>& others = known_.of_others(location, thread_);
    if (others.empty()) return mine;
    if (digit_ == choices_.size()) choices_.push_back({0, others.size() + 1});
    const std::size_t chosen = choices_[digit_++].chosen;
    return chosen == 0 ? mine : others[chosen - 1];
  }

  const Execution& execution_;
  const KnownValues& known_;
  const std::size_t thread_;
  const std::map<std::uint64_t, Settled>& settled_;
  const std::size_t most_operations_;
  Names names_;
  std::vector<std::uint64_t> stores_;
  std::vector<std::uint64_t> others_;
  std::set<std::pair<LocationId, Word>> values_;
  std::map<LocationId, Word> own_;
  std::vector<Digit> choices_;
  std::size_t digit_ = 0;
  std::size_t operations_ = 0;
};

}  // namespace

bool KnownValues::add(LocationId location, std::size_t thread, Word value) {
  if (location >= locations_.size()) locations_.resize(location + 1u);
  Values& values = locations_[location];
  if (std::ranges::find(values.own[thread], value) != values.own[thread].end()) return false;
  values.own[thread].push_back(value);
  for (std::size_t t = 0; t < kMostThreads; ++t) {
    if (t == thread || std::ranges::find(values.others[t], value) != values.others[t].end()) continue;
    values.others[t].push_back(value);
  }
  return true;
}

const std::vector<Word>& KnownValues::of_others(LocationId location, std::size_t thread) const {
  static const std::vector<Word> none;
  return location < locations_.size() ? locations_[location].others[thread] : none;
}

void Justification::widen(KnownValues& known) {
  struct Store {
    LocationId location;
    std::size_t thread;
    Word value;
  };
  std::vector<Store> found;
  const std::map<std::uint64_t, Settled> nothing;
  for (std::size_t t = 0; t < execution_.threads(); ++t) {
    Runs runs(execution_, known_, t, nothing, kMostOperations);
    std::size_t count = 0;
    do {
      if (++count > kMostRuns) {
        complete_ = false;
        break;
      }
      runs.begin();
      execution_.run_trial(t, runs);
      for (const auto& [location, value] : runs.values()) found.push_back({location, t, value});
    } while (runs.advance());
  }
  for (const Store& store : found) known.add(store.location, store.thread, store.value);
}

bool Justification::exists(const Graph& graph) {
  unsigned step = 1;
  when_.assign(graph.size(), 0);
  for (EventId id = 0; id < graph.size(); ++id) {
    if (graph[id].is_write && is_synchronisation(graph[id].access.kind)) when_[id] = step;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t t = 0; t < graph.threads(); ++t) {
      const Stores& certain = certain_stores(graph, t);
      ++step;
      Names names;
      for (const EventId id : graph.thread(t)) {
        const GraphEvent& event = graph[id];
        if (!event.is_write) {
          names.of_load(event.access);
          continue;
        }
        if (is_synchronisation(event.access.kind)) continue;
        const std::uint64_t name = names.of_store(event.access, event.value, event.order);
        if (when_[id] != 0 || !std::ranges::binary_search(certain, name)) continue;
        when_[id] = step;
        changed = true;
      }
    }
  }
  for (EventId id = 0; id < graph.size(); ++id) {
    if (graph[id].is_write && when_[id] == 0) return false;
  }
  return true;
}

bool Justification::was_needed_open(const Graph& graph, EventId read) const {
  const GraphEvent& event = graph[read];
  const std::vector<EventId>& own = graph.thread(event.thread);
  for (std::size_t i = event.position + 1u; i < own.size(); ++i) {
    if (graph[own[i]].is_write && when_[own[i]] <= when_[event.source]) return true;
  }
  return false;
}

namespace {

/// The loads of the thread that `is_settled` accepts, with their answers; and a number that tells them apart.
template <class Predicate>
std::uint64_t settle(const Graph& graph, std::size_t thread, Predicate is_settled,
                     std::map<std::uint64_t, Settled>& settled) {
  Names names;
  std::uint64_t key = thread + 1;
  for (const EventId id : graph.thread(thread)) {
    const GraphEvent& event = graph[id];
    if (event.is_write) continue;
    const std::uint64_t name = names.of_load(event.access);
    if (!is_settled(event)) continue;
    settled[name] = {event.value, event.variant};
    key = mix(mix(mix(key, name), event.value), event.variant);
  }
  return key;
}

std::size_t most_operations(const Graph& graph, std::size_t thread) { return 64 + 4 * graph.thread(thread).size(); }

}  // namespace

bool Justification::may_be_needed_open(const Graph& graph, std::size_t thread) {
  std::map<std::uint64_t, Settled> settled;
  const std::uint64_t key = settle(
      graph, thread, [](const GraphEvent&) { return true; }, settled);
  const auto [entry, is_new] = needed_open_.try_emplace(key, true);
  if (!is_new) return entry->second;
  // What the thread can do, by the answer to its next load: a store that does not depend on the load is in each set.
  std::map<std::size_t, std::set<std::uint64_t>> possible;
  std::set<std::size_t> unknown;
  Runs runs(execution_, known_, thread, settled, most_operations(graph, thread));
  std::size_t count = 0;
  do {
    if (++count > kMostRuns) return true;
    runs.begin();
    const bool failed = execution_.run_trial(thread, runs) == Status::failed;
    if (failed) unknown.insert(runs.first_choice());
    const std::vector<std::uint64_t> effects = runs.effects();
    possible[runs.first_choice()].insert(effects.begin(), effects.end());
  } while (runs.advance());
  std::map<std::uint64_t, std::size_t> times;
  for (const auto& [choice, effects] : possible) {
    if (unknown.contains(choice)) continue;
    for (const std::uint64_t effect : effects) ++times[effect];
  }
  std::size_t common = 0;
  for (const auto& [effect, n] : times) common += n == possible.size() - unknown.size() ? 1 : 0;
  std::size_t before = 0;  // what the thread has done already is common to all
  for (const EventId id : graph.thread(thread)) {
    const GraphEvent& event = graph[id];
    before += is_synchronisation(event.access.kind) ? !graph.is_second_half(id) : event.is_write;
  }
  return entry->second = unknown.size() == possible.size() || common > before;
}

// The stores that the thread does in every run.
const Justification::Stores& Justification::certain_stores(const Graph& graph, std::size_t thread) {
  std::map<std::uint64_t, Settled> settled;
  const auto is_settled = [&](const GraphEvent& event) { return event.source == kInitial || when_[event.source] != 0; };
  const auto [entry, is_new] = remembered_.try_emplace(settle(graph, thread, is_settled, settled));
  if (!is_new) return entry->second;
  Runs runs(execution_, known_, thread, settled, most_operations(graph, thread));
  bool first = true;
  std::size_t count = 0;
  do {
    if (++count > kMostRuns) {
      complete_ = false;
      entry->second.clear();
      break;
    }
    runs.begin();
    if (execution_.run_trial(thread, runs) == Status::failed) continue;
    Stores stores = runs.stores();
    if (!first) {
      Stores both;
      std::ranges::set_intersection(stores, entry->second, std::back_inserter(both));
      stores = std::move(both);
    }
    first = false;
    entry->second = std::move(stores);
  } while (runs.advance());
  return entry->second;
}

}  // namespace hallmark::explorer_engine
