// rejected: not a constant|constant expression|cannot .*read|no matching|invalid explicitly|not usable in a constant
#include <hallmark/sync/sync.hpp>

using namespace hallmark;

int value(const sync::atomic<int>& word) {
#if MISTAKE
  static const char* label = "queue.read.load_word";
  return word.load(order<label>(acquire));
#else
  return word.load(order<"queue.read.load_word">(acquire));
#endif
}
