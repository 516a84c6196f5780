// An LRU cache of one thread, for the cost of the write barrier: the same operations with it and with plain stores.
#pragma once

#include <hallmark/hallmark.hpp>

#include <cstddef>
#include <cstdint>

class LruTable {
 public:
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

  template <bool Barrier>
  Value* get(hallmark::Mutator& mutator, std::uint64_t key) {
    const std::size_t bucket = key * 0x9e3779b97f4a7c15U % buckets_;
    Entry* entry = (*table_)[bucket].load();
    while (entry != nullptr && entry->key != key) entry = entry->chain.load();
    if (entry != nullptr) {
      if (entry != newest_) {
        unlink<Barrier>(mutator, entry);
        link<Barrier>(mutator, entry);
      }
      return entry->value.load();
    }
    hallmark::Root<Value> value(mutator, mutator.make<Value>());
    value->key = key;
    entry = mutator.make<Entry>();
    entry->key = key;
    store<Barrier>(mutator, entry, entry->value, value.get());
    store<Barrier>(mutator, entry, entry->chain, (*table_)[bucket].load());
    store<Barrier>(mutator, table_, (*table_)[bucket], entry);
    link<Barrier>(mutator, entry);
    if (++size_ > capacity_) drop_oldest<Barrier>(mutator);
    return value.get();
  }

  std::uint64_t stores = 0;
  std::uint64_t old_stores = 0;  // into old objects

 private:
  template <bool Barrier, class T, class Target>
  void store(hallmark::Mutator& mutator, T* object, hallmark::Ref<Target>& slot, Target* target) {
    ++stores;
    if (heap_.pages().is_marked(reinterpret_cast<hallmark::Address>(object))) ++old_stores;
    if constexpr (Barrier) {
      slot.store(mutator, target);
    } else {
      reinterpret_cast<hallmark::Slot&>(slot).store_stopped(reinterpret_cast<hallmark::Address>(target));
    }
  }

  template <bool Barrier>
  void link(hallmark::Mutator& mutator, Entry* entry) {
    store<Barrier>(mutator, entry, entry->older, newest_);
    store<Barrier>(mutator, entry, entry->newer, static_cast<Entry*>(nullptr));
    if (newest_ != nullptr) store<Barrier>(mutator, newest_, newest_->newer, entry);
    newest_ = entry;
    if (oldest_ == nullptr) oldest_ = entry;
  }

  template <bool Barrier>
  void unlink(hallmark::Mutator& mutator, Entry* entry) {
    Entry* const newer = entry->newer.load();
    Entry* const older = entry->older.load();
    if (newer != nullptr) store<Barrier>(mutator, newer, newer->older, older);
    if (older != nullptr) store<Barrier>(mutator, older, older->newer, newer);
    if (newest_ == entry) newest_ = older;
    if (oldest_ == entry) oldest_ = newer;
  }

  template <bool Barrier>
  void drop_oldest(hallmark::Mutator& mutator) {
    Entry* const entry = oldest_;
    unlink<Barrier>(mutator, entry);
    hallmark::Ref<Entry>* place = &(*table_)[entry->key * 0x9e3779b97f4a7c15U % buckets_];
    void* object = table_;
    while (place->load() != entry) {
      object = place->load();
      place = &place->load()->chain;
    }
    store<Barrier>(mutator, object, *place, entry->chain.load());
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
