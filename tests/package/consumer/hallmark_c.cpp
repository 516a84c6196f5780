/* Defines the C interface for list.c. */
#include <hallmark/hallmark_c.hpp>
