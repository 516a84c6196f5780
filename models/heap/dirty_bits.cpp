// The kernel's dirty bits under the model checkers. What runs and what must hold: dirty_bits_scenarios.hpp.
#include "models/heap/dirty_bits_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::dirty_bits_model {
namespace {

const RegisterScenario<BitAndFlag<DirtyBits<64>>> bit_and_flag;
const RegisterScenario<NeighbouringBits<DirtyBits<64>>> neighbouring_bits;
const RegisterScenario<PresetBesideSet<DirtyBits<128>>> preset_beside_set;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::dirty_bits_model
