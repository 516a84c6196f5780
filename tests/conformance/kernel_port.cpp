// The kernel itself as a program that speaks the protocol of README.md: the reference of all ports.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/mark/grey_set.hpp>
#include <hallmark/mark/inbox.hpp>
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/terminator.hpp>
#include <hallmark/mark/worklist.hpp>
#include <hallmark/remember/dirty_pages.hpp>
#include <hallmark/remember/write_barrier.hpp>

namespace {

using namespace hallmark;
using Number = std::uint64_t;

constexpr const char* kNotUnderstood = "error: not understood";

/// A request's words.
class Request {
 public:
  explicit Request(const std::string& line) {
    std::istringstream words(line);
    for (std::string word; words >> word;) words_.push_back(word);
  }
  std::string word(std::size_t i) const { return i < words_.size() ? words_[i] : std::string(); }
  Number number(std::size_t i) const {
    Number value = 0;
    const std::string text = word(i);
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

 private:
  std::vector<std::string> words_;
};

std::string text(bool value) { return value ? "true" : "false"; }
std::string text(Number value) { return std::to_string(value); }
std::string text(const std::vector<Number>& items) {
  if (items.empty()) return "none";
  std::string result;
  for (const Number item : items) result += (result.empty() ? "" : " ") + text(item);
  return result;
}

/// The object under test: answers requests.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::string answer(const Request& request) = 0;
};

template <class Queue>
std::string steal_from(Queue& queue) {
  const auto result = queue.steal();
  switch (result.outcome) {
    case StealOutcome::success: return text(result.item);
    case StealOutcome::empty: return "empty";
    case StealOutcome::lost_race: break;
  }
  return "lost_race";
}

template <std::size_t N>
class QueueSubject final : public Subject {
 public:
  explicit QueueSubject(Number first_index) : queue_(first_index) {}

  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    if (what == "push") return text(queue_.push(request.number(1)));
    if (what == "steal") return steal_from(queue_);
    if (what == "size") return text(Number{queue_.size()});
    if (what == "empty") return text(queue_.empty());
    if (what == "full") return text(queue_.full());
    if (what != "pop") return kNotUnderstood;
    const std::optional<Number> item = queue_.pop();
    return item ? text(*item) : "none";
  }

 private:
  StealQueue<Number, N> queue_;
};

class BitmapSubject final : public Subject {
 public:
  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    const Number index = request.number(1);
    if (what == "try_mark") return text(bitmap_.try_mark(index));
    if (what == "try_mark_alone") return text(bitmap_.try_mark<Markers::one>(index));
    if (what == "is_marked") return text(bitmap_.is_marked(index));
    if (what == "marks_of_word") return text(bitmap_.marks_of_word(index));
    if (what == "is_fully_marked") {
      const std::array<Number, 2> allocated = {index, request.number(2)};
      return text(bitmap_.is_fully_marked(allocated));
    }
    if (what != "clear") return kNotUnderstood;
    bitmap_.clear();
    return "ok";
  }

 private:
  MarkBitmap<128> bitmap_;
};

