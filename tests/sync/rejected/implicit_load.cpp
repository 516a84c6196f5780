// rejected: cannot convert|no viable conversion
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  return word;
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
