// An LRU cache of one thread, for the cost of the write barrier: the same operations with it and with plain stores.
#pragma once

#include <hallmark/hallmark.hpp>

#include <cstddef>
#include <cstdint>

class LruTable {
 public:
  /// counted: with the barrier, too.
  enum class Stores { with_barrier, plain, counted };

  struct Value {
    std::uint64_t key = 0;
    std::uint64_t pad[2] = {};
    static constexpr auto kReferences = hallmark::references();
  };
  struct Entry {
    hallmark::Ref<Entry> newer, older, chain;
    hallmark::Ref<Value> value;
    std::uint64_t key = 0;
    static constexpr auto kReferences =
        hallmark::references(&Entry::newer, &Entry::older, &Entry::chain, &Entry::value);
  };

  LruTable(hallmark::Heap& heap, hallmark::Mutator& mutator, std::size_t capacity)
      : heap_(heap), capacity_(capacity), buckets_(2 * capacity), table_(mutator.make_array<Entry>(buckets_)) {
    heap.add_roots([this](const hallmark::RootVisitor& visit) {
      visit(table_);
      visit(newest_);
      visit(oldest_);
    });
  }

  template <Stores How>
  Value* get(hallmark::Mutator& mutator, std::uint64_t key) {
    const std::size_t bucket = key * 0x9e3779b97f4a7c15U % buckets_;
    Entry* entry = (*table_)[bucket].load();
    while (entry != nullptr && entry->key != key) entry = entry->chain.load();
    if (entry != nullptr) {
      if (entry != newest_) {
        unlink<How>(mutator, entry);
        link<How>(mutator, entry);
      }
      return entry->value.load();
    }
    hallmark::Root<Value> value(mutator, mutator.make<Value>());
    value->key = key;
    entry = mutator.make<Entry>();
    entry->key = key;
    store<How>(mutator, entry, entry->value, value.get());
    store<How>(mutator, entry, entry->chain, (*table_)[bucket].load());
    store<How>(mutator, table_, (*table_)[bucket], entry);
    link<How>(mutator, entry);
    if (++size_ > capacity_) drop_oldest<How>(mutator);
    return value.get();
  }

  std::uint64_t stores = 0;      // those that were counted
  std::uint64_t old_stores = 0;  // of these, into old objects

 private:
  template <Stores How, class T, class Target>
  void store(hallmark::Mutator& mutator, T* object, hallmark::Ref<Target>& slot, Target* target) {
    if constexpr (How == Stores::counted) {
      ++stores;
      if (heap_.pages().is_marked(reinterpret_cast<hallmark::Address>(object))) ++old_stores;
    }
    if constexpr (How != Stores::plain) {
      slot.store(mutator, target);
    } else {
      reinterpret_cast<hallmark::Slot&>(slot).store_stopped(reinterpret_cast<hallmark::Address>(target));
    }
  }

  template <Stores How>
  void link(hallmark::Mutator& mutator, Entry* entry) {
    store<How>(mutator, entry, entry->older, newest_);
    store<How>(mutator, entry, entry->newer, static_cast<Entry*>(nullptr));
    if (newest_ != nullptr) store<How>(mutator, newest_, newest_->newer, entry);
    newest_ = entry;
    if (oldest_ == nullptr) oldest_ = entry;
  }

  template <Stores How>
  void unlink(hallmark::Mutator& mutator, Entry* entry) {
    Entry* const newer = entry->newer.load();
    Entry* const older = entry->older.load();
    if (newer != nullptr) store<How>(mutator, newer, newer->older, older);
    if (older != nullptr) store<How>(mutator, older, older->newer, newer);
    if (newest_ == entry) newest_ = older;
    if (oldest_ == entry) oldest_ = newer;
  }

  template <Stores How>
  void drop_oldest(hallmark::Mutator& mutator) {
    Entry* const entry = oldest_;
    unlink<How>(mutator, entry);
    hallmark::Ref<Entry>* place = &(*table_)[entry->key * 0x9e3779b97f4a7c15U % buckets_];
    void* object = table_;
    while (place->load() != entry) {
      object = place->load();
      place = &place->load()->chain;
    }
    store<How>(mutator, object, *place, entry->chain.load());
    --size_;
  }

  hallmark::Heap& heap_;
  const std::size_t capacity_;
  const std::size_t buckets_;
  hallmark::RefArray<Entry>* table_;
  Entry* newest_ = nullptr;
  Entry* oldest_ = nullptr;
  std::size_t size_ = 0;
};
