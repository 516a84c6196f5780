// rejected: no match for|no viable overloaded|invalid operands|deleted
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

void set(sync::atomic<int>& word) {
#if MISTAKE
  word = 1;
#else
  word.store(1, order<"queue.write.store_word">(release));
#endif
}
