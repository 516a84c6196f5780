/* The C11 port as a program: the protocol of tests/conformance/README.md over two streams. */
#ifndef HM_PORT_H
#define HM_PORT_H

#include <stdint.h>
#include <stdio.h>

/* Answers each line of `in` by one of `out`, until `quit` or the end. Whatever a line holds, it is answered. A stress
 * run of more than `most_work` steps is unsupported. One call at a time. */
void hm_port_serve(FILE* in, FILE* out, uint64_t most_work);

#endif
