// The kernel's inbox under the model checkers. What runs and what must hold: inbox_scenarios.hpp.
#include "models/mark/inbox_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::inbox_model {
namespace {

template <template <class> class Scenario, std::size_t N>
using Kernel = RegisterScenario<Scenario<Inbox<char, N>>>;

const Kernel<Publication, 1> publication;
const Kernel<Full, 1> full;
const Kernel<Refill, 1> refill;
const Kernel<TwoSenders, 1> two_senders;
const Kernel<TwoCells, 2> two_cells;
const Kernel<WrapAround, 2> wrap_around;
const Kernel<ThreeSenders, 2> three_senders;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::inbox_model
