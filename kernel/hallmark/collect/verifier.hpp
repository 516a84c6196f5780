// Verifier: looks whether a heap is as it must be, by means of its own: it follows references with a set of its own,
// and asks for nothing that the marker or the sweep has computed but what it checks.
//
// Thread roles: one thread, while the world is stopped. It allocates ordinary memory, more than the heap has objects.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <hallmark/heap/page_heap.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

class Verifier {
 public:
  static constexpr std::size_t kMostFindings = 20;

  explicit Verifier(PageHeap& heap) : heap_(heap) {}

  /// From `roots` on: I1 and I2 of heap.hpp. `just_collected`: nothing has run since a collection, so that whatever can
  /// be reached is old. Returns what is wrong, kMostFindings at most.
  std::vector<std::string> check_references(const std::vector<Address>& roots, bool just_collected) {
    just_collected_ = just_collected;
    for (const Address root : roots) {
      if (root != nullptr) reach(root, "a root");
    }
    while (!to_visit_.empty()) {
      const Address object = to_visit_.back();
      to_visit_.pop_back();
      for_each_slot(object, [&](const Slot& slot) { check_slot(object, slot); });
    }
    return std::exchange(findings_, {});
  }

  /// I3 of heap.hpp, and what pages must be like. `just_collected` as above.
  std::vector<std::string> check_pages(bool just_collected) {
    for (PageNumber page = 0; page < heap_.page_count(); ++page) check_page(page, just_collected);
    return std::exchange(findings_, {});
  }

  /// Objects that were reached by check_references.
  std::size_t reached() const { return reached_.size(); }
  bool was_reached(Address object) const { return reached_.count(object) != 0; }

 private:
  void find(const std::string& what) {
    if (findings_.size() < kMostFindings) findings_.push_back(what);
  }

  bool is_listed(PageNumber page) const {
    // The stop orders it.
    return heap_.header(page).flags.is_dirty_listed(order<"verifier.is_listed.load_flags">(relaxed));
  }

  bool is_remembered(const std::byte* slot) const {
    const PageNumber page = heap_.page_of(slot);
    const PageHeader& header = heap_.header(page);
    if (header.kind == PageKind::small) return is_listed(page) && heap_.dirty(page).is_set(heap_.granule_in_page(slot));
    if (header.type->layout == TypeDescription::Layout::references) {
      return is_listed(page) && heap_.dirty(page).is_set(heap_.dirty_bit_of_part(slot));
    }
    return is_listed(header.first) && heap_.dirty(header.first).is_set(0);
  }

  std::string describe(const std::byte* object) const {
    return "object in page " + std::to_string(heap_.page_of(object)) + ", type \"" +
           std::string(heap_.header(heap_.page_of(object)).type->name) + "\"";
  }

  void reach(Address target, const std::string& from) {
    if (!heap_.is_object(target)) {
      find(from + " refers to what is no object");
      return;
    }
    if (!reached_.insert(target).second) return;
    to_visit_.push_back(target);
    if (just_collected_ && !heap_.is_marked(target)) find(describe(target) + " can be reached and was not marked");
  }

  void check_slot(Address object, const Slot& slot) {
    const Address target = slot.load_stopped();
    if (target == nullptr) return;
    reach(target, describe(object));
    if (!heap_.is_object(target) || !heap_.is_marked(object) || heap_.is_marked(target)) return;
    if (!is_remembered(reinterpret_cast<const std::byte*>(&slot))) {
      find(describe(object) + " is old, refers to a young object, and is not remembered");
    }
  }

  template <class See>
  void for_each_slot(Address object, See&& see) {
    const PageHeader& header = heap_.header(heap_.page_of(object));
    const TypeDescription& type = *header.type;
    switch (type.layout) {
      case TypeDescription::Layout::members:
        for (const std::uint32_t offset : type.members) see(*reinterpret_cast<const Slot*>(object + offset));
        break;
      case TypeDescription::Layout::references:
        for (std::size_t at = 0; at + sizeof(Slot) <= header.object_bytes; at += sizeof(Slot)) {
          see(*reinterpret_cast<const Slot*>(object + at));
        }
        break;
      case TypeDescription::Layout::traced: {
        auto each = [&see](const Slot& slot) { see(slot); };
        type.trace(object, header.object_bytes, SlotVisitor(each, type.context));
        break;
      }
    }
  }

  /// The cell in which a granule lies, or the large object; nullptr: none.
  Address cell_of(PageNumber page, std::size_t granule) const {
    const PageHeader& header = heap_.header(page);
    const std::size_t bytes = header.object_bytes;
    switch (header.kind) {
      case PageKind::small: {
        const std::size_t cell = granule * kGranule / bytes;
        return cell < kPageBytes / bytes ? heap_.begin_of(page) + cell * bytes : nullptr;
      }
      case PageKind::large:
      case PageKind::large_rest: return heap_.begin_of(header.first);
      case PageKind::unused: break;
    }
    return nullptr;
  }

  /// Set is the bit of an old object whose page is listed, or that of a young object or a free cell in a page that the
  /// next sweep looks at. After a collection only that of a free cell that an allocator has.
  void check_dirty_bit(PageNumber page, std::size_t bit, bool just_collected) {
    const std::string which = "page " + std::to_string(page);
    const Address cell = cell_of(page, bit);
    if (cell == nullptr) {
      find(which + " has a dirty bit where no object can be");
    } else if (just_collected) {
      if (heap_.is_object(cell)) find(which + " has an object with a dirty bit after a collection");
      if (!heap_.header(page).in_allocator)
        find(which + " has a dirty bit after a collection, and no allocator has it");
    } else if (heap_.is_marked(cell)) {
      if (!is_listed(page)) find(which + " has an old object with a dirty bit and is not listed");
    } else if (!heap_.header(heap_.page_of(cell)).is_young) {
      find(which + " has a dirty bit of no old object, and the next sweep doesn't look at it");
    }
  }

  void check_dirty_bits(PageNumber page, bool just_collected) {
    if (heap_.dirty(page).is_clean()) return;
    for (std::size_t bit = 0; bit < PageDirtyBits::kBits; ++bit) {
      if (heap_.dirty(page).is_set(bit)) check_dirty_bit(page, bit, just_collected);
    }
  }

  void check_page(PageNumber page, bool just_collected) {
    const std::string which = "page " + std::to_string(page);
    PageHeader& header = heap_.header(page);
    if (just_collected && is_listed(page)) find(which + " is remembered after a collection");
    check_dirty_bits(page, just_collected);
    for (std::size_t i = 0; i < AllocatedCells::kWords; ++i) {
      const std::uint64_t marks = heap_.marks(page).marks_of_word(i);
      const std::uint64_t cells = heap_.allocated(page).word(i);
      if ((marks & ~cells) != 0) find(which + " has a mark where no object is");
      if (marks != 0 && !header.flags.is_old()) find(which + " has an old object and counts as young");
      if (just_collected && cells != marks && !header.in_allocator) find(which + " has an object that is not old");
      if (cells != 0 && header.kind != PageKind::small && header.kind != PageKind::large) {
        find(which + " is not in use and has an object");
      }
    }
  }

  PageHeap& heap_;
  bool just_collected_ = false;
  std::unordered_set<Address> reached_;
  std::vector<Address> to_visit_;
  std::vector<std::string> findings_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE
