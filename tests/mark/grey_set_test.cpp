// GreySet: what each operation returns, against a std::set; and threads that add and take at once.
#include <hallmark/mark/grey_set.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <thread>
#include <vector>

namespace {

using hallmark::GreySet;

/// The bits of a heap whose items are numbers: item g is granule g.
class Bits {
 public:
  using Item = std::size_t;
  static constexpr std::size_t kGreyWordsOfPage = 4;
  static constexpr std::size_t kPages = 10;
  static constexpr std::size_t kItems = kPages * kGreyWordsOfPage * 64;

  std::size_t granule_in_heap(Item item) const { return item; }
  Item at_granule(std::size_t granule) const { return granule; }
  hallmark::sync::atomic<std::uint64_t>& grey_word(std::size_t i) { return words_[i]; }
  hallmark::sync::atomic<std::uint64_t>& grey_page(std::size_t page) { return pages_[page]; }
  std::size_t grey_page_count() const { return kPages; }

 private:
  std::vector<hallmark::sync::atomic<std::uint64_t>> words_{kPages * kGreyWordsOfPage};
  std::vector<hallmark::sync::atomic<std::uint64_t>> pages_{kPages};
};

TEST(GreySet, IsEmptyWhenConstructed) {
  Bits bits;
  GreySet<Bits> grey(bits);
  EXPECT_TRUE(grey.empty());
  EXPECT_EQ(grey.take([](std::size_t) { FAIL(); }), 0U);
}

TEST(GreySet, ReturnsEachItemOnce) {
  Bits bits;
  GreySet<Bits> grey(bits);
  for (std::size_t item = 0; item < Bits::kItems; ++item) {
    grey.add(item);
    ASSERT_FALSE(grey.empty());
    std::size_t found = Bits::kItems;
    ASSERT_EQ(grey.take([&](std::size_t taken) { found = taken; }), 1U);
    ASSERT_EQ(found, item);
    ASSERT_TRUE(grey.empty());
  }
}

TEST(GreySet, AgreesWithASetOnRandomSequences) {
  std::size_t added_meanwhile = 0;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    Bits bits;
    GreySet<Bits> grey(bits);
    std::set<std::size_t> oracle;
    for (int i = 0; i < 1000; ++i) {
      if (random() % 64 != 0) {
        const std::size_t item = random() % Bits::kItems;
        if (oracle.insert(item).second) grey.add(item);
      } else {
        grey.take([&](std::size_t item) {
          ASSERT_EQ(oracle.erase(item), 1U) << item << " is not in the set";
          if (random() % 8 != 0) return;
          const std::size_t more = random() % Bits::kItems;
          if (oracle.insert(more).second) {
            grey.add(more);
            ++added_meanwhile;
          }
        });
      }
      // What is added while others are taken may have been taken with them.
      if (!oracle.empty()) {
        ASSERT_FALSE(grey.empty());
      }
    }
    grey.take([&](std::size_t item) { ASSERT_EQ(oracle.erase(item), 1U); });
    EXPECT_TRUE(oracle.empty());
    EXPECT_TRUE(grey.empty());
    grey.reset();
    EXPECT_TRUE(grey.empty());
  }
  EXPECT_GT(added_meanwhile, 100U);
}

TEST(GreySet, ThreadsThatAddAndTakeLoseNothingAndSeeNothingTwice) {
  constexpr unsigned kThreads = 3;
  for (int round = 0; round < 20; ++round) {
    Bits bits;
    GreySet<Bits> grey(bits);
    std::vector<std::atomic<unsigned>> taken(Bits::kItems);
    const auto take = [&] { return grey.take([&](std::size_t item) { taken[item].fetch_add(1); }); };
    const auto run = [&](unsigned number) {
      for (std::size_t item = number; item < Bits::kItems; item += kThreads) {
        grey.add(item);
        if (item % 16 == number) take();
      }
    };
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < kThreads; ++number) threads.emplace_back(run, number);
    for (std::thread& thread : threads) thread.join();
    while (!grey.empty()) take();
    for (std::size_t item = 0; item < Bits::kItems; ++item) ASSERT_EQ(taken[item].load(), 1U) << item;
  }
}

}  // namespace
