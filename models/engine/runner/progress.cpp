#include "models/engine/runner/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "models/engine/runner/report.hpp"

namespace hallmark::check {

Progress::Progress(std::size_t total, std::string unit)
    : total_(total),
      unit_(std::move(unit)),
      terminal_(isatty(STDERR_FILENO) != 0),
      started_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (terminal_) fmt::print(stderr, "\r\033[K");
}

void Progress::finished(const std::string& line) {
  ++finished_;
  if (terminal_) {
    draw();
  } else {
    fmt::print(stderr, "[{}/{}] {}\n", finished_, total_, line);
  }
}

void Progress::update(std::uint64_t executions) {
  executions_ = executions;
  if (terminal_) draw();
}

void Progress::draw() const {
  constexpr std::size_t kWidth = 30;
  const std::size_t filled = total_ == 0 ? kWidth : finished_ * kWidth / total_;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  fmt::print(stderr, "\r\033[K[{:#<{}}{:.<{}}] {}/{} {}, {} executions, {:.0f} s", "", filled, "", kWidth - filled,
             finished_, total_, unit_, short_count(static_cast<double>(executions_)), seconds);
  std::fflush(stderr);
}

}  // namespace hallmark::check
