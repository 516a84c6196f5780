// rejected: is_legal\(operation_of
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

void set(sync::atomic<int>& word) {
#if MISTAKE
  word.store(1, order<"queue.write.store_word">(acq_rel));
#else
  word.store(1, order<"queue.write.store_word">(seq_cst));
#endif
}
