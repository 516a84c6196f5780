// The arena's oracle: a heap of ordinary containers that predicts every block, place, reference and root, and a
// lockstep that does each operation to both and says where they differ.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "tests/arena/types.hpp"

namespace hallmark::testing {

/// What the heap must be: its blocks in address order, free ones among them.
struct Model {
  static constexpr int kNobody = -1;
  static constexpr std::size_t kMostReferences = 6;

  struct Block {
    int id = kNobody;  // kNobody: free
    std::uint32_t tag = 0;
    std::uint32_t units = 0;
    std::uint32_t count = 0;  // references in use
    std::array<int, kMostReferences> references{};
    bool reached = false;
  };

  std::vector<Block> blocks;
  std::vector<int> roots;
  std::uint32_t capacity = 0;  // units that blocks may take
  std::uint32_t finalized = 0;
  int next_id = 0;

  std::uint32_t units() const {
    std::uint32_t sum = 0;
    for (const Block& block : blocks) sum += block.units;
    return sum;
  }

  Block* find(int id) {
    for (Block& block : blocks) {
      if (block.id == id) return &block;
    }
    return nullptr;
  }

  bool is_referenced(int id) const {
    for (const int root : roots) {
      if (root == id) return true;
    }
    for (const Block& block : blocks) {
      if (block.id == kNobody) continue;
      for (std::uint32_t i = 0; i < block.count; ++i) {
        if (block.references[i] == id) return true;
      }
    }
    return false;
  }

  void reach(int id) {
    if (id == kNobody) return;
    Block* const block = find(id);
    if (block->reached) return;
    block->reached = true;
    for (std::uint32_t i = 0; i < block->count; ++i) reach(block->references[i]);
  }

  void finalize(const Block& block) { finalized += block.tag == 1 ? 1 : 0; }

  /// Frees what no root reaches, merges free neighbours, drops those at the end.
  void collect() {
    for (Block& block : blocks) block.reached = false;
    for (const int root : roots) reach(root);
    std::vector<Block> swept;
    for (Block& block : blocks) {
      if (block.reached) {
        swept.push_back(block);
        continue;
      }
      if (block.id != kNobody) finalize(block);
      if (!swept.empty() && swept.back().id == kNobody) {
        swept.back().units += block.units;
      } else {
        swept.push_back({kNobody, 0, block.units, 0, {}, false});
      }
    }
    if (!swept.empty() && swept.back().id == kNobody) swept.pop_back();
    blocks = std::move(swept);
  }

  void compact() {
    collect();
    std::erase_if(blocks, [](const Block& block) { return block.id == kNobody; });
  }
};

/// Does each operation to an arena and to its model. Positions count the blocks that are not free, from the oldest.
template <class A>
class Lockstep {
 public:
  /// Of an arena that is empty.
  explicit Lockstep(A& arena) : arena_(arena), finalized_before_(Leaf::finalized) {
    model_.capacity = arena.usable_units();
  }

  Model& model() { return model_; }
  std::size_t live() const {
    std::size_t count = 0;
    for (const auto& block : model_.blocks) count += block.id != Model::kNobody ? 1 : 0;
    return count;
  }

  /// The model block at the position.
  Model::Block& block(std::size_t position) {
    for (auto& block : model_.blocks) {
      if (block.id != Model::kNobody && position-- == 0) return block;
    }
    return model_.blocks.front();
  }

  HeapIndex index_of(int id) {
    if (id == Model::kNobody) return HeapIndex();
    std::uint32_t unit = arena_.first_unit();
    for (const auto& block : model_.blocks) {
      if (block.id == id) return arena_.index_at(unit);
      unit += block.units;
    }
    return HeapIndex();
  }

  /// Kind 0 is a Leaf, 1 a Pair, 2 an Array of `elements` (even).
  void allocate(int kind, std::uint32_t elements, bool may_collect) {
    const std::uint32_t payload = kind == 0 ? 4 : kind == 1 ? 12 : 8 + elements * 4;
    const std::uint32_t units = 1 + (payload + 7) / 8;
    const ArenaAllocation allocation = kind == 0   ? call<Leaf>(0, may_collect)
                                       : kind == 1 ? call<Pair>(0, may_collect)
                                                   : call<Array>(elements * 4, may_collect);
    if (may_collect) {
      if (A::kStressed) {
        model_.compact();
      } else if (model_.units() + units > model_.capacity) {
        model_.compact();
      }
    }
    const bool fits = model_.units() + units <= model_.capacity;
    expect(fits == (allocation.status == ArenaStatus::ok), "allocate: ok iff it fits");
    expect(fits == !allocation.index.is_null(), "allocate: null iff refused");
    if (!fits) {
      expect(allocation.status == ArenaStatus::out_of_memory, "allocate: refused as out of memory");
      return;
    }
    const int id = model_.next_id++;
    model_.blocks.push_back({id,
                             static_cast<std::uint32_t>(kind) + 1,
                             units,
                             kind == 0   ? 0
                             : kind == 1 ? 2U
                                         : elements,
                             {-1, -1, -1, -1, -1, -1},
                             false});
    expect(allocation.index == index_of(id), "allocate: at the top");
    const auto stored = static_cast<std::uint32_t>(id);
    std::memcpy(arena_.payload_at(allocation.index.unit()), &stored, sizeof stored);
  }

  void link(std::size_t from, std::uint32_t slot, std::size_t to) { store(from, slot, block(to).id); }
  void unlink(std::size_t from, std::uint32_t slot) { store(from, slot, Model::kNobody); }

