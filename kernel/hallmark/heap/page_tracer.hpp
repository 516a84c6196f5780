// PageTracer: finds the references in objects of pages.
//
// Thread roles: markers, any number of threads, while the world is stopped.
//
// An item is an object, or a part of a large array of references. What a trace function, or whoever stored without the
// barrier, has done wrongly ends the program with a report that names type and place.
//
// Read next: page_heap.hpp, mark/parallel_mark_coordinator.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>

#include <hallmark/heap/page_table.hpp>
#include <hallmark/sync/misuse.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class Memory>
class BasicPageTracer : public BasicPageTable<Memory> {
  using Table = BasicPageTable<Memory>;

 public:
  using Table::is_object;
  using Table::kPartBytes;
  using Table::owns;
  using Table::page_of;

  /// Calls visit(reference) for each reference in the item that isn't null. Of a large array it does the first part,
  /// and calls split(item) for each of the others. Returns how many slots it has read. A trace function that throws
  /// ends the program with a report that names its type; with sync::kChecked, so does a reference to what is no object,
  /// and a slot that lies outside of its object.
  template <class Visit, class Split>
  [[gnu::always_inline]] std::size_t trace(const std::byte* item, Visit&& visit, Split&& split) const {
    const PageHeader& page = headers_[page_of(item)];
    if (page.kind == PageKind::small) [[likely]] {
      const TypeDescription::SlotRun run = page.slot_run;
      if (run.bytes != 0) [[likely]]
        return trace_references(item + run.offset, item + run.offset + run.bytes, visit);
      return trace_object(*page.type, item, page.object_bytes, visit);
    }
    return trace_large(page, item, visit, split);
  }

 protected:
  using Table::headers_;
  using Table::memory_;
  using Table::offset_of;
  using Table::Table;

 private:
  template <class Visit>
  [[gnu::always_inline]] void trace_slot(const std::byte* at, Visit& visit) const {
    const Address reference = reinterpret_cast<const Slot*>(at)->load_stopped();
    if (reference == nullptr) return;
    if constexpr (sync::kChecked) {
      if (!is_object(reference)) [[unlikely]]
        report_stray(at, reference);
    }
    visit(reference);
  }

  template <class Visit>
  [[gnu::always_inline]] std::size_t trace_references(const std::byte* begin, const std::byte* end,
                                                      Visit& visit) const {
    constexpr std::size_t kSlot = sizeof(Slot);
    const std::byte* at = begin;
    for (; static_cast<std::size_t>(end - at) >= 4 * kSlot; at += 4 * kSlot) {
      trace_slot(at, visit);
      trace_slot(at + kSlot, visit);
      trace_slot(at + 2 * kSlot, visit);
      trace_slot(at + 3 * kSlot, visit);
    }
    for (; static_cast<std::size_t>(end - at) >= kSlot; at += kSlot) trace_slot(at, visit);
    return static_cast<std::size_t>(end - begin) / kSlot;
  }

  template <class Visit>
  std::size_t trace_object(const TypeDescription& type, const std::byte* object, std::size_t bytes,
                           Visit& visit) const {
    switch (type.layout) {
      case TypeDescription::Layout::members:
        for (const std::uint32_t offset : type.members) trace_slot(object + offset, visit);
        return type.members.size();
      case TypeDescription::Layout::references: return trace_references(object, object + bytes, visit);
      case TypeDescription::Layout::traced: break;
    }
    std::size_t slots = 0;
    auto see = [&](const Slot& slot) {
      ++slots;
      const auto* const at = reinterpret_cast<const std::byte*>(&slot);
      if constexpr (sync::kChecked) expect_slot(type, object, bytes, at);
      trace_slot(at, visit);
    };
    try {
      type.trace(object, bytes, SlotVisitor(see, type.context));
    } catch (const std::exception& error) {
      report_thrown(type, error.what());
    } catch (...) {
      report_thrown(type, "what is no std::exception");
    }
    return slots;
  }

  // What a trace function, or who stored without a barrier, has done wrongly.

  [[gnu::cold]] static void report_thrown(const TypeDescription& type, const char* what) {
    char which[256];
    std::snprintf(which, sizeof(which), "%s: %s", type.name, what);
    sync::report_misuse({.what = "a trace function has thrown",
                         .name = which,
                         .to_do = "let it visit the slots of its object, and nothing else: it must not throw"});
  }

  static void expect_slot(const TypeDescription& type, const std::byte* object, std::size_t bytes,
                          const std::byte* at) {
    const std::uintptr_t offset = reinterpret_cast<std::uintptr_t>(at) - reinterpret_cast<std::uintptr_t>(object);
    // An offset below the object is a huge one.
    if (offset % sizeof(Slot) == 0 && bytes >= sizeof(Slot) && offset <= bytes - sizeof(Slot)) return;
    char which[256];
    std::snprintf(which, sizeof(which), "%s: offset %td in an object of %zu bytes", type.name,
                  static_cast<std::ptrdiff_t>(offset), bytes);
    sync::report_misuse({.what = "a trace function visits a slot that isn't in its object",
                         .name = which,
                         .to_do = "let it visit the slots of its object, at multiples of 8, and nothing else"});
  }

  [[gnu::cold]] void report_stray(const std::byte* at, const std::byte* reference) const {
    const PageHeader& page = headers_[page_of(at)];
    const std::size_t in_page = offset_of(at) % kPageBytes;
    const std::size_t offset = page.kind == PageKind::small ? static_cast<std::size_t>(in_page % page.object_bytes)
                                                            : offset_of(at) - page.first * kPageBytes;
    char which[256];
    std::snprintf(which, sizeof(which), "%s: the reference at offset %zu is %p, %s", page.type->name, offset,
                  static_cast<const void*>(reference),
                  owns(reference) ? "where no object begins" : "which lies outside of the heap");
    sync::report_misuse({.what = "an object refers to what is no object",
                         .name = which,
                         .to_do = "store references to objects of the same heap alone, through their barrier; if the "
                                  "type has a trace function, let it visit slots alone"});
  }

  template <class Visit, class Split>
  [[gnu::noinline]] std::size_t trace_large(const PageHeader& page, const std::byte* item, Visit& visit,
                                            Split& split) const {
    if (page.type->layout != TypeDescription::Layout::references) {
      return trace_object(*page.type, item, page.object_bytes, visit);
    }
    std::byte* const object = const_cast<std::byte*>(memory_.begin()) + page.first * kPageBytes;
    if (item == object) {
      // The last first: a stack returns them in the order of memory.
      const std::size_t parts = (page.object_bytes + kPartBytes - 1) / kPartBytes;
      for (std::size_t part = parts - 1; part > 0; --part) split(object + part * kPartBytes);
    }
    const std::size_t begin = static_cast<std::size_t>(item - object) / kPartBytes * kPartBytes;
    const std::size_t end = std::min<std::size_t>(begin + kPartBytes, page.object_bytes);
    return trace_references(object + begin, object + end, visit);
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
