// rejected: no matching (member )?function|no match for|cannot convert|no known conversion
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  return word.load(std::memory_order_acquire);
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
