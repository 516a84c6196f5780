// rejected: no matching (member )?function|too few arguments|expects
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  return word.load();
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
