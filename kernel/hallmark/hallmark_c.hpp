// The definitions of hallmark.h. One C++ file of a program includes this.
#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <hallmark/hallmark.h>
#include <hallmark/collect/mutator.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE::c {

inline std::string& last_error() {
  thread_local std::string text;
  return text;
}

inline hallmark_status refuse(const std::string& what) {
  last_error() = what;
  return HALLMARK_WRONG_USE;
}

/// Calls `what`; an exception becomes a status and a text.
template <class What>
hallmark_status guarded(What what) {
  try {
    what();
    return HALLMARK_OK;
  } catch (const std::bad_alloc& error) {
    last_error() = error.what();
    return HALLMARK_OUT_OF_MEMORY;
  } catch (const std::exception& error) {
    return refuse(error.what());
  }
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE::c

struct hallmark_heap {
  explicit hallmark_heap(const hallmark::HeapOptions& options) : heap(options) {}

  /// What a type description refers to, kept as long as the heap.
  struct Type {
    std::string name;
    std::vector<std::uint32_t> offsets;
    hallmark_trace trace = nullptr;
  };
  hallmark_status add(Type kept, hallmark::TypeDescription::Layout layout, std::uint32_t bytes, hallmark_type* number) {
    if (number == nullptr) return hallmark::c::refuse("hallmark_register_*: `type` is NULL: say where its number goes");
    return hallmark::c::guarded([&] {
      hallmark::vocabulary::LockGuard guard(lock);
      const Type& type = types.emplace_back(std::move(kept));
      *number = heap.pages().register_type({type.name.c_str(), layout, bytes, type.offsets,
                                            type.trace == nullptr ? nullptr : &hallmark_heap::trace, &type});
    });
  }
  static void trace(const std::byte* object, std::size_t bytes, const hallmark::SlotVisitor& visit) {
    const auto visit_slot = [](void* context, void* const* slot) {
      (*static_cast<const hallmark::SlotVisitor*>(context))(*reinterpret_cast<const hallmark::Slot*>(slot));
    };
    static_cast<const Type*>(visit.of_type())
        ->trace(object, bytes, visit_slot, const_cast<hallmark::SlotVisitor*>(&visit));
  }

  hallmark::Heap heap;
  hallmark::sync::mutex lock{hallmark::vocabulary::LockRank{40}, "hallmark_heap"};
  std::deque<Type> types;  // under the lock; elements stay where they are
  hallmark::sync::atomic<std::size_t> mutators;
};

struct hallmark_mutator {
  hallmark_mutator(hallmark_heap& owner, const char* name)
      : heap(owner), mutator(owner.heap.attach(name == nullptr ? "" : name)) {}

  hallmark_heap& heap;
  hallmark::Mutator mutator;
  std::size_t handles = 0;  // roots and weak references
};

struct hallmark_root {
  hallmark_root(hallmark_mutator& of, void* target) : owner(of), root(of.mutator, target) { ++owner.handles; }
  ~hallmark_root() { --owner.handles; }

  hallmark_mutator& owner;
  hallmark::Root<void> root;
};

struct hallmark_weak {
  hallmark_weak(hallmark_mutator& of, void* target) : owner(of), weak(of.mutator, target) { ++owner.handles; }
  ~hallmark_weak() { --owner.handles; }

  hallmark_mutator& owner;
  hallmark::Weak<void> weak;
};

namespace hallmark::inline HALLMARK_NAMESPACE::c {

/// True if `target` may be a reference to an object of the heap.
inline bool may_be_object(hallmark_heap& heap, const void* target) {
  return target == nullptr ||
         (heap.heap.pages().owns(target) && reinterpret_cast<std::uintptr_t>(target) % kGranule == 0);
}

template <class Handle>
Handle* make_handle(hallmark_mutator* mutator, void* target, const char* what) {
  if (mutator == nullptr || !may_be_object(mutator->heap, target)) {
    refuse(std::string(what) + ": the mutator is NULL, or the target is no object of its heap");
    return nullptr;
  }
  Handle* const handle = new (std::nothrow) Handle(*mutator, target);
  if (handle == nullptr) last_error() = "out of memory";
  return handle;
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE::c

extern "C" {

const char* hallmark_last_error(void) { return hallmark::c::last_error().c_str(); }

void hallmark_options_default(hallmark_options* options) {
  const hallmark::HeapOptions defaults;
  *options = {defaults.workers,   defaults.max_bytes,   defaults.young_bytes,
              defaults.automatic, defaults.generations, defaults.verify};
}

hallmark_heap* hallmark_heap_create(const hallmark_options* options) {
  hallmark::HeapOptions chosen;
  if (options != nullptr) {
    chosen.workers = options->workers;
    chosen.max_bytes = options->max_bytes;
    chosen.young_bytes = options->young_bytes;
    chosen.automatic = options->automatic != 0;
    chosen.generations = options->generations != 0;
    chosen.verify = options->verify != 0;
  }
  std::unique_ptr<hallmark_heap> heap;
  hallmark::c::guarded([&] { heap = std::make_unique<hallmark_heap>(chosen); });
  return heap.release();
}

hallmark_status hallmark_heap_destroy(hallmark_heap* heap) {
  if (heap == nullptr) return HALLMARK_OK;
  // The caller has joined the threads that were attached.
  if (heap->mutators.load(hallmark::order<"hallmark_c.heap_destroy.load_mutators">(hallmark::relaxed)) != 0) {
    return hallmark::c::refuse("hallmark_heap_destroy: mutators are attached: detach them first");
  }
  delete heap;
  return HALLMARK_OK;
}

hallmark_status hallmark_register_members(hallmark_heap* heap, const char* name, uint32_t bytes,
                                          const uint32_t* offsets, size_t count, hallmark_type* type) {
  if (heap == nullptr || name == nullptr || (offsets == nullptr && count > 0)) {
    return hallmark::c::refuse("hallmark_register_members: heap, name or offsets is NULL");
  }
  return heap->add({name, std::vector<std::uint32_t>(offsets, offsets + count)},
                   hallmark::TypeDescription::Layout::members, bytes, type);
}

hallmark_status hallmark_register_references(hallmark_heap* heap, const char* name, hallmark_type* type) {
  if (heap == nullptr || name == nullptr) {
    return hallmark::c::refuse("hallmark_register_references: heap or name is NULL");
  }
  return heap->add({name, {}}, hallmark::TypeDescription::Layout::references, 0, type);
}

hallmark_status hallmark_register_traced(hallmark_heap* heap, const char* name, hallmark_trace trace,
                                         hallmark_type* type) {
  if (heap == nullptr || name == nullptr || trace == nullptr) {
    return hallmark::c::refuse("hallmark_register_traced: heap, name or trace is NULL");
  }
  return heap->add({name, {}, trace}, hallmark::TypeDescription::Layout::traced, 0, type);
}

hallmark_mutator* hallmark_attach(hallmark_heap* heap, const char* name) {
  if (heap == nullptr) {
    hallmark::c::refuse("hallmark_attach: heap is NULL");
    return nullptr;
  }
  std::unique_ptr<hallmark_mutator> mutator;
  hallmark::c::guarded([&] { mutator.reset(new hallmark_mutator(*heap, name)); });
  // Read by the thread that destroys the heap, after this one has ended.
  if (mutator) heap->mutators.fetch_add(1, hallmark::order<"hallmark_c.attach.rmw_mutators">(hallmark::relaxed));
  return mutator.release();
}

hallmark_status hallmark_detach(hallmark_mutator* mutator) {
  if (mutator == nullptr) return HALLMARK_OK;
  if (mutator->handles != 0) {
    return hallmark::c::refuse("hallmark_detach: roots or weak references of this mutator live: destroy them first");
  }
  hallmark_heap& heap = mutator->heap;
  delete mutator;
  // As in hallmark_attach.
  heap.mutators.fetch_sub(1, hallmark::order<"hallmark_c.detach.rmw_mutators">(hallmark::relaxed));
  return HALLMARK_OK;
}

void* hallmark_allocate(hallmark_mutator* mutator, hallmark_type type, size_t bytes) {
  if (mutator == nullptr || type >= mutator->heap.heap.pages().type_count()) {
    hallmark::c::refuse("hallmark_allocate: the mutator is NULL, or the type is not registered with its heap");
    return nullptr;
  }
  void* object = nullptr;
  const hallmark_status status = hallmark::c::guarded([&] { object = mutator->mutator.try_allocate(type, bytes); });
  if (status == HALLMARK_OK && object == nullptr) hallmark::c::last_error() = hallmark::OutOfMemory().what();
  return object;
}

hallmark_status hallmark_store(hallmark_mutator* mutator, void** slot, void* target) {
  if (mutator == nullptr) return hallmark::c::refuse("hallmark_store: the mutator is NULL");
  if (!mutator->heap.heap.pages().owns(slot) || reinterpret_cast<std::uintptr_t>(slot) % sizeof(void*) != 0) {
    return hallmark::c::refuse("hallmark_store: the slot does not lie in an object of this heap");
  }
  if (!hallmark::c::may_be_object(mutator->heap, target)) {
    return hallmark::c::refuse("hallmark_store: the target is no object of this heap");
  }
  mutator->mutator.store(*reinterpret_cast<hallmark::Slot*>(slot), static_cast<hallmark::Address>(target));
  return HALLMARK_OK;
}

void* hallmark_load(void* const* slot) {
  return hallmark::Collector::Barrier::load(
      reinterpret_cast<const hallmark::Slot*>(slot)->value());
}

hallmark_root* hallmark_root_create(hallmark_mutator* mutator, void* target) {
  return hallmark::c::make_handle<hallmark_root>(mutator, target, "hallmark_root_create");
}
void hallmark_root_set(hallmark_root* root, void* target) { root->root = target; }
void* hallmark_root_get(const hallmark_root* root) { return root->root.get(); }
void hallmark_root_destroy(hallmark_root* root) { delete root; }

hallmark_weak* hallmark_weak_create(hallmark_mutator* mutator, void* target) {
  return hallmark::c::make_handle<hallmark_weak>(mutator, target, "hallmark_weak_create");
}
void* hallmark_weak_get(const hallmark_weak* weak) { return weak->weak.get(); }
void hallmark_weak_destroy(hallmark_weak* weak) { delete weak; }

void hallmark_poll(hallmark_mutator* mutator) { mutator->mutator.poll(); }
void hallmark_enter_foreign(hallmark_mutator* mutator) { mutator->mutator.enter_foreign(); }
void hallmark_leave_foreign(hallmark_mutator* mutator) { mutator->mutator.leave_foreign(); }

void hallmark_collect(hallmark_heap* heap, hallmark_collection kind) {
  heap->heap.collect(kind == HALLMARK_MAJOR ? hallmark::Major : hallmark::Minor);
}

void hallmark_heap_statistics(hallmark_heap* heap, hallmark_statistics* statistics) {
  const hallmark::HeapStatistics all = heap->heap.statistics();
  *statistics = {all.minor_collections, all.major_collections, all.freed_objects, all.pages,
                 all.unused_pages,      all.last.pause_ns,     all.last.marked};
}

}  // extern "C"