class BitsSubject final : public Subject {
 public:
  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    const Number index = request.number(1);
    if (what == "take_word") return text(bits_.take_word(index));
    if (what == "take_word_stopped") return text(bits_.take_word<Mutators::stopped>(index));
    if (what == "is_set") return text(bits_.is_set(index));
    if (what == "is_clean") return text(bits_.is_clean());
    if (what == "set") {
      bits_.set(index);
    } else if (what == "preset") {
      bits_.preset(index, request.number(2));
    } else if (what == "clear") {
      bits_.clear();
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  DirtyBits<128> bits_;
};

struct Page {
  PageFlags flags;
  sync::plain<Page*> next_dirty;
  DirtyBits<64> dirty;
};

class PagesSubject final : public Subject {
 public:
  explicit PagesSubject(Number pages) : pages_(pages) {}

  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    Page& page = pages_[request.number(1) % pages_.size()];
    if (what == "retire") return text(list_.retire(page));
    if (what == "listed")
      return text(page.flags.is_dirty_listed(sync::order<"kernel_port.listed.load_flags">(relaxed)));
    if (what == "size") return text(Number{list_.size()});
    if (what == "statistics") return statistics();
    if (what == "take") return take();
    if (what == "snapshot") {
      snapshot_.emplace(list_.take_snapshot());
      return text(Number{snapshot_->size()});
    }
    if (what == "add") {
      list_.add(page);
    } else if (what == "end") {
      snapshot_.reset();
    } else if (what == "reinstate") {
      list_.reinstate(page);
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  std::string take() {
    const Page* const page = snapshot_ ? snapshot_->take() : nullptr;
    return page == nullptr ? "none" : text(static_cast<Number>(page - pages_.data()));
  }

  std::string statistics() const {
    const DirtyPagesStatistics s = list_.statistics();
    std::ostringstream result;
    result << "listed=" << s.listed << " scanned=" << s.scanned << " snapshots=" << s.snapshots
           << " high_water=" << s.high_water << " recent=" << s.recent[0] << ',' << s.recent[1] << ',' << s.recent[2]
           << ',' << s.recent[3];
    return result.str();
  }

  std::vector<Page> pages_;
  DirtyPages<Page> list_;
  std::optional<DirtyPages<Page>::Snapshot> snapshot_;
};

template <std::size_t N>
class InboxSubject final : public Subject {
 public:
  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    if (what == "push") return text(inbox_.push(request.number(1), request.number(2)));
    if (what == "empty") return text(inbox_.empty());
    if (what != "drain") return kNotUnderstood;
    std::vector<Number> items;
    inbox_.drain([&](Number item) { items.push_back(item); });
    return text(items);
  }

 private:
  Inbox<Number, N> inbox_;
};

template <std::size_t N>
class LimitedSource {
 public:
  using Segment = WorklistSegment<Number, N>;

  explicit LimitedSource(Number limit) : left_(limit) {}

  Segment* acquire() {
    if (left_ == 0) return nullptr;
    --left_;
    return new Segment;
  }
  void release(Segment* segment) {
    ++left_;
    delete segment;
  }

 private:
  Number left_;
};

template <std::size_t N, std::size_t Capacity>
class WorklistSubject final : public Subject {
 public:
  explicit WorklistSubject(Number segments) : source_(segments) {}

  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    if (what == "push") return text(worklist_.push(request.number(1)));
    if (what == "size") return text(Number{worklist_.size()});
    if (what == "spill") return text(Number{worklist_.spill(queue_, request.number(1))});
    if (what == "steal") return steal_from(queue_);
    if (what != "pop") return kNotUnderstood;
    const std::optional<Number> item = worklist_.pop();
    return item ? text(*item) : "none";
  }

 private:
  LimitedSource<N> source_;
  Worklist<LimitedSource<N>> worklist_{source_};
  StealQueue<Number, Capacity> queue_;
};

/// A heap whose items are numbers: item g is granule g.
class GreyHeap {
 public:
  using Item = std::size_t;
  static constexpr std::size_t kGreyWordsOfPage = 4;
  static constexpr std::size_t kGranulesOfPage = kGreyWordsOfPage * 64;

  explicit GreyHeap(std::size_t granules)
      : words_(granules / 64), pages_((granules + kGranulesOfPage - 1) / kGranulesOfPage) {}

  std::size_t granule_in_heap(Item item) const { return item; }
  Item at_granule(std::size_t granule) const { return granule; }
  sync::atomic<Number>& grey_word(std::size_t i) { return words_[i]; }
  sync::atomic<Number>& grey_page(std::size_t page) { return pages_[page]; }
  std::size_t grey_page_count() const { return pages_.size(); }

 private:
  std::vector<sync::atomic<Number>> words_;
  std::vector<sync::atomic<Number>> pages_;
};

class GreySubject final : public Subject {
 public:
  explicit GreySubject(Number granules) : heap_(granules) {}

  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    if (what == "empty") return text(grey_.empty());
    if (what == "take") {
      std::vector<Number> items;
      grey_.take([&](std::size_t item) { items.push_back(item); });
      return text(items);
    }
    if (what == "add") {
      grey_.add(request.number(1));
    } else if (what == "reset") {
      grey_.reset();
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  GreyHeap heap_;
  GreySet<GreyHeap> grey_{heap_};
};

class TerminatorSubject final : public Subject {
 public:
  explicit TerminatorSubject(Number workers) : terminator_(static_cast<unsigned>(workers)) {}

