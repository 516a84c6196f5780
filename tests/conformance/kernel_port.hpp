// The kernel as a port: the protocol of README.md over two streams.
#pragma once

#include <cstdint>
#include <istream>
#include <ostream>

namespace hallmark::conformance {

/// Answers each line of `in` by one of `out`, until `quit` or the end. Whatever a line holds, it is answered. A stress
/// run of more than `most_work` steps is unsupported.
void serve_kernel(std::istream& in, std::ostream& out, std::uint64_t most_work);

}  // namespace hallmark::conformance
