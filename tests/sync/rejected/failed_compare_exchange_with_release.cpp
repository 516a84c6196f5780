// rejected: is_legal\(operation_of
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

bool swap(sync::atomic<int>& word, int expected) {
#if MISTAKE
  return word.compare_exchange_weak(expected, 1, order<"queue.take.cas_word">(acq_rel),
                                    order<"queue.take.cas_fail_word">(release));
#else
  return word.compare_exchange_weak(expected, 1, order<"queue.take.cas_word">(acq_rel),
                                    order<"queue.take.cas_fail_word">(acquire));
#endif
}
