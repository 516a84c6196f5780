// The C interface, called by a fuzzer's bytes: any function, with handles that are live, null, destroyed or of another
// heap, with descriptions of types that are right or wrong, and with addresses that are objects or anything else.
//
// Oracle: what must be refused is, with a text; what must not, isn't. A shadow knows each object's references: what can
// be reached is as it was after each collection, and the heap's verifier runs. It is a checked build.
//
// An input is a mood (one byte), then operations of six bytes: what, and five arguments.
#include <hallmark/hallmark_c.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

#define EXPECT(condition)                                                                          \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      std::fprintf(stderr, "%s:%d: expected %s; last error: %s\n", __FILE__, __LINE__, #condition, \
                   hallmark_last_error());                                                         \
      std::abort();                                                                                \
    }                                                                                              \
  } while (0)

using Op = const std::uint8_t*;

struct Object {
  std::vector<std::size_t> slots;   // offsets
  std::map<std::size_t, void*> to;  // by offset; null ones are left out
  std::size_t bytes = 0;
};

/// A type as the heap knows it.
struct Type {
  hallmark_type number = 0;
  enum class Layout { members, references, traced } layout = Layout::members;
  std::uint32_t bytes = 0;
  std::vector<std::uint32_t> offsets;
};

/// The first byte says how many slots follow from offset 8 on.
void trace(const void* object, std::size_t bytes, hallmark_visit visit, void* context) {
  const auto* const words = static_cast<void* const*>(object);
  const std::size_t count = *static_cast<const unsigned char*>(object);
  for (std::size_t i = 1; i <= count && (i + 1) * sizeof(void*) <= bytes; ++i) visit(context, &words[i]);
}

class World {
 public:
  explicit World(std::uint8_t mood) {
    hallmark_options options;
    hallmark_options_default(&options);
    options.workers = mood % 8 == 7 ? 2 : 1;
    options.max_bytes = std::size_t{4} << 20;
    options.young_bytes = mood % 2 == 0 ? 65536 : 1u << 20;
    options.automatic = mood / 2 % 2;
    options.generations = mood / 4 % 4 != 3;
    options.verify = 1;
    for (auto& heap : heaps_) {
      heap = hallmark_heap_create(&options);
      EXPECT(heap != nullptr);
    }
    mutators_ = {hallmark_attach(heaps_[0], "fuzz"), hallmark_attach(heaps_[1], nullptr)};
    EXPECT(mutators_[0] != nullptr && mutators_[1] != nullptr);
    stale_mutator_ = mutators_[1];
    stale_heap_ = heaps_[1];
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  ~World() {
    if (foreign_) EXPECT(hallmark_leave_foreign(mutators_[0]) == HALLMARK_OK);
    foreign_ = false;
    if (!roots_.empty()) EXPECT(hallmark_detach(mutators_[0]) == HALLMARK_WRONG_USE);
    for (const auto& [root, target] : roots_) EXPECT(hallmark_root_destroy(root) == HALLMARK_OK);
    for (const auto& [weak, target] : weaks_) EXPECT(hallmark_weak_destroy(weak) == HALLMARK_OK);
    EXPECT(hallmark_heap_destroy(heaps_[0]) == HALLMARK_WRONG_USE);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT(hallmark_detach(mutators_[i]) == HALLMARK_OK);
      EXPECT(hallmark_heap_destroy(heaps_[i]) == HALLMARK_OK);
    }
    EXPECT(hallmark_detach(stale_mutator_) == HALLMARK_WRONG_USE);
    EXPECT(hallmark_collect(stale_heap_, HALLMARK_MAJOR) == HALLMARK_WRONG_USE);
  }

  void step(Op op) {
    switch (op[0] % 16) {
      case 0: register_members(op); break;
      case 1: register_other(op); break;
      case 2:
      case 3:
      case 4: allocate(op); break;
      case 5:
      case 6:
      case 7: store(op); break;
      case 8: root_create(op); break;
      case 9: root_set(op); break;
      case 10: root_destroy(op); break;
      case 11: weak(op); break;
      case 12: collect(op); break;
      case 13: foreign(op); break;
      case 14: wrong(op); break;
      case 15: check_all(); break;
    }
  }

 private:
  static constexpr std::size_t kMostRoots = 12;

