// How a program says where its types hold references.
//
// With a list of members:
//
//     struct Node {
//       Ref<Node> left, right;
//       Ref<Node> more[4];
//       long payload = 0;
//       static constexpr auto kReferences = references(&Node::left, &Node::right, &Node::more);
//     };
//
// or, where the places differ from object to object, with a function that calls visit for each of them:
//
//     struct Frame {
//       std::uint32_t count;
//       static void trace(const std::byte* object, std::size_t bytes, const SlotVisitor& visit);
//     };
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>

#include <hallmark/heap/type_description.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

template <class T>
class Ref;

/// The members of T that are references, arrays of references included. A leaf has none: references().
template <class... Member>
consteval auto references(Member... member) {
  return std::tuple<Member...>(member...);
}

template <class T>
concept ListsMembers = requires {
  T::kReferences;
};

template <class T>
concept TracesItself = requires(const std::byte* object, std::size_t bytes, const SlotVisitor& visit) {
  T::trace(object, bytes, visit);
};

/// What the collector can make. Objects are never destroyed, only freed.
template <class T>
concept Described = (ListsMembers<T> || TracesItself<T>)&&std::is_trivially_destructible_v<T> && alignof(T) <= 16;

namespace described {

/// How many references a member is, or holds.
template <class Member>
inline constexpr std::size_t kCount = 0;
template <class T>
inline constexpr std::size_t kCount<Ref<T>> = 1;
template <class Element, std::size_t N>
inline constexpr std::size_t kCount<Element[N]> = N* kCount<Element>;
template <class Element, std::size_t N>
inline constexpr std::size_t kCount<std::array<Element, N>> = N* kCount<Element>;

template <class T, class Member>
constexpr std::size_t count_of(Member T::*) {
  static_assert(kCount<Member> > 0, "kReferences lists a member that is no Ref and no array of them");
  return kCount<Member>;
}

/// The offsets of all references of T, and their number.
template <ListsMembers T>
struct Offsets {
  static constexpr std::size_t kNumber =
      std::apply([](auto... member) { return (std::size_t{0} + ... + count_of(member)); }, T::kReferences);

  Offsets() {
    std::size_t next = 0;
    std::apply([&](auto... member) { (add(member, next), ...); }, T::kReferences);
  }

  std::array<std::uint32_t, kNumber> values{};

 private:
  template <class Member>
  void add(Member T::*member, std::size_t& next) {
    // The address of a member is computed and nothing is read.
    alignas(T) static std::byte storage[sizeof(T)];
    const auto* const at = reinterpret_cast<const std::byte*>(&(reinterpret_cast<T*>(storage)->*member));
    const auto offset = static_cast<std::size_t>(at - storage);
    for (std::size_t i = 0; i < kCount<Member>; ++i) {
      values[next++] = static_cast<std::uint32_t>(offset + i * sizeof(Slot));
    }
  }
};

}  // namespace described

/// The description of T for a heap. `name` is for reports.
template <Described T>
TypeDescription description_of(const char* name) {
  if constexpr (ListsMembers<T>) {
    static const described::Offsets<T> offsets;
    return TypeDescription::with_members(name, sizeof(T), offsets.values);
  } else {
    return TypeDescription::with_trace(name, 0, &T::trace);
  }
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE
