// A worked example: the values of a small interpreter (numbers, strings, arrays, objects) in one arena.
//
// An object keeps its properties in a hash table keyed by the address of the name: names are interned, so that equal
// names are one block. Addresses change when blocks move; the table remembers how many movements there had been when it
// was hashed, and is hashed anew when there have been more.
//
// Needs no library beyond the freestanding headers. Every function that allocates may move everything: parameters that
// it needs afterwards are put into scoped roots first.
#pragma once

#include <hallmark/arena/arena.hpp>

#include <cstddef>
#include <cstdint>

namespace hallmark::example {

struct Number {
  double value = 0;
};

/// `length` characters follow.
struct String {
  std::uint32_t length = 0;
  std::uint32_t unused = 0;
  static char* text(String& string) { return reinterpret_cast<char*>(&string + 1); }
};

/// `length` references follow.
struct List {
  std::uint32_t length = 0;
  std::uint32_t unused = 0;
  static HeapIndex* elements(List& list) { return reinterpret_cast<HeapIndex*>(&list + 1); }
  template <class Visit>
  static void trace(List& list, std::uint32_t, Visit&& visit) {
    for (std::uint32_t i = 0; i < list.length; ++i) visit(elements(list)[i]);
  }
};

/// Open addressing with linear probing; `capacity` entries follow, a power of two.
struct PropertyTable {
  struct Entry {
    HeapIndex name;
    HeapIndex value;
  };
  std::uint32_t capacity = 0;
  std::uint32_t hashed_at = 0;  // statistics().movements when the places were right
  static Entry* entries(PropertyTable& table) { return reinterpret_cast<Entry*>(&table + 1); }
  template <class Visit>
  static void trace(PropertyTable& table, std::uint32_t, Visit&& visit) {
    for (std::uint32_t i = 0; i < table.capacity; ++i) {
      visit(entries(table)[i].name);
      visit(entries(table)[i].value);
    }
  }
};

struct Object {
  HeapIndex properties;
  std::uint32_t count = 0;
  static constexpr References<&Object::properties> kReferences{};
};

template <class Options>
class Interpreter {
 public:
  using Heap = Arena<Options, Number, String, List, PropertyTable, Object>;
  template <class T>
  using Scoped = typename Heap::template ScopedRoot<T>;

  static constexpr std::uint32_t kMostNames = 32;
  static constexpr std::uint32_t kMostProperties = 64;

  Interpreter(void* memory, std::size_t bytes) : heap_(memory, bytes), names_(heap_) { names_.set(list(kMostNames)); }

  Heap& heap() { return heap_; }
  bool ran_out_of_memory() const { return out_of_memory_; }
  std::uint32_t rehashes() const { return rehashes_; }

  // Each returns null when memory is out; everything that was there still is.

  HeapIndex number(double value) {
    const HeapIndex index = made(heap_.template allocate<Number>());
    if (index) heap_.template get<Number>(index)->value = value;
    return index;
  }

  HeapIndex string(const char* text, std::uint32_t length) {
    const HeapIndex index = made(heap_.template allocate<String>(length));
    if (!index) return index;
    String& string = *heap_.template get<String>(index);
    string.length = length;
    for (std::uint32_t i = 0; i < length; ++i) String::text(string)[i] = text[i];
    return index;
  }

  HeapIndex concatenate(HeapIndex left, HeapIndex right) {
    const Scoped<String> a(heap_, left);
    const Scoped<String> b(heap_, right);
    const HeapIndex index = made(heap_.template allocate<String>(a->length + b->length));
    if (!index) return index;
    String& string = *heap_.template get<String>(index);
    String* const parts[] = {a.get(), b.get()};
    for (String* const part : parts) {
      for (std::uint32_t i = 0; i < part->length; ++i) String::text(string)[string.length++] = String::text(*part)[i];
    }
    return index;
  }

  HeapIndex list(std::uint32_t length) {
    const HeapIndex index = made(heap_.template allocate<List>(length * sizeof(HeapIndex)));
    if (index) heap_.template get<List>(index)->length = length;
    return index;
  }

  HeapIndex object() { return made(heap_.template allocate<Object>()); }

  /// The one string with this text that serves as a name.
  HeapIndex name(const char* text, std::uint32_t length) {
    if (!names_.get()) return HeapIndex();
    for (std::uint32_t i = 0; i < names_used_; ++i) {
      const HeapIndex candidate = List::elements(*names_)[i];
      if (equal(*heap_.template get<String>(candidate), text, length)) return candidate;
    }
    if (names_used_ == kMostNames) return HeapIndex();
    const HeapIndex index = string(text, length);
    if (index) List::elements(*names_)[names_used_++] = index;
    return index;
  }

  /// False when memory is out or the object is full; its properties are then as before.
  bool set(HeapIndex object, HeapIndex name, HeapIndex value) {
    const Scoped<Object> owner(heap_, object);
    const Scoped<String> key(heap_, name);
    const Scoped<Number> held(heap_, value);  // of any type: only its index is used
    if (PropertyTable::Entry* const entry = look_up(*owner, name)) {
      if (entry->name) {
        entry->value = value;
        return true;
      }
    }
    if (!make_room(owner)) return false;
    *look_up(*owner, key.index()) = {key.index(), held.index()};
    ++owner->count;
    return true;
  }

  /// Null if the object has no such property.
  HeapIndex get(HeapIndex object, HeapIndex name) {
    PropertyTable::Entry* const entry = look_up(*heap_.template get<Object>(object), name);
    return entry == nullptr ? HeapIndex() : entry->value;
  }

  double value(HeapIndex number) const { return heap_.template get<Number>(number)->value; }

 private:
  HeapIndex made(ArenaAllocation allocation) {
    if (allocation.status != ArenaStatus::ok) out_of_memory_ = true;
    return allocation.index;
  }

  static bool equal(String& string, const char* text, std::uint32_t length) {
    if (string.length != length) return false;
    for (std::uint32_t i = 0; i < length; ++i) {
      if (String::text(string)[i] != text[i]) return false;
    }
    return true;
  }

  // The entry of the name, or the free one where it belongs; null if there is no table.
  PropertyTable::Entry* look_up(Object& object, HeapIndex name) {
    PropertyTable* const table = heap_.template get<PropertyTable>(object.properties);
    if (table == nullptr) return nullptr;
    if (table->hashed_at != heap_.statistics().movements) hash_anew(*table);
    return place(*table, name);
  }

  static PropertyTable::Entry* place(PropertyTable& table, HeapIndex name) {
    PropertyTable::Entry* const entries = PropertyTable::entries(table);
    std::uint32_t i = name.hash() % table.capacity;
    while (entries[i].name && entries[i].name != name) i = (i + 1) % table.capacity;
    return &entries[i];
  }

  // The names have moved, and their hashes are new.
  void hash_anew(PropertyTable& table) {
    PropertyTable::Entry old[2 * kMostProperties];
    PropertyTable::Entry* const entries = PropertyTable::entries(table);
    for (std::uint32_t i = 0; i < table.capacity; ++i) {
      old[i] = entries[i];
      entries[i] = {};
    }
    for (std::uint32_t i = 0; i < table.capacity; ++i) {
      if (old[i].name) *place(table, old[i].name) = old[i];
    }
    table.hashed_at = heap_.statistics().movements;
    ++rehashes_;
  }

  // Room for one more: at most half of a table is in use.
  bool make_room(const Scoped<Object>& owner) {
    PropertyTable* table = heap_.template get<PropertyTable>(owner->properties);
    const std::uint32_t capacity = table == nullptr ? 0 : table->capacity;
    if (owner->count * 2 < capacity) return true;
    if (owner->count == kMostProperties) return false;
    const std::uint32_t doubled = capacity == 0 ? 4 : capacity * 2;
    const HeapIndex larger = made(heap_.template allocate<PropertyTable>(doubled * sizeof(PropertyTable::Entry)));
    if (!larger) return false;
    PropertyTable& fresh = *heap_.template get<PropertyTable>(larger);
    fresh.capacity = doubled;
    fresh.hashed_at = heap_.statistics().movements;
    table = heap_.template get<PropertyTable>(owner->properties);
    for (std::uint32_t i = 0; i < capacity; ++i) {
      const PropertyTable::Entry& entry = PropertyTable::entries(*table)[i];
      if (entry.name) *place(fresh, entry.name) = entry;
    }
    owner->properties = larger;
    return true;
  }

  Heap heap_;
  Scoped<List> names_;
  std::uint32_t names_used_ = 0;
  std::uint32_t rehashes_ = 0;
  bool out_of_memory_ = false;
};

}  // namespace hallmark::example
