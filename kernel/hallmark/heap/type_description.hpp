// TypeDescription: where the objects of a type hold references. Described once for a type and kept with its pages, so
// that an object needs no header.
//
//     struct Node { Slot left, right; long payload; };
//     constexpr std::uint32_t kNodeSlots[] = {offsetof(Node, left), offsetof(Node, right)};
//     constexpr TypeDescription kNode = TypeDescription::with_members("Node", sizeof(Node), kNodeSlots);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <hallmark/heap/slot.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// What a trace function calls for each slot of its object.
class SlotVisitor {
 public:
  template <class Visit>
  explicit SlotVisitor(Visit& visit, const void* of_type = nullptr)
      : of_type_(of_type),
        context_(&visit),
        call_([](void* context, const Slot& slot) { (*static_cast<Visit*>(context))(slot); }) {}

  void operator()(const Slot& slot) const { call_(context_, slot); }
  /// TypeDescription::context of the object's type.
  const void* of_type() const { return of_type_; }

 private:
  const void* of_type_;
  void* context_;
  void (*call_)(void*, const Slot&);
};

/// Calls visit(slot) for each slot of the object of `bytes` bytes at `object`. Must not change it, nor call the heap or
/// a mutator of it; what it throws ends the program with a report. Any worker calls it, while the world is stopped.
using TraceFunction = void (*)(const std::byte* object, std::size_t bytes, const SlotVisitor& visit);

struct TypeDescription {
  enum class Layout : unsigned char {
    members,     ///< slots at fixed offsets
    references,  ///< slots from the first byte to the last
    traced,      ///< a function says where
  };

  const char* name = "";
  Layout layout = Layout::members;
  std::uint32_t bytes = 0;                   ///< of an object; 0: each object has a size of its own
  std::span<const std::uint32_t> members{};  ///< Layout::members: offsets of slots in bytes, multiples of 8
  TraceFunction trace = nullptr;             ///< Layout::traced
  const void* context = nullptr;             ///< for `trace`, as visit.of_type()

  /// Objects of one size with slots at `members`, which must outlive the heap.
  static constexpr TypeDescription with_members(const char* name, std::uint32_t bytes,
                                                std::span<const std::uint32_t> members) {
    return {name, Layout::members, bytes, members, nullptr, nullptr};
  }
  /// Arrays of references, each with a size of its own.
  static constexpr TypeDescription of_references(const char* name) {
    return {name, Layout::references, 0, {}, nullptr, nullptr};
  }
  /// `bytes` is 0 if each object has a size of its own.
  static constexpr TypeDescription with_trace(const char* name, std::uint32_t bytes, TraceFunction trace,
                                              const void* context = nullptr) {
    return {name, Layout::traced, bytes, {}, trace, context};
  }

  /// The slots of Layout::members if they lie side by side: offset and bytes. Otherwise 0 bytes.
  struct SlotRun {
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
  };
  constexpr SlotRun slot_run() const {
    if (layout != Layout::members || members.empty()) return {};
    for (std::size_t i = 1; i < members.size(); ++i) {
      if (members[i] != members[i - 1] + sizeof(Slot)) return {};
    }
    return {members.front(), static_cast<std::uint32_t>(members.size() * sizeof(Slot))};
  }

  /// What is wrong with it; empty: nothing.
  std::string problem() const {
    const std::string which = "type \"" + std::string(name == nullptr ? "" : name) + "\": ";
    if (name == nullptr || *name == '\0') return "a type has no name";
    if (layout == Layout::traced && trace == nullptr) return which + "has no trace function";
    if (layout == Layout::members && bytes == 0) return which + "has members and no size";
    for (const std::uint32_t offset : members) {
      if (offset % sizeof(Slot) != 0)
        return which + "the slot at offset " + std::to_string(offset) + " is not aligned to 8";
      if (bytes < sizeof(Slot) || offset > bytes - sizeof(Slot)) {
        return which + "the slot at offset " + std::to_string(offset) + " lies outside of its " +
               std::to_string(bytes) + " bytes";
      }
    }
    return {};
  }
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
