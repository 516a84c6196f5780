// rejected: no matching (member )?function|no match for|cannot convert|could not convert|no viable conversion|no known
// conversion
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

void set(sync::atomic<int>& word) {
#if MISTAKE
  word.store(1, order<"queue.write.rmw_word">(release));
#else
  word.store(1, order<"queue.write.store_word">(release));
#endif
}
