// The kernel's queue behind four C functions; hand_written.cpp has the same four.
#include <hallmark/mark/steal_queue.hpp>

using Queue = hallmark::StealQueue<std::uint64_t, 1024>;

extern "C" bool queue_push(Queue* queue, std::uint64_t item) { return queue->push(item); }

extern "C" bool queue_pop(Queue* queue, std::uint64_t* item) {
  const std::optional<std::uint64_t> popped = queue->pop();
  if (popped) *item = *popped;
  return popped.has_value();
}

extern "C" int queue_steal(Queue* queue, std::uint64_t* item) {
  const hallmark::StealResult<std::uint64_t> result = queue->steal();
  *item = result.item;
  return static_cast<int>(result.outcome);
}

extern "C" std::size_t queue_size(const Queue* queue) { return queue->size(); }