  std::string answer(const Request& request) override {
    const std::string what = request.word(0);
    const auto number = static_cast<unsigned>(request.number(1));
    if (what == "resting") return text(terminator_.resting());
    if (what == "rest") return text(terminator_.rest(number, [&] { return request.word(2) == "true"; }));
    if (what == "announce") {
      terminator_.announce(number);
    } else if (what == "announce_to") {
      terminator_.announce_to(number);
    } else if (what == "reset") {
      terminator_.reset(number);
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  Terminator<8> terminator_;
};

/// The deque of this capacity; nothing for a capacity that isn't compiled in.
std::unique_ptr<Subject> make_queue(Number capacity, Number first_index) {
  switch (capacity) {
    case 1: return std::make_unique<QueueSubject<1>>(first_index);
    case 2: return std::make_unique<QueueSubject<2>>(first_index);
    case 4: return std::make_unique<QueueSubject<4>>(first_index);
    case 8: return std::make_unique<QueueSubject<8>>(first_index);
    default: return nullptr;
  }
}

std::unique_ptr<Subject> make_inbox(Number capacity) {
  if (capacity == 2) return std::make_unique<InboxSubject<2>>();
  if (capacity == 4) return std::make_unique<InboxSubject<4>>();
  return nullptr;
}

std::unique_ptr<Subject> make_worklist(Number items, Number segments, Number capacity) {
  if (items == 2 && capacity == 4) return std::make_unique<WorklistSubject<2, 4>>(segments);
  if (items == 4 && capacity == 4) return std::make_unique<WorklistSubject<4, 4>>(segments);
  if (items == 4 && capacity == 2) return std::make_unique<WorklistSubject<4, 2>>(segments);
  return nullptr;
}

std::unique_ptr<Subject> make(const Request& request) {
  const std::string subject = request.word(1);
  const Number size = request.number(2);
  if (subject == "steal_queue") return make_queue(size, request.number(3));
  if (subject == "mark_bitmap" && size == 128) return std::make_unique<BitmapSubject>();
  if (subject == "dirty_bits" && size == 128) return std::make_unique<BitsSubject>();
  if (subject == "dirty_pages") return std::make_unique<PagesSubject>(size);
  if (subject == "inbox") return make_inbox(size);
  if (subject == "worklist") return make_worklist(size, request.number(3), request.number(4));
  if (subject == "grey_set") return std::make_unique<GreySubject>(size);
  if (subject == "terminator") return std::make_unique<TerminatorSubject>(size);
  return nullptr;
}

// Stress runs: threads that collide, and counts of what came of it.

/// Items 1 to n, each with an object: a plain number that is written just before the item is handed over.
class Items {
 public:
  explicit Items(Number count) : objects_(count), taken_(count) {}

  void write(Number item) { objects_[item - 1] = item * 3 + 1; }
  /// A second taker is a race that the counts show.
  void take(Number item) {
    if (objects_[item - 1] != item * 3 + 1) ++stale_;
    ++taken_[item - 1];
  }
  std::string answer() const {
    std::string result = "taken=";
    for (const unsigned char times : taken_) result += static_cast<char>('0' + std::min<int>(times, 9));
    return result + " stale=" + text(stale_.load());
  }

 private:
  std::vector<Number> objects_;
  std::vector<unsigned char> taken_;
  std::atomic<Number> stale_ = 0;
};

template <std::size_t N>
std::string stress_queue(Number thieves, Number count) {
  Items items(count);
  StealQueue<Number, N> queue;
  std::atomic<bool> finished = false;
  {
    std::vector<std::jthread> threads;
    for (Number i = 0; i < thieves; ++i) {
      threads.emplace_back([&] {
        while (!finished) {
          const StealResult<Number> result = queue.steal();
          if (result.outcome == StealOutcome::success) items.take(result.item);
        }
      });
    }
    const auto pop = [&] {
      const std::optional<Number> item = queue.pop();
      if (item) items.take(*item);
      return item.has_value();
    };
    for (Number next = 1; next <= count; ++next) {
      items.write(next);
      while (!queue.push(next)) pop();
      if (next % 3 == 0) pop();
    }
    while (pop()) {
    }
    finished = true;
  }
  return items.answer();
}

std::string stress_bitmap(Number markers, Number rounds) {
  std::vector<MarkBitmap<128>> bitmaps(rounds);
  std::string won(rounds * 128, '0');
  {
    std::vector<std::jthread> threads;
    for (Number i = 0; i < markers; ++i) {
      threads.emplace_back([&] {
        for (std::size_t cell = 0; cell < won.size(); ++cell) {
          if (bitmaps[cell / 128].try_mark(cell % 128)) ++won[cell];
        }
      });
    }
  }
  return "won=" + won;
}

std::string stress_pages(Number mutators, Number page_count, Number stores) {
  std::vector<Page> pages(page_count);
  std::vector<sync::atomic<Number>> slots(page_count * mutators);
  std::vector<Number> seen(slots.size());
  DirtyPages<Page> list;
  const auto drain = [&] {
    auto snapshot = list.take_snapshot();
    while (Page* const page = snapshot.take()) {
      page->dirty.take_each([&](std::size_t mutator) {
        const std::size_t slot = static_cast<std::size_t>(page - pages.data()) * mutators + mutator;
        seen[slot] = WriteBarrier<DirtyPages<Page>>::load(slots[slot]);
      });
    }
  };
  std::atomic<Number> running = mutators;
  {
    std::vector<std::jthread> threads;
    for (Number m = 0; m < mutators; ++m) {
      threads.emplace_back([&, m] {
        WriteBarrier<DirtyPages<Page>> barrier(list);
        for (Number value = 1; value <= stores; ++value) {
          for (std::size_t p = 0; p < page_count; ++p) {
            const DirtyPlace<Page, DirtyBits<64>> place{pages[p], pages[p].dirty, m};
            barrier.store(slots[p * mutators + m], value, place, [] { return true; });
          }
        }
        --running;
      });
    }
    while (running != 0) drain();
  }
  drain();
  std::string result = "seen=";
  for (std::size_t i = 0; i < seen.size(); ++i) result += (i == 0 ? "" : ",") + text(seen[i]);
  return result;
}

std::string stress_inbox(Number senders, Number count) {
  Items items(count);
  Inbox<Number, 4> inbox;
  std::atomic<Number> running = senders;
  const auto drain = [&] { return inbox.drain([&](Number item) { items.take(item); }); };
  {
    std::vector<std::jthread> threads;
    for (Number s = 0; s < senders; ++s) {
      threads.emplace_back([&, s] {
        for (Number item = 1 + s; item <= count; item += senders) {
          items.write(item);
          while (!inbox.push(item, s)) std::this_thread::yield();
        }
        --running;
      });
    }
    while (running != 0) {
      if (drain() == 0) std::this_thread::yield();
    }
  }
  drain();
  return items.answer();
}

std::string stress(const Request& request) {
  const std::string subject = request.word(1);
  const Number size = request.number(2);
  if (subject == "steal_queue" && size == 2) return stress_queue<2>(request.number(3), request.number(4));
  if (subject == "steal_queue" && size == 8) return stress_queue<8>(request.number(3), request.number(4));
  if (subject == "mark_bitmap" && size == 128) return stress_bitmap(request.number(3), request.number(4));
  if (subject == "dirty_pages") return stress_pages(size, request.number(3), request.number(4));
  if (subject == "inbox" && size == 4) return stress_inbox(request.number(3), request.number(4));
  return "unsupported";
}

}  // namespace

int main() {
  std::unique_ptr<Subject> subject;
  for (std::string line; std::getline(std::cin, line);) {
    const Request request(line);
    const std::string what = request.word(0);
    if (what == "quit") break;
    if (what == "hello") {
      std::cout << "port 1 steal_queue mark_bitmap dirty_bits dirty_pages inbox worklist grey_set terminator";
    } else if (what == "new") {
      subject = make(request);
      std::cout << (subject ? "ok" : "unsupported");
    } else if (what == "stress") {
      std::cout << stress(request);
    } else {
      std::cout << (subject ? subject->answer(request) : kNotUnderstood);
    }
    std::cout << std::endl;
  }
}
