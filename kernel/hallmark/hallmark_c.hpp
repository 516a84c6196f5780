// The definitions of hallmark.h. One C++ file of a program includes this.
//
// Wrong use that can be seen is refused, with a text: handles that are null or were destroyed, handles of another
// thread, addresses where no object can be. What has no handle, a stray address in an object, is seen in checked builds
// (page_tracer.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <hallmark/hallmark.h>
#include <hallmark/collect/mutator.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE::c {

/// The text of hallmark_last_error, shortened to what fits: saying that memory has run out must not need any.
class ErrorText {
 public:
  void set(std::string_view where, std::string_view what) {
    std::size_t length = 0;
    for (const std::string_view part : {where, std::string_view(where.empty() ? "" : ": "), what}) {
      const std::size_t taken = std::min(part.size(), text_.size() - 1 - length);
      std::memcpy(text_.data() + length, part.data(), taken);
      length += taken;
    }
    text_[length] = '\0';
  }
  const char* text() const { return text_.data(); }

 private:
  std::array<char, 512> text_{};
};

inline ErrorText& last_error() {
  thread_local ErrorText text;
  return text;
}

inline hallmark_status refuse(const char* function, std::string_view what) {
  last_error().set(function, what);
  return HALLMARK_WRONG_USE;
}

/// Calls `what`; an exception becomes a status and a text.
template <class What>
hallmark_status guarded(What what) {
  try {
    what();
    return HALLMARK_OK;
  } catch (const OutOfMemory& error) {
    last_error().set("", error.what());
    return HALLMARK_OUT_OF_MEMORY;
  } catch (const std::bad_alloc&) {
    last_error().set("", "hallmark: out of memory: the system refuses it");
    return HALLMARK_OUT_OF_MEMORY;
  } catch (const std::exception& error) {
    last_error().set("", error.what());
    return HALLMARK_WRONG_USE;
  }
}

/// Where handles lie. The storage stays and is used again as late as possible, so that a handle that is used after its
/// end can be told from a live one.
template <class T>
class Handles {
 public:
  /// Throws std::bad_alloc, and what T's constructor throws.
  template <class... Argument>
  static T* make(Argument&&... argument) {
    Place* const place = all().take();
    try {
      ::new (place->storage) T(std::forward<Argument>(argument)...);
    } catch (...) {
      all().give_back(place);
      throw;
    }
    // Whoever is given the handle is given what it names by the same way.
    place->live.store(true, order<"hallmark_c.make.store_live">(relaxed));
    return std::launder(reinterpret_cast<T*>(place->storage));
  }

  static bool is_live(const T* handle) {
    // A handle that one thread destroys while another one uses it is not told from a live one.
    return handle != nullptr && place_of(handle)->live.load(order<"hallmark_c.is_live.load_live">(relaxed));
  }

  /// Of a live handle.
  static void end(T* handle) {
    Place* const place = const_cast<Place*>(place_of(handle));
    // As above.
    place->live.store(false, order<"hallmark_c.end.store_live">(relaxed));
    handle->~T();
    all().give_back(place);
  }

 private:
  struct Place {
    alignas(T) std::byte storage[sizeof(T)];
    sync::atomic<bool> live;
    Place* next = nullptr;  // under the lock
  };

  static const Place* place_of(const T* handle) { return reinterpret_cast<const Place*>(handle); }

  static Handles& all() {
    static Handles* const handles = new Handles();  // outlives every handle
    return *handles;
  }

  Place* take() {
    {
      vocabulary::LockGuard guard(lock_);
      if (first_ != nullptr) {
        Place* const place = first_;
        first_ = place->next;
        if (first_ == nullptr) last_ = nullptr;
        return place;
      }
    }
    return new Place();
  }

  void give_back(Place* place) {
    vocabulary::LockGuard guard(lock_);
    place->next = nullptr;
    (last_ == nullptr ? first_ : last_->next) = place;
    last_ = place;
  }

  sync::mutex lock_{vocabulary::LockRank{45}, "handles"};
  Place* first_ = nullptr;  // under the lock: unused, the first given back first
  Place* last_ = nullptr;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::c

struct hallmark_heap {
  explicit hallmark_heap(const hallmark::HeapOptions& options) : heap(options) {}

  /// What a type description refers to, kept as long as the heap.
  struct Type {
    std::string name;
    std::vector<std::uint32_t> offsets;
    hallmark_trace trace = nullptr;
  };

  void add(Type kept, hallmark::TypeDescription::Layout layout, std::uint32_t bytes, hallmark_type* number) {
    hallmark::vocabulary::LockGuard guard(lock);
    const Type& type = types.emplace_back(std::move(kept));
    try {
      *number = heap.pages().register_type({type.name.c_str(), layout, bytes, type.offsets,
                                            type.trace == nullptr ? nullptr : &hallmark_heap::trace, &type});
    } catch (...) {
      types.pop_back();
      throw;
    }
  }
  static void trace(const std::byte* object, std::size_t bytes, const hallmark::SlotVisitor& visit) {
    const auto visit_slot = [](void* context, void* const* slot) {
      (*static_cast<const hallmark::SlotVisitor*>(context))(*reinterpret_cast<const hallmark::Slot*>(slot));
    };
    static_cast<const Type*>(visit.of_type())
        ->trace(object, bytes, visit_slot, const_cast<hallmark::SlotVisitor*>(&visit));
  }

  /// True if the calling thread has a mutator of this heap that is in foreign code.
  inline bool is_caller_foreign();

  hallmark::Heap heap;
  hallmark::sync::mutex lock{hallmark::vocabulary::LockRank{40}, "hallmark_heap"};
  std::deque<Type> types;                   // under the lock; elements stay where they are
  std::vector<hallmark_mutator*> mutators;  // under the lock
};

struct hallmark_mutator {
  hallmark_mutator(hallmark_heap& owner, const char* name)
      : heap(owner), mutator(owner.heap.attach(name == nullptr ? "" : name)) {
    hallmark::vocabulary::LockGuard guard(heap.lock);
    heap.mutators.push_back(this);
  }
  ~hallmark_mutator() {
    hallmark::vocabulary::LockGuard guard(heap.lock);
    heap.mutators.erase(std::find(heap.mutators.begin(), heap.mutators.end(), this));
  }

  hallmark::PageHeap& pages() const { return heap.heap.pages(); }

  bool knows_type(hallmark_type type) {
    if (type >= types) types = pages().type_count();
    return type < types;
  }
  bool is_in_use(const void* at) {
    if (!pages().owns(at)) return false;
    const hallmark::PageNumber page = pages().page_of(static_cast<const std::byte*>(at));
    if (page >= page_count) page_count = pages().page_count_now();
    return page < page_count;
  }
  bool may_be_object(const void* at) {
    return at == nullptr || (is_in_use(at) && pages().may_begin_object(static_cast<const std::byte*>(at)));
  }
  bool may_be_slot(void* const* at) {
    return reinterpret_cast<std::uintptr_t>(at) % sizeof(hallmark::Slot) == 0 && is_in_use(at) &&
           pages().may_be_in_object(reinterpret_cast<const hallmark::Slot*>(at));
  }

  hallmark_heap& heap;
  hallmark::Mutator mutator;
  const std::thread::id thread = std::this_thread::get_id();
  bool foreign = false;                 // between enter_foreign and leave_foreign
  std::size_t handles = 0;              // roots and weak references
  std::size_t types = 0;                // that the heap has at least
  hallmark::PageNumber page_count = 0;  // likewise
};

inline bool hallmark_heap::is_caller_foreign() {
  hallmark::vocabulary::LockGuard guard(lock);
  return std::any_of(mutators.begin(), mutators.end(), [](const hallmark_mutator* mutator) {
    return mutator->thread == std::this_thread::get_id() && mutator->foreign;
  });
}

struct hallmark_root {
  hallmark_root(hallmark_mutator& of, void* target) : owner(of), handle(of.mutator, target) { ++owner.handles; }
  ~hallmark_root() { --owner.handles; }

