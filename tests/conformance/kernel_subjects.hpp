// The kernel's primitives behind the protocol of README.md: the objects that requests are to. The primitives are
// template arguments where broken ones take their place (broken_port.cpp).
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <limits>
#include <memory>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/mark/grey_set.hpp>
#include <hallmark/mark/inbox.hpp>
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/terminator.hpp>
#include <hallmark/mark/worklist.hpp>
#include <hallmark/remember/dirty_pages.hpp>

namespace hallmark::conformance {

using Number = std::uint64_t;

inline constexpr const char* kNotUnderstood = "error: not understood";
inline constexpr Number kMostPlaces = 1 << 12;
inline constexpr Number kMostWorkers = 8;

/// A line's words. None: the line was not of the form that requests have.
class Request {
 public:
  explicit Request(const std::string& line) {
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find(' ', begin), line.size());
      words_.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    const auto malformed = [](const std::string& word) {
      return word.empty() || std::any_of(word.begin(), word.end(), [](char c) { return c < '!' || c > '~'; });
    };
    if (line.size() > kLongestLine || std::any_of(words_.begin(), words_.end(), malformed)) words_.clear();
  }

  bool is(std::size_t i, const std::string& word) const { return i < words_.size() && words_[i] == word; }
  std::size_t size() const { return words_.size(); }
  /// Word i, which is a number.
  Number number(std::size_t i) const { return *number_in(words_[i]); }

  /// All words from this one on are numbers.
  bool has_numbers_from(std::size_t first) const {
    return std::all_of(words_.begin() + static_cast<std::ptrdiff_t>(first), words_.end(),
                       [](const std::string& word) { return number_in(word).has_value(); });
  }
  /// Word i is `word`, and so many numbers follow, and nothing else.
  bool asks(std::size_t i, const std::string& word, std::size_t numbers) const {
    return is(i, word) && words_.size() == i + 1 + numbers && has_numbers_from(i + 1);
  }
  /// An operation without a number.
  bool asks(const std::string& word) const { return asks(0, word, 0); }
  /// An operation on one of so many places.
  bool asks_of(const std::string& word, Number places) const { return asks(0, word, 1) && is_place(1, places); }
  /// Word i is a number below this one.
  bool is_place(std::size_t i, Number places) const {
    const std::optional<Number> place = number_in(words_[i]);
    return place && *place < places;
  }

 private:
  static constexpr std::size_t kLongestLine = 255;
  static constexpr std::size_t kLongestNumber = 20;

  static std::optional<Number> number_in(const std::string& word) {
    Number value = 0;
    const char* const end = word.data() + word.size();
    const auto [rest, error] = std::from_chars(word.data(), end, value);
    if (rest != end || error != std::errc() || word.size() > kLongestNumber) return std::nullopt;
    return value;
  }

  std::vector<std::string> words_;
};

