// Violations in the form in which a forge shows them beside the source.
#pragma once

#include <string>

#include "models/engine/runner/report.hpp"

namespace hallmark::check {

struct Annotation {
  std::string level = "error";  ///< or "warning"
  std::string file{};           ///< empty: not bound to a place
  int line = 0;
  std::string title{};
  std::string message{};
};

/// A GitHub workflow command: "::error file=F,line=L,title=T::message", with what must be escaped escaped.
std::string to_github(const Annotation& annotation);

/// An error for each violated scenario, at the place of the violated property, and for each entry of the gallery that
/// is not as expected; a warning for each inconclusive scenario. On standard output.
void print_github_annotations(const Report& report);

}  // namespace hallmark::check
