// The kernel's grey set under the model checkers. What runs and what must hold: grey_set_scenarios.hpp.
#include "models/mark/grey_set_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::grey_set_model {
namespace {

const RegisterScenario<SameWord> same_word;
const RegisterScenario<TwoWords> two_words;
const RegisterScenario<TwoPages> two_pages;
const RegisterScenario<TwoAdders> two_adders;
const RegisterScenario<TwoTakers> two_takers;
const RegisterScenario<TwoTakersTwoWords> two_takers_two_words;
const RegisterScenario<Looker> looker;
const RegisterScenario<Reset> reset;

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::grey_set_model
