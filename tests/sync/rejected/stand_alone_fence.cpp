// rejected: is not a member of|no (member|type) named
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

void set(sync::atomic<int>& word) {
#if MISTAKE
  sync::atomic_thread_fence(seq_cst);
  (void)word;
#else
  word.store(1, order<"queue.write.store_word">(seq_cst));
#endif
}
