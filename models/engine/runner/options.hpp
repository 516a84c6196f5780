// What the command line asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hallmark::check {

struct Shard {
  unsigned index = 1;  ///< 1..total
  unsigned total = 1;
};

/// A whole text as a decimal number.
std::optional<unsigned> parse_number(std::string_view text);

/// "2/4". Throws UsageError for anything else.
Shard parse_shard(std::string_view text);

struct RunOptions {
  std::vector<std::string> patterns;
  std::string engine = "all";
  std::uint64_t executions = 0;   ///< of each scenario on a sampling engine
  std::optional<double> seconds;  ///< instead: wall time of the whole run
  unsigned jobs = 0;              ///< worker processes; 0: one a core
  std::uint64_t seed = 1;         ///< number of the first execution
  Shard shard;
  std::string mutant = "-";  ///< run: weaken this site
  std::string json{};        ///< files to write; empty: none
  std::string junit{};
  std::string html{};
  std::string write_ledger{};
  std::string check_ledger{};
  std::string annotations{};  ///< "github": print what is wrong in that form
  bool fail_fast = false;
  double hang_seconds = 60;
};

}  // namespace hallmark::check
