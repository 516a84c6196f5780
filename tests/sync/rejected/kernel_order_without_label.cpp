// rejected: no matching (member )?function|no match for|cannot convert|no known conversion|no viable conversion
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  return word.load(acquire);
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
