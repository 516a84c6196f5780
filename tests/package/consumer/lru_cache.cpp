// A cache of the entries that were used last, shared by several threads.
//
// The table and the list of entries are objects of the collector: an entry that falls out of the cache is forgotten,
// and nobody counts who still reads it.
#include <hallmark/hallmark.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct Value {
  explicit Value(std::uint64_t k) : key(k), square(k * k) {}
  std::uint64_t key;
  std::uint64_t square;
  static constexpr auto kReferences = hallmark::references();
};

struct Entry {
  explicit Entry(std::uint64_t k) : key(k) {}
  hallmark::Ref<Entry> newer, older, chain;
  hallmark::Ref<Value> value;
  std::uint64_t key;
  static constexpr auto kReferences = hallmark::references(&Entry::newer, &Entry::older, &Entry::chain, &Entry::value);
};

class LruCache {
 public:
  LruCache(hallmark::Heap& heap, hallmark::Mutator& mutator, std::size_t capacity)
      : heap_(heap), capacity_(capacity), buckets_(2 * capacity), table_(mutator.make_array<Entry>(buckets_)) {
    source_ = heap.add_roots([this](const hallmark::RootVisitor& visit) {
      visit(table_);
      visit(newest_);
      visit(oldest_);
    });
  }
  ~LruCache() { heap_.remove_roots(source_); }

  /// The value of the key, which is made if the cache hasn't got it. Any attached thread.
  Value* get(hallmark::Mutator& mutator, std::uint64_t key) {
    {
      // Whoever waits for a lock that is held while others allocate must count as stopped meanwhile.
      const Locked lock(*this, mutator);
      if (Entry* const entry = find(key)) {
        ++hits;
        unlink(mutator, entry);
        link(mutator, entry);
        return entry->value.load();
      }
    }
    // Objects are made without the lock: a collection may come.
    hallmark::Root<Value> value(mutator, mutator.make<Value>(key));
    hallmark::Root<Entry> entry(mutator, mutator.make<Entry>(key));
    entry->value.store(mutator, value.get());
    const Locked lock(*this, mutator);
    if (Entry* const other = find(key)) return other->value.load();
    hallmark::Ref<Entry>& bucket = (*table_)[key % buckets_];
    entry->chain.store(mutator, bucket.load());
    bucket.store(mutator, entry.get());
    link(mutator, entry.get());
    if (++size_ > capacity_) drop_oldest(mutator);
    return entry->value.load();
  }

  std::uint64_t hits = 0;  // under the lock

 private:
  class Locked {
   public:
    Locked(LruCache& cache, hallmark::Mutator& mutator) : cache_(cache) {
      if (cache_.mutex_.try_lock()) return;
      const hallmark::Foreign waiting(mutator);
      cache_.mutex_.lock();
    }
    ~Locked() { cache_.mutex_.unlock(); }

   private:
    LruCache& cache_;
  };

  Entry* find(std::uint64_t key) const {
    Entry* entry = (*table_)[key % buckets_].load();
    while (entry != nullptr && entry->key != key) entry = entry->chain.load();
    return entry;
  }

  void link(hallmark::Mutator& mutator, Entry* entry) {
    entry->older.store(mutator, newest_);
    entry->newer.store(mutator, nullptr);
    if (newest_ != nullptr) newest_->newer.store(mutator, entry);
    newest_ = entry;
    if (oldest_ == nullptr) oldest_ = entry;
  }

  void unlink(hallmark::Mutator& mutator, Entry* entry) {
    Entry* const newer = entry->newer.load();
    Entry* const older = entry->older.load();
    if (newer != nullptr) newer->older.store(mutator, older);
    if (older != nullptr) older->newer.store(mutator, newer);
    if (newest_ == entry) newest_ = older;
    if (oldest_ == entry) oldest_ = newer;
  }

  void drop_oldest(hallmark::Mutator& mutator) {
    Entry* const entry = oldest_;
    unlink(mutator, entry);
    hallmark::Ref<Entry>* place = &(*table_)[entry->key % buckets_];
    while (place->load() != entry) place = &place->load()->chain;
    place->store(mutator, entry->chain.load());
    --size_;
  }

  hallmark::Heap& heap_;
  const std::size_t capacity_;
  const std::size_t buckets_;
  std::mutex mutex_;
  hallmark::RefArray<Entry>* table_;
  Entry* newest_ = nullptr;
  Entry* oldest_ = nullptr;
  std::size_t size_ = 0;
  std::size_t source_ = 0;
};

int main() {
  hallmark::Heap heap({.workers = 2, .young_bytes = 4u << 20, .verify = true});
  auto mutator = heap.attach("main");
  LruCache cache(heap, mutator, 2000);
  std::atomic<bool> right{true};
  std::vector<std::thread> threads;
  {
    const hallmark::Foreign waiting(mutator);
    for (unsigned t = 0; t < 3; ++t) {
      threads.emplace_back([&heap, &cache, &right, t] {
        auto own = heap.attach("worker " + std::to_string(t));
        std::uint64_t random = t + 1;
        for (int i = 0; i < 200'000; ++i) {
          random = random * 6364136223846793005U + 1442695040888963407U;
          const std::uint64_t key = (random >> 33) % 3000;
          const Value* const value = cache.get(own, key);  // used before the next collection may come
          if (value->key != key || value->square != key * key) right = false;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const auto statistics = heap.statistics();
  std::printf("every value was right: %s; collected: %s\n", right.load() ? "yes" : "no",
              statistics.minor_collections > 0 ? "yes" : "no");
  return right ? 0 : 1;
}
