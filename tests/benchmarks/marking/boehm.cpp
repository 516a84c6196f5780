// The peer: libgc, with one and with two markers.
//
//   boehm        as it comes
//   boehm-tuned  what makes it faster here: no interior pointers (nodes are 48 bytes then, not 64), huge pages
//
// What is timed lies between its own events MARK_START and MARK_END: marks are cleared before, sweeping comes after.
#define GC_THREADS
#include <gc/gc.h>
#include <gc/gc_mark.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/benchmarks/marking/subject.hpp"

namespace hallmark::bench {
namespace {

enum class Tuning { none, best };

/// In static data, which libgc scans. Volatile: we never read it.
void** volatile root_of_graph = nullptr;

std::chrono::steady_clock::time_point mark_start;
std::chrono::steady_clock::time_point mark_end;

void note_event(GC_EventType event) {
  if (event == GC_EVENT_MARK_START) mark_start = std::chrono::steady_clock::now();
  if (event == GC_EVENT_MARK_END) mark_end = std::chrono::steady_clock::now();
}

class Boehm {
 public:
  using Object = void**;

  Boehm(unsigned markers, Tuning tuning) {
    if (tuning == Tuning::best) GC_set_all_interior_pointers(0);
    GC_set_markers_count(markers);
    GC_INIT();
    GC_start_mark_threads();
    if (GC_get_parallel() != static_cast<int>(markers) - 1) {
      std::fprintf(stderr, "libgc has %d helpers, and not %u\n", GC_get_parallel(), markers - 1);
      std::exit(1);
    }
    GC_disable();
    GC_set_on_collection_event(note_event);
    if (tuning == Tuning::best) reserve_huge_pages();
  }

  Object make_node(std::uint32_t id) {
    const auto node = static_cast<Object>(GC_malloc(kNodeBytes));
    const std::uint64_t payload[] = {id, kTag};
    std::memcpy(node + kNodeSlots, payload, sizeof payload);
    return node;
  }
  Object make_array(std::uint32_t slots) {
    const auto array = static_cast<Object>(GC_malloc(slots * sizeof(void*)));
    arrays_.push_back(array);  // libgc doesn't scan the vector's memory
    return array;
  }
  void set(Object object, std::uint32_t slot, Object target) { object[slot] = target; }
  void root(Object object) { root_of_graph = object; }

  MarkRun mark() {
    GC_clear_stack(nullptr);
    GC_enable();
    GC_gcollect();
    GC_disable();
    MarkRun run;
    run.nanoseconds = std::chrono::duration<double, std::nano>(mark_end - mark_start).count();
    run.marked = count_marked();
    return run;
  }

 private:
  static constexpr std::size_t kNodeBytes = kNodeSlots * sizeof(void*) + 16;
  static constexpr std::uint64_t kTag = 0x4841'4c4c'4d41'524b;

  /// Counts our objects that are marked. libgc marks the cells of its free lists as well; those are cleared.
  std::uint64_t count_marked() const {
    struct Count {
      const Boehm* boehm;
      std::uint64_t objects;
    } count{this, 0};
    GC_call_with_alloc_lock(
        [](void* data) -> void* {
          GC_enumerate_reachable_objects_inner(
              [](void* object, std::size_t bytes, void* counter) {
                auto* const found = static_cast<Count*>(counter);
                found->objects += found->boehm->is_ours(static_cast<Object>(object), bytes) ? 1 : 0;
              },
              data);
          return nullptr;
        },
        &count);
    return count.objects;
  }

  bool is_ours(Object object, std::size_t bytes) const {
    if (std::find(arrays_.begin(), arrays_.end(), object) != arrays_.end()) return true;
    std::uint64_t tag = 0;
    if (bytes >= kNodeBytes) std::memcpy(&tag, object + kNodeSlots + 1, sizeof tag);
    return tag == kTag;
  }

  /// One heap section for the whole graph, advised before it is touched.
  static void reserve_huge_pages() {
    constexpr std::size_t kBytes = std::size_t{256} << 20;
    const std::size_t before = GC_get_heap_size();
    if (GC_expand_hp(kBytes) == 0 || GC_get_heap_size() < before + kBytes) std::exit(1);
    std::FILE* const maps = std::fopen("/proc/self/maps", "r");
    if (maps == nullptr) std::exit(1);
    unsigned long begin = 0;
    unsigned long end = 0;
    bool advised = false;
    while (std::fscanf(maps, "%lx-%lx%*[^\n]", &begin, &end) == 2) {
      if (end - begin < kBytes) continue;
      advised |= madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE) == 0;
    }
    std::fclose(maps);
    if (!advised) std::exit(1);
  }

  std::vector<Object> arrays_;
};

}  // namespace
}  // namespace hallmark::bench

int main(int count, char** arguments) {
  using namespace hallmark::bench;
  std::vector<Offer> offers;
  for (const unsigned markers : {1U, 2U}) {
    const auto offer = [&](const char* name, Tuning tuning) {
      offers.push_back({name, markers, [=](const Graph& graph, unsigned marks) {
                          return measure<Boehm>(graph, marks, markers, tuning);
                        }});
    };
    offer("boehm", Tuning::none);
    offer("boehm-tuned", Tuning::best);
  }
  return run_offers(std::span(arguments, static_cast<std::size_t>(count)), offers);
}