  hallmark_status ok() const { return foreign_ ? HALLMARK_WRONG_USE : HALLMARK_OK; }

  void register_members(Op op) {
    const std::uint32_t bytes = op[1] % 4 == 0 ? op[2] * 257U : op[2] % 16 * 8U;
    std::vector<std::uint32_t> offsets;
    bool right = bytes > 0;
    for (std::size_t i = 0; i < op[3] % 6U; ++i) {
      const std::uint32_t offset =
          op[4] % 8 == 0 ? op[5] + static_cast<std::uint32_t>(i) : (op[4] + static_cast<std::uint32_t>(i) * 3) % 16 * 8;
      offsets.push_back(offset);
      if (offset % 8 != 0 || bytes < 8 || offset > bytes - 8) right = false;
    }
    if (offsets.size() > bytes / 8) right = false;
    const char* const name = op[5] % 32 == 1 ? "" : "type";
    if (*name == '\0') right = false;
    hallmark_type number = 0;
    const hallmark_status status =
        hallmark_register_members(heaps_[0], name, bytes, offsets.data(), offsets.size(), &number);
    EXPECT((status == HALLMARK_OK) == right);
    if (right) types_.push_back({number, Type::Layout::members, bytes, offsets});
  }

  void register_other(Op op) {
    hallmark_type number = 0;
    const bool traced = op[1] % 2 == 0;
    const hallmark_status status = traced ? hallmark_register_traced(heaps_[0], "traced", trace, &number)
                                          : hallmark_register_references(heaps_[0], "references", &number);
    EXPECT(status == HALLMARK_OK);
    types_.push_back({number, traced ? Type::Layout::traced : Type::Layout::references, 0, {}});
  }

  void allocate(Op op) {
    if (types_.empty()) {
      EXPECT(hallmark_allocate(mutators_[0], op[1], 16) == nullptr);
      return;
    }
    const Type& type = types_[op[1] % types_.size()];
    std::size_t bytes = type.bytes != 0 && op[3] % 16 != 0 ? type.bytes : op[2];
    if (op[3] % 32 == 31) bytes = std::size_t{op[2]} << (op[4] % 64);
    const auto collections_before = collections();
    void* const object = hallmark_allocate(mutators_[0], type.number, bytes);
    if (collections() != collections_before) forget_unreachable();
    const bool right = !foreign_ && bytes != 0 && (type.bytes == 0 || bytes == type.bytes);
    EXPECT(right || object == nullptr);
    if (object == nullptr) {
      EXPECT(!right || std::strstr(hallmark_last_error(), "out of memory") != nullptr);
      EXPECT(!right || bytes > 100 || objects_.size() > 1000 || full());
      return;
    }
    EXPECT(objects_.count(object) == 0 || !is_live(object));
    forget(object);
    for (std::size_t i = 0; i < bytes; ++i) EXPECT(static_cast<unsigned char*>(object)[i] == 0);
    Object& known = objects_[object];
    known.bytes = bytes;
    if (type.layout == Type::Layout::members) known.slots.assign(type.offsets.begin(), type.offsets.end());
    if (type.layout == Type::Layout::references) {
      for (std::size_t at = 0; at + 8 <= bytes; at += 8) known.slots.push_back(at);
    }
    if (type.layout == Type::Layout::traced) {
      const std::size_t most = bytes / 8 == 0 ? 0 : bytes / 8 - 1;
      const std::size_t count = std::min<std::size_t>(op[5] % 16, most);
      static_cast<unsigned char*>(object)[0] = static_cast<unsigned char>(count);
      for (std::size_t i = 1; i <= count; ++i) known.slots.push_back(i * 8);
    }
    // An object that nobody refers to is gone with the next collection.
    if (op[5] % 4 != 0 && !roots_.empty()) set_root(op[4] % roots_.size(), object);
  }

