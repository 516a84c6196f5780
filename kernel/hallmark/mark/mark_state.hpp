// The states of a worker and of the coordinator, and which may follow which.
#pragma once

#include <cstddef>
#include <string_view>

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

/// What a worker does.
enum class WorkerState : unsigned char {
  idle,              ///< not marking, or resting
  processing_owned,  ///< takes what others have sent for objects of its pages
  processing_local,  ///< traces what it has
  stealing,          ///< has nothing, looks at the others
};

constexpr bool may_follow(WorkerState from, WorkerState to) {
  switch (from) {
    case WorkerState::idle: return to == WorkerState::processing_owned;
    case WorkerState::processing_owned: return to == WorkerState::processing_local;
    case WorkerState::processing_local: return to == WorkerState::stealing;
    case WorkerState::stealing: return to == WorkerState::idle || to == WorkerState::processing_owned;
  }
  return false;
}

/// What the coordinator does. A marking goes through all but the first, in this order.
enum class CoordinatorState : unsigned char { created, registering_pages, distributing_roots, marking, done };

constexpr bool may_follow(CoordinatorState from, CoordinatorState to) {
  switch (from) {
    case CoordinatorState::created: return to == CoordinatorState::registering_pages;
    case CoordinatorState::registering_pages: return to == CoordinatorState::distributing_roots;
    case CoordinatorState::distributing_roots: return to == CoordinatorState::marking;
    case CoordinatorState::marking: return to == CoordinatorState::done;
    case CoordinatorState::done: return to == CoordinatorState::registering_pages;
  }
  return false;
}

constexpr std::string_view name_of(CoordinatorState state) {
  constexpr std::string_view kNames[] = {"created", "registering_pages", "distributing_roots", "marking", "done"};
  return kNames[static_cast<std::size_t>(state)];
}

constexpr std::string_view name_of(WorkerState state) {
  constexpr std::string_view kNames[] = {"idle", "processing_owned", "processing_local", "stealing"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE
