// Live progress: a bar that is redrawn on a terminal, a plain line for each finished piece elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hallmark::check {

class Progress {
 public:
  /// `unit` is what is counted, in the plural: "scenarios".
  Progress(std::size_t total, std::string unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// One piece is finished; `line` tells its result.
  void finished(const std::string& line);
  /// Executions so far, of finished and of running work.
  void update(std::uint64_t executions);

 private:
  void draw() const;

  std::size_t total_;
  std::size_t finished_ = 0;
  std::uint64_t executions_ = 0;
  std::string unit_;
  bool terminal_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace hallmark::check
