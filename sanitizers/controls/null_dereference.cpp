// A member is read through a null pointer; correct through one that names an object.
#include <cstdio>

#include "sanitizers/controls/control.hpp"

namespace {

struct Node {
  Node* next;
  int value;
};

void read(const Node* node) { std::printf("%d\n", hallmark::control::opaque(node)->value); }

}  // namespace

int main(int argc, char** argv) {
  return hallmark::control::run(
      argc, argv, [] { read(nullptr); },
      [] {
        const Node node{nullptr, 3};
        read(&node);
      });
}
