// The kernel itself as a program that speaks the protocol of README.md: the reference of all ports.
#include "tests/conformance/kernel_port.hpp"

#include <atomic>
#include <thread>

#include <hallmark/remember/write_barrier.hpp>

#include "tests/conformance/kernel_subjects.hpp"

namespace hallmark::conformance {
namespace {

/// The deque of this capacity; nothing for a capacity that isn't compiled in.
std::unique_ptr<Subject> make_queue(Number capacity, Number first_index) {
  switch (capacity) {
    case 1: return std::make_unique<QueueSubject<StealQueue<Number, 1>>>(first_index);
    case 2: return std::make_unique<QueueSubject<StealQueue<Number, 2>>>(first_index);
    case 4: return std::make_unique<QueueSubject<StealQueue<Number, 4>>>(first_index);
    case 8: return std::make_unique<QueueSubject<StealQueue<Number, 8>>>(first_index);
    default: return nullptr;
  }
}

std::unique_ptr<Subject> make_inbox(Number capacity) {
  if (capacity == 2) return std::make_unique<InboxSubject<Inbox<Number, 2>>>();
  if (capacity == 4) return std::make_unique<InboxSubject<Inbox<Number, 4>>>();
  return nullptr;
}

std::unique_ptr<Subject> make_worklist(Number items, Number segments, Number capacity) {
  if (items == 2 && capacity == 4) return std::make_unique<WorklistSubject<Worklist, 2, 4>>(segments);
  if (items == 4 && capacity == 4) return std::make_unique<WorklistSubject<Worklist, 4, 4>>(segments);
  if (items == 4 && capacity == 2) return std::make_unique<WorklistSubject<Worklist, 4, 2>>(segments);
  return nullptr;
}

std::unique_ptr<Subject> make(const Request& request) {
  const auto parameter = [&](std::size_t i) { return request.number(i + 2); };
  const auto is = [&](const char* subject, std::size_t parameters) { return request.asks(1, subject, parameters); };
  const auto is_of = [&](const char* subject, Number most) {
    return is(subject, 1) && parameter(0) >= 1 && parameter(0) <= most;
  };
  if (is("steal_queue", 2)) return make_queue(parameter(0), parameter(1));
  if (is_of("mark_bitmap", 128) && parameter(0) == 128) return std::make_unique<BitmapSubject>();
  if (is_of("dirty_bits", 128) && parameter(0) == 128) return std::make_unique<BitsSubject>();
  if (is_of("dirty_pages", kMostPlaces)) return std::make_unique<PagesSubject>(parameter(0));
  if (is("inbox", 1)) return make_inbox(parameter(0));
  if (is("worklist", 3)) return make_worklist(parameter(0), parameter(1), parameter(2));
  if (is_of("grey_set", kMostPlaces) && parameter(0) % 64 == 0) {
    return std::make_unique<GreySubject<GreySet<GreyHeap>>>(parameter(0));
  }
  if (is_of("terminator", kMostWorkers))
    return std::make_unique<TerminatorSubject<Terminator<kMostWorkers>>>(parameter(0));
  return nullptr;
}

// Stress runs: threads that collide, and counts of what came of it.

constexpr Number kMostThreads = 16;

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

/// The owner fills the queue; then thieves alone empty it, each until it is told so.
template <std::size_t N>
std::string stress_race(Number thieves, Number rounds) {
  Items items(N * rounds);
  StealQueue<Number, N> queue;
  std::atomic<Number> filled = 0;  // rounds
  std::atomic<Number> ended = 0;   // rounds, by each thief
  std::atomic<Number> early = 0;
  const auto empty_it = [&] {
    while (const std::optional<Number> item = queue.pop()) items.take(*item);
  };
  {
    std::vector<std::jthread> threads;
    for (Number i = 0; i < thieves; ++i) {
      threads.emplace_back([&] {
        for (Number round = 1; round <= rounds; ++round) {
          while (filled < round) std::this_thread::yield();
          for (StealResult<Number> result = queue.steal(); result.outcome != StealOutcome::empty;
               result = queue.steal()) {
            if (result.outcome == StealOutcome::success) items.take(result.item);
          }
          if (!queue.empty()) ++early;
          ++ended;
        }
      });
    }
    Number next = 1;
    for (Number round = 1; round <= rounds; ++round) {
      empty_it();
      for (const Number first = next; next < first + N; ++next) {
        items.write(next);
        queue.push(next);
      }
      filled = round;
      while (ended < round * thieves) std::this_thread::yield();
    }
    empty_it();
  }
  return items.answer() + " early=" + text(early.load());
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

/// There are that many threads, and something for them to do, but not more of it than `most`.
bool is_work(Number threads, Number things, Number rounds, Number most) {
  return threads >= 1 && threads <= kMostThreads && things >= 1 && rounds >= 1 && things <= most / threads &&
         rounds <= most / threads / things;
}

std::string stress(const Request& request, Number most) {
  if (request.size() != 5) return "unsupported";
  const Number first = request.number(2);
  const Number second = request.number(3);
  const Number third = request.number(4);
  if (request.is(1, "steal_queue") && is_work(second, third, 1, most)) {
    if (first == 2) return stress_queue<2>(second, third);
    if (first == 8) return stress_queue<8>(second, third);
  }
  if (request.is(1, "steal_race") && first == 8 && is_work(second, 8, third, most))
    return stress_race<8>(second, third);
  if (request.is(1, "mark_bitmap") && first == 128 && is_work(second, 128, third, most)) {
    return stress_bitmap(second, third);
  }
  if (request.is(1, "dirty_pages") && is_work(first, second, third, most)) return stress_pages(first, second, third);
  if (request.is(1, "inbox") && first == 4 && is_work(second, third, 1, most)) return stress_inbox(second, third);
  return "unsupported";
}

}  // namespace

void serve_kernel(std::istream& in, std::ostream& out, Number most_work) {
  serve(in, out,
        {.subjects = "steal_queue mark_bitmap dirty_bits dirty_pages inbox worklist grey_set terminator",
         .make = make,
         .stress = [most_work](const Request& request) { return stress(request, most_work); }});
}

}  // namespace hallmark::conformance
