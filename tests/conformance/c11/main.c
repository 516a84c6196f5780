#include "port.h"

int main(void) {
  hm_port_serve(stdin, stdout, (uint64_t)1 << 24);
  return 0;
}