  void store(Op op) {
    void* const from = some_object(op[1]);
    void* const to = op[2] % 8 == 0 ? nullptr : some_object(op[2]);
    if (from == nullptr) return;
    Object& object = objects_[from];
    if (object.slots.empty()) return;
    const std::size_t offset = object.slots[op[3] % object.slots.size()];
    void** const slot = reinterpret_cast<void**>(static_cast<char*>(from) + offset);
    if (op[4] % 8 == 0) {
      // Where no object can begin, and where no slot can be.
      void* const stray = static_cast<char*>(from) + 1 + op[5] % 7;
      EXPECT(hallmark_store(mutators_[0], slot, stray) == HALLMARK_WRONG_USE);
      EXPECT(hallmark_store(mutators_[0], static_cast<void**>(stray), to) == HALLMARK_WRONG_USE);
      EXPECT(hallmark_store(mutators_[1], slot, nullptr) == HALLMARK_WRONG_USE);
      return;
    }
    EXPECT(hallmark_store(mutators_[0], slot, to) == ok());
    if (foreign_) return;
    EXPECT(hallmark_load(slot) == to);
    if (to == nullptr) {
      object.to.erase(offset);
    } else {
      object.to[offset] = to;
    }
  }

  void root_create(Op op) {
    if (roots_.size() >= kMostRoots) return;
    void* const target = op[1] % 4 == 0 ? nullptr : some_object(op[2]);
    hallmark_root* const root = hallmark_root_create(mutators_[0], target);
    EXPECT((root == nullptr) == foreign_);
    if (root == nullptr) return;
    dead_roots_.erase(root);
    roots_.emplace_back(root, target);
  }

  void root_set(Op op) {
    if (roots_.empty()) return;
    set_root(op[1] % roots_.size(), op[2] % 4 == 0 ? nullptr : some_object(op[3]));
  }
  void set_root(std::size_t i, void* target) {
    EXPECT(hallmark_root_set(roots_[i].first, target) == ok());
    if (foreign_) return;
    roots_[i].second = target;
    EXPECT(hallmark_root_get(roots_[i].first) == target);
  }

