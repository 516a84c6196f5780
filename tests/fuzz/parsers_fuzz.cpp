// What hallmark-check reads: replay tokens, orders of mutants, and the reports that `merge` joins. Whatever the bytes,
// they are read or refused with a text; what was read, and is written again, is read as the same.
//
// An input's first byte says which parser; the rest is the text.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "models/engine/runner/case.hpp"
#include "models/engine/runner/report.hpp"

namespace {

using namespace hallmark::check;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "parsers_fuzz: %s\n", what);
  std::abort();
}

/// A file without a name.
class File {
 public:
  explicit File(std::string_view text) : file_(memfd_create("report", 0)) {
    expect(write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "no file");
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(file_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  const int file_;
};

void token(std::string_view text) {
  try {
    static_cast<void>(parse_token(text));
    // No scenario is in this program.
    expect(false, "a token names a scenario that isn't there");
  } catch (const UsageError& error) {
    expect(error.message.find("replay token") != std::string::npos, "a refusal doesn't say what is wrong");
  }
}

void report(std::string_view text) {
  const File file(text);
  try {
    const Report read = read_json(file.path());
    const std::string written = to_json(read).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const File again(written);
    const Report second = read_json(again.path());
    expect(to_json(second).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) == written,
           "a report is read as another one than was written");
    static_cast<void>(read.exit());
  } catch (const UsageError& error) {
    expect(error.message.find("is not a report") != std::string::npos, "a refusal doesn't say what is wrong");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: token(text); break;
    case 1: {
      const auto mutant = Mutant::parse(text);
      expect(!mutant || mutant->site == nullptr, "a mutant of a site that isn't there");
      break;
    }
    default: report(text);
  }
  return 0;
}

#ifdef HALLMARK_FUZZ_REPLAY
#include "tests/fuzz/replay.hpp"
#endif
