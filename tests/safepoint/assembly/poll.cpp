// What a poll costs: assembly_test.cmake looks at the instructions.
#include <hallmark/safepoint/safepoint.hpp>

extern "C" void poll_once(hallmark::Safepoint& safepoint, hallmark::MutatorState& self) { safepoint.poll(self); }

// The look must see a call.
extern "C" void enter_foreign_once(hallmark::Safepoint& safepoint, hallmark::MutatorState& self) {
  safepoint.enter_foreign(self);
}
