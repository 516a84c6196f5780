// rejected: is_legal\(operation_of
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

void set(sync::atomic<int>& word) {
#if MISTAKE
  word.store(1, order<"queue.write.store_word">(acquire));
#else
  word.store(1, order<"queue.write.store_word">(release));
#endif
}
