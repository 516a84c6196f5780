// The words in which an event is told.
#pragma once

#include <string>

#include "models/engine/core/trace.hpp"

namespace hallmark::check {

/// Does it read a value?
bool is_read(EventKind kind);

/// What the event did, without the site, its order and the source of the value: "reads 7", "0 -> 1", "lock #1".
std::string effect_in_words(const Event& event);

}  // namespace hallmark::check
