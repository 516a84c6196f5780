#include <hallmark/mark/steal_queue.hpp>

#include <cstdio>
#include <thread>

int main() {
  hallmark::StealQueue<int, 8> queue;
  if (!queue.push(1) || !queue.push(2)) return 1;
  int stolen = 0;
  std::thread([&] { stolen = queue.steal().item; }).join();
  const int popped = queue.pop().value_or(0);
  std::printf("stolen %d, popped %d\n", stolen, popped);
  return stolen == 1 && popped == 2 ? 0 : 1;
}
