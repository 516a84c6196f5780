// I1: a full inbox drops the item.
//
// Capacity 1, two senders: the first fills the cell. The second finds no room and goes on as if it had handed its item
// over: nobody has it any more.
#include "models/mark/inbox_scenarios.hpp"

namespace hallmark::inline HALLMARK_NAMESPACE::gallery {
namespace {

/// Wrong: the sender is not told that its item was refused.
template <class T, std::size_t N>
class DroppingInbox : public Inbox<T, N> {
 public:
  bool push(T item, std::size_t first) {
    static_cast<void>(Inbox<T, N>::push(item, first));
    return true;
  }
};

const check::RegisterGalleryEntry entry{{.id = "I1", .what = "a full inbox drops the item"}};
const RegisterScenario<inbox_model::Full<DroppingInbox<char, 1>>> full{"I1"};
const RegisterScenario<inbox_model::TwoSenders<DroppingInbox<char, 1>>> two_senders{"I1"};

}  // namespace
}  // namespace hallmark::inline HALLMARK_NAMESPACE::gallery
