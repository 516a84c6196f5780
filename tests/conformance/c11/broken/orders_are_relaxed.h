/* Control: every order of the port is relaxed. The kit passes it where nothing else runs; the explorer refutes it. */
#define HM_ATOMICS "broken/relaxed_atomics.h"
