// rejected: no matching (member )?function|no match for|cannot convert|could not convert|no known conversion|no viable
// conversion
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

bool swap(sync::atomic<int>& word, int expected) {
#if MISTAKE
  return word.compare_exchange_strong(expected, 1, order<"queue.take.cas_fail_word">(seq_cst),
                                      order<"queue.take.cas_word">(relaxed));
#else
  return word.compare_exchange_strong(expected, 1, order<"queue.take.cas_word">(seq_cst),
                                      order<"queue.take.cas_fail_word">(relaxed));
#endif
}
