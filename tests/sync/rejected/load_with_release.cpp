// rejected: is_legal\(operation_of
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  return word.load(order<"queue.read.load_word">(release));
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
