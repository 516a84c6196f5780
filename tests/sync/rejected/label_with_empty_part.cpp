// rejected: is_well_formed\(L
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  return word.load(order<"queue..load_word">(acquire));
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
