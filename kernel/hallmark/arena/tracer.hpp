// The tracing interface: how a type describes the references that it holds, once, for whoever walks objects.
//
// A type lists its reference members,
//
//     struct Pair {
//       HeapIndex first, second;
//       static constexpr hallmark::References<&Pair::first, &Pair::second> kReferences{};
//     };
//
// or, where the number of references varies, visits them itself:
//
//     struct Array {
//       std::uint32_t length;
//       template <class Visit>
//       static void trace(Array& array, std::uint32_t bytes, Visit&& visit) {
//         for (HeapIndex& element : ...) visit(element);
//       }
//     };
//
// `bytes` is what the object occupies, rounded up to its heap's unit. `visit` takes each reference as an lvalue, so
// that it may be rewritten, and nothing here says what a reference is: that is the heap's. A type that does neither
// holds no references. A type may have a finaliser, `static void finalize(T& object)`: it is called once when the
// object is found dead or is freed; it may touch that object alone.
//
// Rule for trace: it visits each reference exactly once, in an order that depends only on the object's contents other
// than the references, and changes nothing.
#pragma once

#include <concepts>
#include <cstdint>

namespace hallmark {

/// The reference members of a type, by name.
template <auto... kMembers>
struct References {
  template <class T, class Visit>
  static constexpr void trace(T& object, Visit&& visit) {
    (visit(object.*kMembers), ...);
  }
};

template <class T>
concept HasReferenceList = requires {
  T::kReferences;
};

/// Visits each reference of `object`. Complexity: linear in their number.
template <class T, class Visit>
constexpr void trace_references(T& object, std::uint32_t bytes, Visit&& visit) {
  static_assert(!(HasReferenceList<T> && requires { T::trace(object, bytes, visit); }),
                "a type has kReferences or trace, not both");
  if constexpr (HasReferenceList<T>) {
    T::kReferences.trace(object, visit);
  } else if constexpr (requires { T::trace(object, bytes, visit); }) {
    T::trace(object, bytes, visit);
  }
}

template <class T>
concept HasFinalizer = requires(T& object) {
  { T::finalize(object) } -> std::same_as<void>;
};

}  // namespace hallmark
