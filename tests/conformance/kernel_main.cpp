#include <iostream>

#include "tests/conformance/kernel_port.hpp"

int main() { hallmark::conformance::serve_kernel(std::cin, std::cout, std::uint64_t{1} << 24); }