inline std::string text(bool value) { return value ? "true" : "false"; }
inline std::string text(Number value) { return std::to_string(value); }
inline std::string text(const std::vector<Number>& items) {
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

template <class Queue>
class QueueSubject final : public Subject {
 public:
  explicit QueueSubject(Number first_index) : queue_(first_index) {}

  std::string answer(const Request& request) override {
    if (request.asks(0, "push", 1)) return text(queue_.push(request.number(1)));
    if (request.asks("steal")) return steal_from(queue_);
    if (request.asks("size")) return text(Number{queue_.size()});
    if (request.asks("empty")) return text(queue_.empty());
    if (request.asks("full")) return text(queue_.full());
    if (!request.asks("pop")) return kNotUnderstood;
    const std::optional<Number> item = queue_.pop();
    return item ? text(*item) : "none";
  }

 private:
  Queue queue_;
};

class BitmapSubject final : public Subject {
 public:
  std::string answer(const Request& request) override {
    if (request.asks_of("try_mark", Bitmap::kCells)) return text(bitmap_.try_mark(request.number(1)));
    if (request.asks_of("try_mark_alone", Bitmap::kCells))
      return text(bitmap_.try_mark<Markers::one>(request.number(1)));
    if (request.asks_of("is_marked", Bitmap::kCells)) return text(bitmap_.is_marked(request.number(1)));
    if (request.asks_of("marks_of_word", Bitmap::kWords)) return text(bitmap_.marks_of_word(request.number(1)));
    if (request.asks(0, "is_fully_marked", Bitmap::kWords)) {
      const std::array<Number, Bitmap::kWords> allocated = {request.number(1), request.number(2)};
      return text(bitmap_.is_fully_marked(allocated));
    }
    if (!request.asks("clear")) return kNotUnderstood;
    bitmap_.clear();
    return "ok";
  }

 private:
  using Bitmap = MarkBitmap<128>;

  Bitmap bitmap_;
};

class BitsSubject final : public Subject {
 public:
  std::string answer(const Request& request) override {
    if (request.asks_of("take_word", Bits::kWords)) return text(bits_.take_word(request.number(1)));
    if (request.asks_of("take_word_stopped", Bits::kWords))
      return text(bits_.take_word<Mutators::stopped>(request.number(1)));
    if (request.asks_of("is_set", Bits::kBits)) return text(bits_.is_set(request.number(1)));
    if (request.asks("is_clean")) return text(bits_.is_clean());
    if (request.asks_of("set", Bits::kBits)) {
      bits_.set(request.number(1));
    } else if (request.asks(0, "preset", 2) && request.number(1) < Bits::kWords) {
      bits_.preset(request.number(1), request.number(2));
    } else if (request.asks("clear")) {
      bits_.clear();
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  using Bits = DirtyBits<128>;

  Bits bits_;
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
    if (request.asks_of("retire", pages_.size())) return text(list_.retire(page_of(request)));
    if (request.asks_of("listed", pages_.size()))
      return text(page_of(request).flags.is_dirty_listed(sync::order<"kernel_port.listed.load_flags">(relaxed)));
    if (request.asks("size")) return text(Number{list_.size()});
    if (request.asks("statistics")) return statistics();
    if (request.asks("take")) return take();
    if (request.asks("snapshot")) {
      snapshot_.emplace(list_.take_snapshot());
      return text(Number{snapshot_->size()});
    }
    if (request.asks_of("add", pages_.size())) {
      list_.add(page_of(request));
    } else if (request.asks("end")) {
      snapshot_.reset();
    } else if (request.asks_of("reinstate", pages_.size())) {
      list_.reinstate(page_of(request));
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  Page& page_of(const Request& request) { return pages_[request.number(1)]; }

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

template <class Box>
class InboxSubject final : public Subject {
 public:
  std::string answer(const Request& request) override {
    if (request.asks(0, "push", 2) && request.number(1) != 0)
      return text(inbox_.push(request.number(1), request.number(2)));
    if (request.asks("empty")) return text(inbox_.empty());
    if (!request.asks("drain")) return kNotUnderstood;
    std::vector<Number> items;
    inbox_.drain([&](Number item) { items.push_back(item); });
    return text(items);
  }

 private:
  Box inbox_;
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

template <template <class> class List, std::size_t N, std::size_t Capacity>
class WorklistSubject final : public Subject {
 public:
  explicit WorklistSubject(Number segments) : source_(segments) {}

  std::string answer(const Request& request) override {
    if (request.asks(0, "push", 1)) return text(worklist_.push(request.number(1)));
    if (request.asks("size")) return text(Number{worklist_.size()});
    if (request.asks(0, "spill", 1)) return text(Number{worklist_.spill(queue_, request.number(1))});
    if (request.asks("steal")) return steal_from(queue_);
    if (!request.asks("pop")) return kNotUnderstood;
    const std::optional<Number> item = worklist_.pop();
    return item ? text(*item) : "none";
  }

 private:
  LimitedSource<N> source_;
  List<LimitedSource<N>> worklist_{source_};
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

  std::size_t granules() const { return words_.size() * 64; }

  std::size_t granule_in_heap(Item item) const { return item; }
  Item at_granule(std::size_t granule) const { return granule; }
  sync::atomic<Number>& grey_word(std::size_t i) { return words_[i]; }
  sync::atomic<Number>& grey_page(std::size_t page) { return pages_[page]; }
  std::size_t grey_page_count() const { return pages_.size(); }

 private:
  std::vector<sync::atomic<Number>> words_;
  std::vector<sync::atomic<Number>> pages_;
};

template <class Set>
class GreySubject final : public Subject {
 public:
  explicit GreySubject(Number granules) : heap_(granules) {}

  std::string answer(const Request& request) override {
    if (request.asks("empty")) return text(grey_.empty());
    if (request.asks("take")) {
      std::vector<Number> items;
      grey_.take([&](std::size_t item) { items.push_back(item); });
      return text(items);
    }
    if (request.asks_of("add", heap_.granules())) {
      grey_.add(request.number(1));
    } else if (request.asks("reset") && grey_.empty()) {
      grey_.reset();
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  GreyHeap heap_;
  Set grey_{heap_};
};
template <class End>
class TerminatorSubject final : public Subject {
 public:
  explicit TerminatorSubject(Number workers) : workers_(workers), terminator_(static_cast<unsigned>(workers)) {}

  std::string answer(const Request& request) override {
    if (request.asks("resting")) return text(terminator_.resting());
    if (request.is(0, "rest")) return rest(request);
    if (request.asks_of("announce", std::numeric_limits<unsigned>::max())) {
      terminator_.announce(static_cast<unsigned>(request.number(1)));
    } else if (request.asks_of("announce_to", workers_)) {
      terminator_.announce_to(static_cast<unsigned>(request.number(1)));
    } else if (request.asks_of("reset", kMostWorkers + 1) && request.number(1) != 0) {
      workers_ = request.number(1);
      terminator_.reset(static_cast<unsigned>(workers_));
    } else {
      return kNotUnderstood;
    }
    return "ok";
  }

 private:
  std::string rest(const Request& request) {
    const bool found = request.is(2, "true");
    if (request.size() != 3 || !(found || request.is(2, "false")) || !request.is_place(1, workers_))
      return kNotUnderstood;
    const Number everyone = ~Number{0} >> (64 - workers_);
    if (!found && (terminator_.resting() | Number{1} << request.number(1)) != everyone)
      return "error: it would wait for another worker";
    return text(terminator_.rest(static_cast<unsigned>(request.number(1)), [&] { return found; }));
  }

  Number workers_;
  End terminator_;
};

/// What a port can make: the object of a well-formed `new`, or nothing; and what comes of a stress run.
struct Offer {
  std::string subjects;
  std::function<std::unique_ptr<Subject>(const Request&)> make;
  std::function<std::string(const Request&)> stress;
};

/// Answers each line by one, until `quit` or the end. Whatever a line holds, it is answered.
inline void serve(std::istream& in, std::ostream& out, const Offer& offer) {
  std::unique_ptr<Subject> subject;
  for (std::string line; std::getline(in, line);) {
    const Request request(line);
    const bool names_a_subject = request.size() > 1 && request.has_numbers_from(2);
    if (request.asks("quit")) break;
    if (request.asks_of("hello", 2) && request.number(1) == 1) {
      out << "port 1 " << offer.subjects;
    } else if (request.is(0, "new") && names_a_subject) {
      subject = offer.make(request);
      out << (subject ? "ok" : "unsupported");
    } else if (request.is(0, "stress") && names_a_subject) {
      subject = nullptr;
      out << offer.stress(request);
    } else {
      out << (subject ? subject->answer(request) : kNotUnderstood);
    }
    out << std::endl;
  }
}

}  // namespace hallmark::conformance
