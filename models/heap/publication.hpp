// What scenarios use to hand an object to another thread where no part of the kernel does it: a reference that a
// mutator stores, a barrier between two phases.
#pragma once

#include <hallmark/sync/sync.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE::model {

/// A flag with release and acquire. It is the scenario's own and not judged: its labels have the prefix of those sites
/// that don't belong to the kernel.
class Publication {
 public:
  void publish() { flag_.store(true, order<"gallery_publication.publish.store_flag">(release)); }
  /// True: the caller sees everything that came before publish().
  bool received() const { return flag_.load(order<"gallery_publication.received.load_flag">(acquire)); }

 private:
  sync::atomic<bool> flag_;
};

}  // namespace hallmark::inline HALLMARK_NAMESPACE::model
