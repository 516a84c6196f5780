// Ports that are broken on purpose: the kernel's inbox, worklist, grey set and terminator with one mistake each. The
// kit must fail them. Usage: conformance.broken MISTAKE
#include <cstdio>
#include <iostream>
#include <map>

#include "tests/conformance/kernel_subjects.hpp"

namespace hallmark::conformance {
namespace {

/// An item that finds no room is dropped, and the sender is told that it was taken.
template <std::size_t N>
struct DroppingInbox : Inbox<Number, N> {
  bool push(Number item, std::size_t first) {
    Inbox<Number, N>::push(item, first);
    return true;
  }
};

/// A drain leaves the items where they are.
template <std::size_t N>
struct RepeatingInbox : Inbox<Number, N> {
  template <class Take>
  void drain(Take take) {
    for (sync::atomic<Number>& cell : this->cells_) {
      const Number item = cell.load(order<"broken_port.drain.load_cell">(acquire));
      if (item != 0) take(item);
    }
  }
};

/// The search for a cell ends at the last one.
template <std::size_t N>
struct ShortSearchInbox : Inbox<Number, N> {
  bool push(Number item, std::size_t first) {
    for (std::size_t i = first % N; i < N; ++i) {
      Number nothing = 0;
      if (this->cells_[i].compare_exchange_strong(nothing, item, order<"broken_port.push.cas_cell">(release),
                                                  order<"broken_port.push.cas_fail_cell">(relaxed))) {
        return true;
      }
    }
    return false;
  }
};

/// The inbox holds one item less than it says.
template <std::size_t N>
struct SmallInbox : Inbox<Number, N> {
  bool push(Number item, std::size_t first) {
    std::size_t held = 0;
    for (const sync::atomic<Number>& cell : this->cells_) {
      if (cell.load(order<"broken_port.push.load_cell">(relaxed)) != 0) ++held;
    }
    return held + 1 < N && Inbox<Number, N>::push(item, first);
  }
};

/// pop takes the oldest item.
template <class Source>
struct FifoWorklist : Worklist<Source> {
  using Worklist<Source>::Worklist;
  std::optional<Number> pop() {
    std::vector<Number> newer;
    while (const std::optional<Number> item = Worklist<Source>::pop()) newer.push_back(*item);
    if (newer.empty()) return std::nullopt;
    const Number oldest = newer.back();
    newer.pop_back();
    for (; !newer.empty(); newer.pop_back()) static_cast<void>(this->push(newer.back()));
    return oldest;
  }
};

/// An item that finds no memory is dropped.
template <class Source>
struct DroppingWorklist : Worklist<Source> {
  using Worklist<Source>::Worklist;
  bool push(Number item) {
    static_cast<void>(Worklist<Source>::push(item));
    return true;
  }
};

/// The newest items are spilled.
template <class Source>
struct NewestSpillingWorklist : Worklist<Source> {
  using Worklist<Source>::Worklist;
  template <class Queue>
  std::size_t spill(Queue& queue, std::size_t most) {
    const std::size_t half = std::min(this->size() / 2, most);
    std::size_t moved = 0;
    while (moved < half && queue.push(*this->pop())) ++moved;
    return moved;
  }
};

/// The older half is spilled, whatever was asked for.
template <class Source>
struct HalfSpillingWorklist : Worklist<Source> {
  using Worklist<Source>::Worklist;
  template <class Queue>
  std::size_t spill(Queue& queue, std::size_t) {
    return Worklist<Source>::spill(queue);
  }
};

/// What was taken stays in the set.
template <class Heap>
struct RepeatingGreySet : GreySet<Heap> {
  using GreySet<Heap>::GreySet;
  template <class Trace>
  void take(Trace trace) {
    std::vector<std::size_t> items;
    GreySet<Heap>::take([&](std::size_t item) { items.push_back(item); });
    for (const std::size_t item : items) {
      trace(item);
      this->add(item);
    }
  }
};

/// The first word of a page is all of it.
template <class Heap>
struct FirstWordGreySet : GreySet<Heap> {
  using GreySet<Heap>::GreySet;
  void add(std::size_t item) {
    if (item % Heap::kGranulesOfPage < 64) GreySet<Heap>::add(item);
  }
};

/// A worker that finds something leaves its bit.
struct BitLeavingTerminator : Terminator<kMostWorkers> {
  using Terminator::Terminator;
  template <class Look>
  bool rest(unsigned worker, Look look) {
    const bool goes_on = Terminator::rest(worker, look);
    if (goes_on) asleep_.fetch_or(bit_of(worker), order<"broken_port.rest.rmw_asleep">(relaxed));
    return goes_on;
  }
};

/// Marking ends though the last look has found something.
struct EarlyTerminator : Terminator<kMostWorkers> {
  using Terminator::Terminator;
  template <class Look>
  bool rest(unsigned worker, Look) {
    return Terminator::rest(worker, [] { return false; });
  }
};

/// Marking never ends.
struct EndlessTerminator : Terminator<kMostWorkers> {
  using Terminator::Terminator;
  template <class Look>
  bool rest(unsigned worker, Look) {
    return Terminator::rest(worker, [] { return true; });
  }
};

/// Bits of the last marking are left to the next one.
struct UnresetTerminator : Terminator<kMostWorkers> {
  using Terminator::Terminator;
  void reset(unsigned) {}
};

using Make = std::function<std::unique_ptr<Subject>(const Request&)>;

template <template <std::size_t> class Box>
std::unique_ptr<Subject> make_inbox(const Request& request) {
  if (!request.asks(1, "inbox", 1)) return nullptr;
  if (request.number(2) == 2) return std::make_unique<InboxSubject<Box<2>>>();
  return request.number(2) == 4 ? std::make_unique<InboxSubject<Box<4>>>() : nullptr;
}

template <template <class> class List>
std::unique_ptr<Subject> make_worklist(const Request& request) {
  if (!request.asks(1, "worklist", 3) || request.number(4) != 4) return nullptr;
  if (request.number(2) == 2) return std::make_unique<WorklistSubject<List, 2, 4>>(request.number(3));
  if (request.number(2) == 4) return std::make_unique<WorklistSubject<List, 4, 4>>(request.number(3));
  return nullptr;
}

template <template <class> class Set>
std::unique_ptr<Subject> make_grey_set(const Request& request) {
  if (!request.asks(1, "grey_set", 1) || request.number(2) != 512) return nullptr;
  return std::make_unique<GreySubject<Set<GreyHeap>>>(512);
}

template <class End>
std::unique_ptr<Subject> make_terminator(const Request& request) {
  if (!request.asks(1, "terminator", 1) || request.number(2) != 1) return nullptr;
  return std::make_unique<TerminatorSubject<End>>(1);
}

const std::map<std::string, Make> kMistakes = {
    {"inbox_drops_when_full", make_inbox<DroppingInbox>},
    {"drain_leaves_the_items", make_inbox<RepeatingInbox>},
    {"search_does_not_go_round", make_inbox<ShortSearchInbox>},
    {"inbox_full_one_item_early", make_inbox<SmallInbox>},
    {"worklist_is_a_queue", make_worklist<FifoWorklist>},
    {"worklist_drops_without_memory", make_worklist<DroppingWorklist>},
    {"spill_takes_the_newest", make_worklist<NewestSpillingWorklist>},
    {"spill_ignores_the_limit", make_worklist<HalfSpillingWorklist>},
    {"grey_items_stay", make_grey_set<RepeatingGreySet>},
    {"grey_page_has_one_word", make_grey_set<FirstWordGreySet>},
    {"rest_leaves_the_bit", make_terminator<BitLeavingTerminator>},
    {"rest_ignores_the_look", make_terminator<EarlyTerminator>},
    {"rest_never_ends", make_terminator<EndlessTerminator>},
    {"reset_leaves_the_bits", make_terminator<UnresetTerminator>},
};

}  // namespace
}  // namespace hallmark::conformance

int main(int count, char** words) {
  using namespace hallmark::conformance;
  const auto mistake = count == 2 ? kMistakes.find(words[1]) : kMistakes.end();
  if (mistake == kMistakes.end()) {
    std::fprintf(stderr, "usage: conformance.broken MISTAKE\nmistakes:\n");
    for (const auto& [name, make] : kMistakes) std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
  }
  serve(std::cin, std::cout,
        {.subjects = "inbox worklist grey_set terminator", .make = mistake->second, .stress = [](const Request&) {
           return "unsupported";
         }});
}
