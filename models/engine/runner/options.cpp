#include "models/engine/runner/options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "models/engine/runner/case.hpp"

namespace hallmark::check {

std::optional<unsigned> parse_number(std::string_view text) {
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

Shard parse_shard(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::optional<unsigned> index = parse_number(text.substr(0, slash));
  const std::optional<unsigned> total = parse_number(text.substr(std::min(slash + 1, text.size())));
  if (!index || !total || *index < 1 || *index > *total) {
    throw UsageError{fmt::format("bad shard \"{}\": expected I/N with 1 <= I <= N, as in 2/4", text)};
  }
  return {*index, *total};
}

}  // namespace hallmark::check
