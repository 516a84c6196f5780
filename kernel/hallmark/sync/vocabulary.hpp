// The words every backend shares: memory orders as types, operation kinds, and the grammar of a site label.
//
// A *site* is one atomic operation in the source. It is written
//
//     bottom_.store(b + 1, order<"steal_queue.push.store_bottom">(release));
//
// The label names the site, `<primitive>.<operation>.<kind>_<what>`. The kind is part of the label and is checked
// against the operation, and the order against the kind, at compile time: a store labelled `load_...`, or a load with
// `release`, does not compile, and neither does an operation without a label.
//
// Nothing here depends on a backend, so this is the one namespace of the kernel outside the backend's own.
//
// Read next: sync.hpp (which backend is in force), production.hpp (what it costs: nothing).
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace hallmark::vocabulary {

/// The orders of C++20 that the kernel uses. There is no consume and there are no stand-alone fences.
enum class MemoryOrder : unsigned char { relaxed, acquire, release, acq_rel, seq_cst };

/// What an operation does to memory. A compare-exchange has two sites: `cas` (success) and `cas_fail` (failure).
enum class Operation : unsigned char { load, store, rmw, cas, cas_fail };

constexpr std::string_view name_of(MemoryOrder order) {
  constexpr std::string_view kNames[] = {"relaxed", "acquire", "release", "acq_rel", "seq_cst"};
  return kNames[static_cast<std::size_t>(order)];
}

constexpr std::string_view name_of(Operation operation) {
  constexpr std::string_view kNames[] = {"load", "store", "rmw", "cas", "cas_fail"};
  return kNames[static_cast<std::size_t>(operation)];
}

/// True where C++20 permits `order` for `operation`.
constexpr bool is_legal(Operation operation, MemoryOrder order) {
  switch (operation) {
    case Operation::load:
    case Operation::cas_fail: return order != MemoryOrder::release && order != MemoryOrder::acq_rel;
    case Operation::store: return order != MemoryOrder::acquire && order != MemoryOrder::acq_rel;
    case Operation::rmw:
    case Operation::cas: return true;
  }
  return false;
}

/// A memory order as a type, so that the order of every site is known without running it.
template <MemoryOrder Order>
struct OrderConstant {};

inline constexpr OrderConstant<MemoryOrder::relaxed> relaxed{};
inline constexpr OrderConstant<MemoryOrder::acquire> acquire{};
inline constexpr OrderConstant<MemoryOrder::release> release{};
inline constexpr OrderConstant<MemoryOrder::acq_rel> acq_rel{};
inline constexpr OrderConstant<MemoryOrder::seq_cst> seq_cst{};

/// A string literal as a template argument.
template <std::size_t N>
struct Label {
  consteval Label(const char (&text)[N]) { std::copy_n(text, N, characters); }
  constexpr std::string_view view() const { return {characters, N - 1}; }
  char characters[N]{};
};

/// True when `label` has the form `<primitive>.<operation>.<kind>_<what>` in lower case, digits and underscores.
constexpr bool is_well_formed(std::string_view label) {
  std::size_t dots = 0;
  char previous = '.';
  for (const char c : label) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!letter && c != '.') return false;
    if (c == '.' && previous == '.') return false;
    dots += c == '.' ? 1 : 0;
    previous = c;
  }
  return dots == 2 && previous != '.';
}

/// The third part of a label: `store_bottom` of `steal_queue.push.store_bottom`.
constexpr std::string_view last_part(std::string_view label) { return label.substr(label.rfind('.') + 1); }

/// True when the label's third part begins with the name of `operation` and an underscore.
constexpr bool names_operation(std::string_view label, Operation operation) {
  const std::string_view part = last_part(label);
  const std::string_view kind = name_of(operation);
  return part.size() > kind.size() + 1 && part.starts_with(kind) && part[kind.size()] == '_';
}

/// The operation that a label declares; `cas_fail` is tried before `cas`. Only for labels that name one (see
/// `names_an_operation`).
constexpr Operation operation_of(std::string_view label) {
  constexpr Operation kLongestFirst[] = {Operation::cas_fail, Operation::cas, Operation::load, Operation::store,
                                         Operation::rmw};
  for (const Operation operation : kLongestFirst) {
    if (names_operation(label, operation)) return operation;
  }
  return Operation::load;
}

constexpr bool names_an_operation(std::string_view label) { return names_operation(label, operation_of(label)); }

/// The primitive of a label: `steal_queue` of `steal_queue.push.store_bottom`.
constexpr std::string_view primitive_of(std::string_view label) { return label.substr(0, label.find('.')); }

/// What `order<"...">(...)` demands of its arguments, in every backend.
template <Label L, MemoryOrder Order>
concept Site = is_well_formed(L.view()) && names_an_operation(L.view()) && is_legal(operation_of(L.view()), Order);

}  // namespace hallmark::vocabulary
