// The conformance protocol (tests/conformance/README.md) as the kernel's port and the C11 port read it. Whatever the
// bytes, each line is answered by one line of text; and where both have made the same object, they answer the same.
//
// An input is what is written to a port.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/conformance/kernel_port.hpp"

extern "C" {
#include "tests/conformance/c11/port.h"
}

namespace {

// Threads are what costs.
constexpr std::uint64_t kMostWork = 8;
constexpr std::ptrdiff_t kMostStressRuns = 1;

[[noreturn]] void fail(std::string_view request, std::string_view what, std::string_view kernel, std::string_view c11) {
  std::fprintf(stderr, "conformance_fuzz: \"%.*s\": %.*s\n  kernel: %.*s\n  C11:    %.*s\n",
               static_cast<int>(request.size()), request.data(), static_cast<int>(what.size()), what.data(),
               static_cast<int>(kernel.size()), kernel.data(), static_cast<int>(c11.size()), c11.data());
  std::abort();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> answers_of_kernel(const std::string& requests) {
  std::istringstream in(requests);
  std::ostringstream out;
  hallmark::conformance::serve_kernel(in, out, kMostWork);
  return lines_of(out.str());
}

std::vector<std::string> answers_of_c11(const std::string& requests) {
  // A stream of no bytes can't be opened.
  const std::string input = requests + '\n';
  std::FILE* const in = fmemopen(const_cast<char*>(input.data()), input.size() - (requests.empty() ? 0 : 1), "r");
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* const out = open_memstream(&text, &size);
  if (in == nullptr || out == nullptr) fail("", "no stream", "", "");
  hm_port_serve(in, out, kMostWork);
  std::fclose(in);
  std::fclose(out);
  const std::string answers(text, size);
  std::free(text);
  return lines_of(answers);
}

bool is_text(const std::string& answer) {
  for (const char c : answer) {
    if (c < ' ' || c > '~') return false;
  }
  return !answer.empty();
}

bool is_error(const std::string& answer) { return answer.starts_with("error"); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  const std::vector<std::string> requests = lines_of(input);
  const auto is_stress = [](const std::string& request) { return request.starts_with("stress "); };
  if (std::count_if(requests.begin(), requests.end(), is_stress) > kMostStressRuns) return 0;
  const std::vector<std::string> kernel = answers_of_kernel(input);
  const std::vector<std::string> c11 = answers_of_c11(input);
  bool same_object = true;  // so far each has none
  std::size_t i = 0;
  for (; i < requests.size() && requests[i] != "quit"; ++i) {
    if (i >= kernel.size() || i >= c11.size()) fail(requests[i], "is not answered", "", "");
    const auto wrong = [&](std::string_view what) { fail(requests[i], what, kernel[i], c11[i]); };
    if (!is_text(kernel[i]) || !is_text(c11[i])) wrong("the answer is not a line of text");
    const bool one_refuses = kernel[i] == "unsupported" || c11[i] == "unsupported";
    if (requests[i].starts_with("new ") && !is_error(kernel[i])) {
      same_object = kernel[i] == c11[i];
      if (!same_object && !one_refuses) wrong("the answers differ");
    } else if (is_stress(requests[i]) && !is_error(kernel[i])) {
      same_object = true;  // the object before is gone
      if (kernel[i] != c11[i] && !one_refuses) wrong("the answers differ");
    } else if (same_object && kernel[i] != c11[i] && !kernel[i].starts_with("port 1 ")) {
      wrong("the answers differ");
    }
  }
  if (kernel.size() != i || c11.size() != i) fail(input, "there are more answers than requests", "", "");
  return 0;
}

#ifdef HALLMARK_FUZZ_REPLAY
#include "tests/fuzz/replay.hpp"
#endif
