// Hallmark: the page heap and the parallel marker, as shipped, and with its features taken away one by one.
//
//   hallmark              as shipped; with one worker, marks are plain stores
//   hallmark-atomic       one worker runs the code of two: what the second worker is worth is measured against this
//   hallmark-no-prefetch  objects are traced as they come from the worklist
//   hallmark-no-huge      no huge pages
//   hallmark-no-push      nothing is sent to the worker of a page
//   hallmark-push-always  everything is
//   hallmark-steal-one    a theft is of one item
//
// A mark phase is timed whole: beginning, roots, marking, end barrier. Marks are cleared before.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <hallmark/heap/allocator.hpp>
#include <hallmark/heap/page_heap.hpp>
#include <hallmark/mark/parallel_marker.hpp>

#include "tests/benchmarks/marking/subject.hpp"

namespace hallmark::bench {
namespace {

struct Node {
  std::array<Slot, kNodeSlots> slots;
  std::uint64_t id;
  std::uint64_t more;
};

constexpr std::array<std::uint32_t, kNodeSlots> kNodeMembers{0, 8, 16, 24};

struct HeapWithoutPrefetch : PageHeap {
  using PageHeap::PageHeap;
  static void prefetch(const std::byte*) {}
};

struct DepthFirst : MarkLimits {
  static constexpr std::size_t kPrefetched = 1;
};
struct StealOne : MarkLimits {
  static constexpr std::size_t kStolenAtOnce = 1;
};

struct Settings {
  HeapConfig heap{.max_bytes = std::size_t{1} << 30};
  MarkConfig mark;
};

template <class Heap, class Limits>
class Hallmark {
 public:
  using Object = Address;

  explicit Hallmark(const Settings& settings)
      : heap_(std::make_unique<Heap>(settings.heap)),
        allocator_(std::make_unique<BasicAllocator<Heap>>(*heap_, 0)),
        marker_(std::make_unique<Marker>(*heap_, settings.mark)) {
    node_ = heap_->register_type(TypeDescription::with_members("node", sizeof(Node), kNodeMembers));
    array_ = heap_->register_type(TypeDescription::of_references("array"));
  }

  Object make_node(std::uint32_t id) {
    const Object node = allocator_->allocate(node_);
    reinterpret_cast<Node*>(node)->id = id;
    return node;
  }
  Object make_array(std::uint32_t slots) { return allocator_->allocate(array_, slots * sizeof(Slot)); }
  void set(Object object, std::uint32_t slot, Object target) {
    reinterpret_cast<Slot*>(object)[slot].store_stopped(target);
  }
  void root(Object object) { root_ = object; }

  MarkRun mark() {
    heap_->clear_marks();
    MarkRun run;
    run.nanoseconds = nanoseconds([&] { marker_->mark(std::span(&root_, 1)); });
    heap_->for_each_object([&](Object object) { run.marked += heap_->is_marked(object) ? 1 : 0; });
    count(run);
    return run;
  }

 private:
  using Marker = BasicParallelMarker<Heap, SegmentMemory, Limits>;

  void count(MarkRun& run) const {
    const auto& coordinator = marker_->coordinator();
    const MarkCounts all = coordinator.counts();
    // Whatever is traced is an object or a part of one; twice would show here.
    if (all.marked != run.marked || all.traced != run.marked + all.parts) {
      std::fprintf(stderr, "%llu objects are marked, %llu were marked, %llu items were traced\n",
                   static_cast<unsigned long long>(run.marked), static_cast<unsigned long long>(all.marked),
                   static_cast<unsigned long long>(all.traced));
      std::exit(1);
    }
    const auto share = [&](std::uint64_t part, std::uint64_t whole) {
      return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    std::uint64_t most_slots = 0;
    for (unsigned worker = 0; worker < coordinator.workers(); ++worker) {
      most_slots = std::max(most_slots, coordinator.counts(worker).slots);
    }
    if (coordinator.workers() == 1) return;
    run.counters["second_worker_share"] = share(coordinator.counts(1).traced, all.traced);
    run.counters["largest_share"] = share(most_slots, all.slots);
    run.counters["steals_tried"] = static_cast<double>(all.steals_tried);
    run.counters["steals_won"] = static_cast<double>(all.steals_won);
    run.counters["steals_without_retry_share"] = share(all.steals_won, all.steals_tried);
    run.counters["sent"] = static_cast<double>(all.sent);
    run.counters["spilled"] = static_cast<double>(all.spilled);
    run.counters["rests"] = static_cast<double>(all.rests);
    // Marks, thefts, hand-overs and what announces them; the worker's own pops from its steal queue are stores.
    const std::uint64_t rmws = all.marked + all.steals_tried + all.sent + all.announcements + all.rests;
    run.counters["rmws_per_object"] = share(rmws, all.marked);
  }

  std::unique_ptr<Heap> heap_;
  std::unique_ptr<BasicAllocator<Heap>> allocator_;
  std::unique_ptr<Marker> marker_;
  TypeNumber node_ = 0;
  TypeNumber array_ = 0;
  Object root_ = nullptr;
};

template <class Heap = PageHeap, class Limits = MarkLimits>
Offer offer(const char* name, unsigned workers, Settings settings = {}) {
  settings.mark.max_workers = workers;
  return {name, workers, [settings](const Graph& graph, unsigned marks) {
            return measure<Hallmark<Heap, Limits>>(graph, marks, settings);
          }};
}

std::vector<Offer> offers() {
  std::vector<Offer> all;
  for (const unsigned workers : {1U, 2U}) all.push_back(offer("hallmark", workers));
  // For their counters: how the work is shared out. Their times say little where there are fewer processors.
  for (const unsigned workers : {4U, 8U, 16U}) {
    for (const char* const graphs : {"tree", "random", "lru"}) {
      all.push_back(offer("hallmark", workers));
      all.back().only = graphs;
    }
  }
  all.push_back(offer("hallmark-atomic", 1, {.mark = {.plain_marks = false}}));
  for (const unsigned workers : {1U, 2U}) {
    all.push_back(offer<HeapWithoutPrefetch, DepthFirst>("hallmark-no-prefetch", workers));
    Settings small;
    small.heap.huge_pages = false;
    all.push_back(offer("hallmark-no-huge", workers, small));
  }
  all.push_back(offer("hallmark-no-push", 2, {.mark = {.push_transfer = PushTransfer::never}}));
  all.push_back(offer("hallmark-push-always", 2, {.mark = {.push_transfer = PushTransfer::always}}));
  all.push_back(offer<PageHeap, StealOne>("hallmark-steal-one", 2));
  return all;
}

}  // namespace
}  // namespace hallmark::bench

int main(int count, char** arguments) {
  return hallmark::bench::run_offers(std::span(arguments, static_cast<std::size_t>(count)), hallmark::bench::offers());
}
