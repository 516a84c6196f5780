// The operator new of a program that is linked with refusing_new.cpp: memory is refused in one thread at a time.
#pragma once

namespace hallmark::testing {

/// After so many allocations of this thread, std::bad_alloc is thrown. -1: never.
extern thread_local int allocations_granted;

}  // namespace hallmark::testing