  void root(std::size_t position) {
    const int id = block(position).id;
    const std::uint16_t slot = arena_.roots().take(index_of(id));
    expect((slot == RootTable<1>::kNone) == (model_.roots.size() == A::kRootSlots), "root: refused iff full");
    if (slot == RootTable<1>::kNone) return;
    model_.roots.push_back(id);
    slots_.push_back(slot);
  }

  void unroot(std::size_t number) {
    arena_.roots().release(slots_[number]);
    slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(number));
    model_.roots.erase(model_.roots.begin() + static_cast<std::ptrdiff_t>(number));
  }

  void collect() {
    arena_.collect();
    model_.collect();
  }

  void compact(Forwarding forwarding) {
    arena_.compact(forwarding);
    model_.compact();
    expect(arena_.first_unit() == 0, "compact: the heap starts at zero");
  }

  /// Frees the newest block, if it may be freed.
  void free_last() {
    const Model::Block last = model_.blocks.back();
    const ArenaStatus status = arena_.free_last(index_of(last.id));
    expect(status == ArenaStatus::ok, "free_last: ok");
    model_.finalize(last);
    model_.blocks.pop_back();
  }

  /// Cuts the last block, an Array, to `elements` (even).
  void shrink_last(std::uint32_t elements) {
    Model::Block& last = model_.blocks.back();
    const bool fits = elements <= last.count;
    const ArenaStatus status = arena_.shrink(index_of(last.id), 8 + elements * 4);
    expect(status == (fits ? ArenaStatus::ok : ArenaStatus::bad_size), "shrink: ok iff not larger");
    if (!fits) return;
    last.count = elements;
    last.units = 1 + (8 + elements * 4 + 7) / 8;
  }

  /// Empty, or the first disagreement between the arena and its model.
  const std::string& mismatch() {
    if (mismatch_.empty()) compare();
    return mismatch_;
  }

  /// For searches that go back: what was true when `saved` was copied from this. The arena is put back elsewhere.
  struct Saved {
    Model model;
    std::vector<std::uint16_t> slots;
    std::uint32_t finalized;
  };
  Saved save() const { return {model_, slots_, Leaf::finalized}; }
  void restore(const Saved& saved) {
    model_ = saved.model;
    slots_ = saved.slots;
    Leaf::finalized = saved.finalized;
  }

 private:
  template <class T>
  ArenaAllocation call(std::size_t extra, bool may_collect) {
    return may_collect ? arena_.template allocate<T>(extra) : arena_.template try_allocate<T>(extra);
  }

  void expect(bool holds, const char* what) {
    if (!holds && mismatch_.empty()) mismatch_ = what;
  }

  static HeapIndex& reference(std::uint32_t tag, void* object, std::uint32_t slot) {
    if (tag == 2) return slot == 0 ? static_cast<Pair*>(object)->first : static_cast<Pair*>(object)->second;
    return Array::elements(*static_cast<Array*>(object))[slot];
  }

  void store(std::size_t from, std::uint32_t slot, int to) {
    Model::Block& source = block(from);
    reference(source.tag, arena_.payload_at(index_of(source.id).unit()), slot) = index_of(to);
    source.references[slot] = to;
  }

  HeapIndex placed(int id) const {
    return id == Model::kNobody ? HeapIndex() : arena_.index_at(places_[static_cast<std::size_t>(id)]);
  }

  void compare() {
    places_.resize(static_cast<std::size_t>(model_.next_id));
    std::uint32_t place = arena_.first_unit();
    for (const auto& block : model_.blocks) {
      if (block.id != Model::kNobody) places_[static_cast<std::size_t>(block.id)] = place;
      place += block.units;
    }
    std::uint32_t unit = arena_.first_unit();
    for (const auto& block : model_.blocks) {
      if (unit >= arena_.top_unit()) return expect(false, "the heap ends before the model does");
      const BlockHeader& header = arena_.header_at(unit);
      expect(!header.is_marked(), "a mark is left over");
      expect(header.reserved() == 0, "reserved bits are left over");
      expect(header.tag() == block.tag, "a block has another tag");
      expect(header.units() == block.units, "a block has another size");
      if (!mismatch_.empty()) return;
      if (block.id != Model::kNobody) {
        std::uint32_t id = 0;
        std::memcpy(&id, arena_.payload_at(unit), sizeof id);
        expect(id == static_cast<std::uint32_t>(block.id), "a block has another content");
        for (std::uint32_t i = 0; i < block.count && mismatch_.empty(); ++i) {
          expect(reference(block.tag, arena_.payload_at(unit), i) == placed(block.references[i]),
                 "a reference leads elsewhere");
        }
      }
      unit += block.units;
    }
    expect(unit == arena_.top_unit(), "the heap's top is higher than the model's");
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      expect(arena_.roots()[slots_[i]] == placed(model_.roots[i]), "a root leads elsewhere");
    }
    expect(arena_.roots().in_use() == slots_.size(), "another number of roots");
    expect(Leaf::finalized - finalized_before_ == model_.finalized, "another number of finalisers ran");
  }

  A& arena_;
  Model model_;
  std::vector<std::uint16_t> slots_;
  std::string mismatch_;
  std::vector<std::uint32_t> places_;  // by id: the unit of the block
  std::uint32_t finalized_before_;
};

}  // namespace hallmark::testing
