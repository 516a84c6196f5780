// Memory that nothing points to at exit; correct when it is deleted.
#include "sanitizers/controls/control.hpp"

namespace {

[[gnu::noinline]] void drop() { hallmark::control::opaque(new int[16]); }

[[gnu::noinline]] void release() { delete[] hallmark::control::opaque(new int[16]); }

}  // namespace

int main(int argc, char** argv) { return hallmark::control::run(argc, argv, drop, release); }
