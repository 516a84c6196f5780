// The collector, for programs: everything that a user of the library includes.
//
// Read next: collect/heap.hpp.
#pragma once

#include <hallmark/collect/mutator.hpp>
