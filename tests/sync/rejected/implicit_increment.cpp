// rejected: no match for|cannot increment|operator\+\+
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

void set(sync::atomic<int>& word) {
#if MISTAKE
  word++;
#else
  word.fetch_add(1, order<"queue.count.rmw_word">(relaxed));
#endif
}