  hallmark_mutator& owner;
  hallmark::Root<void> handle;
};

struct hallmark_weak {
  hallmark_weak(hallmark_mutator& of, void* target) : owner(of), handle(of.mutator, target) { ++owner.handles; }
  ~hallmark_weak() { --owner.handles; }

  hallmark_mutator& owner;
  hallmark::Weak<void> handle;
};

namespace hallmark::inline HALLMARK_NAMESPACE::c {

// Each of these says what is wrong, if something is.

inline bool is_usable(const hallmark_heap* heap, const char* function) {
  if (Handles<hallmark_heap>::is_live(heap)) return true;
  refuse(function, "the heap is NULL, or was destroyed");
  return false;
}

inline bool is_usable(const hallmark_mutator* mutator, const char* function, bool foreign = false) {
  if (!Handles<hallmark_mutator>::is_live(mutator)) {
    refuse(function, "the mutator is NULL, or was detached");
  } else if (mutator->thread != std::this_thread::get_id()) {
    refuse(function, "the mutator is another thread's: each thread attaches, and uses its own");
  } else if (mutator->foreign != foreign) {
    refuse(function, foreign ? "this thread is not in foreign code: call hallmark_enter_foreign first"
                             : "this thread is in foreign code: call hallmark_leave_foreign first");
  } else {
    return true;
  }
  return false;
}

/// A root or a weak reference.
template <class Handle>
bool is_usable_handle(const Handle* handle, const char* function) {
  if (Handles<Handle>::is_live(handle)) return is_usable(&handle->owner, function);
  refuse(function, "the handle is NULL, or was destroyed");
  return false;
}

template <class Handle>
Handle* make_handle(hallmark_mutator* mutator, void* target, const char* function) {
  if (!is_usable(mutator, function)) return nullptr;
  if (!mutator->may_be_object(target)) {
    refuse(function, "the target is no object of this heap");
    return nullptr;
  }
  Handle* handle = nullptr;
  guarded([&] { handle = Handles<Handle>::make(*mutator, target); });
  return handle;
}

template <class Handle>
hallmark_status end_handle(Handle* handle, const char* function) {
  if (handle == nullptr) return HALLMARK_OK;
  if (!is_usable_handle(handle, function)) return HALLMARK_WRONG_USE;
  Handles<Handle>::end(handle);
  return HALLMARK_OK;
}

}  // namespace hallmark::inline HALLMARK_NAMESPACE::c

extern "C" {

const char* hallmark_last_error(void) { return hallmark::c::last_error().text(); }

void hallmark_options_default(hallmark_options* options) {
  if (options == nullptr) return;
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
  hallmark_heap* heap = nullptr;
  hallmark::c::guarded([&] { heap = hallmark::c::Handles<hallmark_heap>::make(chosen); });
  return heap;
}

hallmark_status hallmark_heap_destroy(hallmark_heap* heap) {
  if (heap == nullptr) return HALLMARK_OK;
  if (!hallmark::c::is_usable(heap, "hallmark_heap_destroy")) return HALLMARK_WRONG_USE;
  bool attached = false;
  {
    hallmark::vocabulary::LockGuard guard(heap->lock);
    attached = !heap->mutators.empty();
  }
  if (attached) return hallmark::c::refuse("hallmark_heap_destroy", "mutators are attached: detach them first");
  hallmark::c::Handles<hallmark_heap>::end(heap);
  return HALLMARK_OK;
}

hallmark_status hallmark_register_members(hallmark_heap* heap, const char* name, uint32_t bytes,
                                          const uint32_t* offsets, size_t count, hallmark_type* type) {
  const char* const function = "hallmark_register_members";
  if (!hallmark::c::is_usable(heap, function)) return HALLMARK_WRONG_USE;
  if (name == nullptr || type == nullptr || (offsets == nullptr && count > 0)) {
    return hallmark::c::refuse(function, "name, offsets or type is NULL");
  }
  if (count > bytes / sizeof(void*)) return hallmark::c::refuse(function, "more offsets than an object has room for");
  return hallmark::c::guarded([&] {
    heap->add({name, std::vector<std::uint32_t>(offsets, offsets + count)}, hallmark::TypeDescription::Layout::members,
              bytes, type);
  });
}

hallmark_status hallmark_register_references(hallmark_heap* heap, const char* name, hallmark_type* type) {
  const char* const function = "hallmark_register_references";
  if (!hallmark::c::is_usable(heap, function)) return HALLMARK_WRONG_USE;
  if (name == nullptr || type == nullptr) return hallmark::c::refuse(function, "name or type is NULL");
  return hallmark::c::guarded([&] { heap->add({name, {}}, hallmark::TypeDescription::Layout::references, 0, type); });
}

hallmark_status hallmark_register_traced(hallmark_heap* heap, const char* name, hallmark_trace trace,
                                         hallmark_type* type) {
  const char* const function = "hallmark_register_traced";
  if (!hallmark::c::is_usable(heap, function)) return HALLMARK_WRONG_USE;
  if (name == nullptr || trace == nullptr || type == nullptr) {
    return hallmark::c::refuse(function, "name, trace or type is NULL");
  }
  return hallmark::c::guarded([&] {
    heap->add({name, {}, trace}, hallmark::TypeDescription::Layout::traced, 0, type);
  });
}

hallmark_mutator* hallmark_attach(hallmark_heap* heap, const char* name) {
  if (!hallmark::c::is_usable(heap, "hallmark_attach")) return nullptr;
  hallmark_mutator* mutator = nullptr;
  hallmark::c::guarded([&] { mutator = hallmark::c::Handles<hallmark_mutator>::make(*heap, name); });
  return mutator;
}

hallmark_status hallmark_detach(hallmark_mutator* mutator) {
  if (mutator == nullptr) return HALLMARK_OK;
  if (!hallmark::c::is_usable(mutator, "hallmark_detach")) return HALLMARK_WRONG_USE;
  if (mutator->handles != 0) {
    return hallmark::c::refuse("hallmark_detach", "roots or weak references of this mutator live: destroy them first");
  }
  hallmark::c::Handles<hallmark_mutator>::end(mutator);
  return HALLMARK_OK;
}

void* hallmark_allocate(hallmark_mutator* mutator, hallmark_type type, size_t bytes) {
  if (!hallmark::c::is_usable(mutator, "hallmark_allocate")) return nullptr;
  if (!mutator->knows_type(type)) {
    hallmark::c::refuse("hallmark_allocate", "the type is not registered with this heap");
    return nullptr;
  }
  void* object = nullptr;
  hallmark::c::guarded([&] {
    object = mutator->mutator.try_allocate(type, bytes);
    if (object == nullptr) throw hallmark::OutOfMemory();
  });
  return object;
}

hallmark_status hallmark_store(hallmark_mutator* mutator, void** slot, void* target) {
  if (!hallmark::c::is_usable(mutator, "hallmark_store")) return HALLMARK_WRONG_USE;
  if (!mutator->may_be_slot(slot)) {
    return hallmark::c::refuse("hallmark_store", "the slot does not lie in an object of this heap");
  }
  if (!mutator->may_be_object(target)) {
    return hallmark::c::refuse("hallmark_store", "the target is no object of this heap");
  }
  mutator->mutator.store(*reinterpret_cast<hallmark::Slot*>(slot), static_cast<hallmark::Address>(target));
  return HALLMARK_OK;
}

void* hallmark_load(void* const* slot) {
  return hallmark::Collector::Barrier::load(reinterpret_cast<const hallmark::Slot*>(slot)->value());
}

hallmark_root* hallmark_root_create(hallmark_mutator* mutator, void* target) {
  return hallmark::c::make_handle<hallmark_root>(mutator, target, "hallmark_root_create");
}
hallmark_status hallmark_root_set(hallmark_root* root, void* target) {
  if (!hallmark::c::is_usable_handle(root, "hallmark_root_set")) return HALLMARK_WRONG_USE;
  if (!root->owner.may_be_object(target)) {
    return hallmark::c::refuse("hallmark_root_set", "the target is no object of this heap");
  }
  root->handle = target;
  return HALLMARK_OK;
}
void* hallmark_root_get(const hallmark_root* root) {
  return hallmark::c::is_usable_handle(root, "hallmark_root_get") ? root->handle.get() : nullptr;
}
hallmark_status hallmark_root_destroy(hallmark_root* root) {
  return hallmark::c::end_handle(root, "hallmark_root_destroy");
}

hallmark_weak* hallmark_weak_create(hallmark_mutator* mutator, void* target) {
  return hallmark::c::make_handle<hallmark_weak>(mutator, target, "hallmark_weak_create");
}
void* hallmark_weak_get(const hallmark_weak* weak) {
  return hallmark::c::is_usable_handle(weak, "hallmark_weak_get") ? weak->handle.get() : nullptr;
}
hallmark_status hallmark_weak_destroy(hallmark_weak* weak) {
  return hallmark::c::end_handle(weak, "hallmark_weak_destroy");
}

hallmark_status hallmark_poll(hallmark_mutator* mutator) {
  if (!hallmark::c::is_usable(mutator, "hallmark_poll")) return HALLMARK_WRONG_USE;
  mutator->mutator.poll();
  return HALLMARK_OK;
}
hallmark_status hallmark_enter_foreign(hallmark_mutator* mutator) {
  if (!hallmark::c::is_usable(mutator, "hallmark_enter_foreign")) return HALLMARK_WRONG_USE;
  mutator->mutator.enter_foreign();
  mutator->foreign = true;
  return HALLMARK_OK;
}
hallmark_status hallmark_leave_foreign(hallmark_mutator* mutator) {
  if (!hallmark::c::is_usable(mutator, "hallmark_leave_foreign", true)) return HALLMARK_WRONG_USE;
  mutator->mutator.leave_foreign();
  mutator->foreign = false;
  return HALLMARK_OK;
}

hallmark_status hallmark_collect(hallmark_heap* heap, hallmark_collection kind) {
  if (!hallmark::c::is_usable(heap, "hallmark_collect")) return HALLMARK_WRONG_USE;
  if (heap->is_caller_foreign()) {
    return hallmark::c::refuse("hallmark_collect", "this thread is in foreign code: call hallmark_leave_foreign first");
  }
  return hallmark::c::guarded([&] { heap->heap.collect(kind == HALLMARK_MAJOR ? hallmark::Major : hallmark::Minor); });
}

hallmark_status hallmark_heap_statistics(hallmark_heap* heap, hallmark_statistics* statistics) {
  if (!hallmark::c::is_usable(heap, "hallmark_heap_statistics")) return HALLMARK_WRONG_USE;
  if (statistics == nullptr) return hallmark::c::refuse("hallmark_heap_statistics", "statistics is NULL");
  return hallmark::c::guarded([&] {
    const hallmark::HeapStatistics all = heap->heap.statistics();
    *statistics = {all.minor_collections,
                   all.major_collections,
                   all.freed_objects,
                   all.pages,
                   all.unused_pages,
                   all.last.pause_ns,
                   all.last.marked,
                   all.mark_stacks.segments,
                   all.mark_stacks.most_segments,
                   all.mark_stacks.growths,
                   all.mark_stacks.refusals,
                   all.last.stack_segments,
                   all.last.inbox_full};
  });
}

}  // extern "C"
