// Every site of the kernel, instantiated: primitives as a whole, the rest by using the collector.
#include <hallmark/heap/dirty_bits.hpp>
#include <hallmark/heap/mark_bitmap.hpp>
#include <hallmark/mark/inbox.hpp>
#include <hallmark/mark/steal_queue.hpp>
#include <hallmark/mark/terminator.hpp>

template class hallmark::StealQueue<std::uint64_t, 1024>;
template class hallmark::Inbox<std::uint64_t, 2>;
template class hallmark::Terminator<4>;
template class hallmark::DirtyBits<256>;
template class hallmark::MarkBitmap<256>;

#ifndef HALLMARK_WEAKENED_ALONE
#include <hallmark/hallmark.hpp>
#include <hallmark/hallmark_c.hpp>

using Segments = hallmark::ParallelMarker::Segments;
template class hallmark::Worklist<Segments>;
template class hallmark::PerThreadMarkQueue<Segments, hallmark::MarkLimits>;
template class hallmark::DirtyPages<hallmark::PageHeader>;

struct Node {
  hallmark::Ref<Node> next;
  static constexpr auto kReferences = hallmark::references(&Node::next);
};

Node* use(hallmark::Mutator& mutator, Node& node, Node* target) {
  node.next.store(mutator, target);
  return node.next.load();
}

void use(hallmark::Heap& heap, hallmark::Slot& slot) {
  auto mutator = heap.attach();
  hallmark::Root<Node> root(mutator, mutator.make<Node>());
  use(mutator, *root.get(), mutator.make<Node>());
  slot.store_stopped(nullptr);
  heap.collect(hallmark::Minor);
  heap.collect(hallmark::Major);
}

std::uint64_t take(hallmark::DirtyBits<256>& bits) { return bits.take_word(0); }
#endif
