// What a program in C links with: the definitions of hallmark.h.
#include <hallmark/hallmark_c.hpp>