  void root_destroy(Op op) {
    if (roots_.empty()) return;
    const std::size_t i = op[1] % roots_.size();
    EXPECT(hallmark_root_destroy(roots_[i].first) == ok());
    if (foreign_) return;
    dead_roots_.insert(roots_[i].first);
    roots_.erase(roots_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void weak(Op op) {
    if (op[1] % 2 == 0 && !weaks_.empty()) {
      const std::size_t i = op[2] % weaks_.size();
      EXPECT(hallmark_weak_destroy(weaks_[i].first) == ok());
      if (!foreign_) weaks_.erase(weaks_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (weaks_.size() < kMostRoots) {
      void* const target = some_object(op[2]);
      hallmark_weak* const made = hallmark_weak_create(mutators_[0], target);
      EXPECT((made == nullptr) == foreign_);
      if (made != nullptr) weaks_.emplace_back(made, target);
    }
  }

  void collect(Op op) {
    const bool major = op[1] % 4 == 0;
    EXPECT(hallmark_collect(heaps_[0], major ? HALLMARK_MAJOR : HALLMARK_MINOR) == ok());
    if (foreign_) return;
    forget_unreachable();
    check_all();
  }

  void foreign(Op op) {
    const bool enter = op[1] % 4 == 0;
    const hallmark_status status = enter ? hallmark_enter_foreign(mutators_[0]) : hallmark_leave_foreign(mutators_[0]);
    EXPECT((status == HALLMARK_OK) == (enter != foreign_));
    foreign_ = enter;
  }

  /// What is refused always.
  void wrong(Op op) {
    hallmark_type number = 0;
    EXPECT(hallmark_root_create(nullptr, nullptr) == nullptr);
    if (void* const object = some_object(op[1])) EXPECT(hallmark_root_create(mutators_[1], object) == nullptr);
    EXPECT(hallmark_root_create(mutators_[0], const_cast<std::uint8_t*>(op)) == nullptr);
    EXPECT(hallmark_store(mutators_[0], reinterpret_cast<void**>(&number), nullptr) == HALLMARK_WRONG_USE);
    EXPECT(hallmark_attach(heaps_[0], "again") == nullptr);
    EXPECT(hallmark_attach(nullptr, nullptr) == nullptr);
    EXPECT(hallmark_allocate(mutators_[0], static_cast<hallmark_type>(types_.size() + op[2]), 16) == nullptr);
    EXPECT(hallmark_register_members(heaps_[0], "x", 8, nullptr, op[3] % 4 + 1U, &number) == HALLMARK_WRONG_USE);
    EXPECT(hallmark_register_references(heaps_[0], nullptr, &number) == HALLMARK_WRONG_USE);
    EXPECT(hallmark_register_traced(heaps_[0], "x", nullptr, &number) == HALLMARK_WRONG_USE);
    EXPECT(hallmark_heap_destroy(heaps_[0]) == HALLMARK_WRONG_USE);
    EXPECT(hallmark_heap_statistics(heaps_[0], nullptr) == HALLMARK_WRONG_USE);
    for (hallmark_root* const root : dead_roots_) {
      EXPECT(hallmark_root_get(root) == nullptr);
      EXPECT(hallmark_root_set(root, nullptr) == HALLMARK_WRONG_USE);
      EXPECT(hallmark_root_destroy(root) == HALLMARK_WRONG_USE);
    }
  }

  std::uint64_t collections() const {
    hallmark_statistics statistics;
    EXPECT(hallmark_heap_statistics(heaps_[0], &statistics) == HALLMARK_OK);
    return statistics.minor_collections + statistics.major_collections;
  }
  /// The heap has few pages left.
  bool full() const {
    hallmark_statistics statistics;
    EXPECT(hallmark_heap_statistics(heaps_[0], &statistics) == HALLMARK_OK);
    return statistics.pages >= 32;
  }

  /// An object that can be reached, or null.
  void* some_object(std::uint8_t which) const {
    if (roots_.empty()) return nullptr;
    void* object = roots_[which % roots_.size()].second;
    for (int hops = which / 16 % 4; hops > 0 && object != nullptr; --hops) {
      const Object& known = objects_.at(object);
      if (known.to.empty()) break;
      object = known.to.begin()->second;
    }
    return object;
  }

  std::set<void*> reachable() const {
    std::set<void*> reached;
    std::vector<void*> open;
    for (const auto& [root, target] : roots_) open.push_back(target);
    while (!open.empty()) {
      void* const object = open.back();
      open.pop_back();
      if (object == nullptr || !reached.insert(object).second) continue;
      for (const auto& [offset, target] : objects_.at(object).to) open.push_back(target);
    }
    return reached;
  }
  bool is_live(void* object) const { return reachable().count(object) != 0; }

  void forget(void* object) { objects_.erase(object); }

  /// After a collection: what can't be reached may be gone.
  void forget_unreachable() {
    const std::set<void*> reached = reachable();
    for (auto& [weak, target] : weaks_) {
      void* const now = foreign_ ? target : hallmark_weak_get(weak);
      EXPECT(now == target || now == nullptr);
      EXPECT(now == target || reached.count(target) == 0);
      if (reached.count(target) == 0) target = now;
    }
    for (auto at = objects_.begin(); at != objects_.end();) {
      at = reached.count(at->first) == 0 ? objects_.erase(at) : std::next(at);
    }
  }

  void check_all() {
    if (foreign_) return;
    for (const auto& [root, target] : roots_) EXPECT(hallmark_root_get(root) == target);
    for (void* const object : reachable()) {
      const Object& known = objects_.at(object);
      for (const std::size_t offset : known.slots) {
        const auto found = known.to.find(offset);
        EXPECT(hallmark_load(reinterpret_cast<void* const*>(static_cast<char*>(object) + offset)) ==
               (found == known.to.end() ? nullptr : found->second));
      }
    }
  }

  std::array<hallmark_heap*, 2> heaps_{};
  std::array<hallmark_mutator*, 2> mutators_{};
  hallmark_mutator* stale_mutator_ = nullptr;
  hallmark_heap* stale_heap_ = nullptr;
  bool foreign_ = false;
  std::vector<Type> types_;
  std::vector<std::pair<hallmark_root*, void*>> roots_;
  std::vector<std::pair<hallmark_weak*, void*>> weaks_;
  std::set<hallmark_root*> dead_roots_;
  std::map<void*, Object> objects_;  // that may be reached; what was freed is forgotten
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  World world(data[0]);
  for (std::size_t at = 1; at + 6 <= size && at < 6 * 300; at += 6) world.step(data + at);
  return 0;
}

#ifdef HALLMARK_FUZZ_REPLAY
#include "tests/fuzz/replay.hpp"
#endif
