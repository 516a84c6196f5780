// The only switch: which backend stands behind sync::atomic, sync::plain, sync::mutex and order<>.
//
// A translation unit that defines HALLMARK_BACKEND (the header to include) before the first kernel header runs the
// same kernel on that backend: the model checkers do, and stress builds do. The backend names its namespace in
// HALLMARK_NAMESPACE; all of the kernel lies inside it,
//
//     namespace hallmark::inline HALLMARK_NAMESPACE { ... }
//
// so that two backends in one program are different entities to the linker.
//
// A backend provides, in hallmark::HALLMARK_NAMESPACE::sync:
//   order<"label">(order constant)   the order of a site; the label's kind must match the operation
//   atomic<T>                        load, store, exchange, fetch_add/sub/or/and, compare_exchange_strong/weak
//   plain<T>                         read, write: shared data that a race would corrupt
//   mutex, condition                 ranked lock and the condition variable that goes with it
//   kChecked                         checks that cost time are wanted
//   expect_no_lock_held              reports that the calling thread holds a lock (if checked)
//   report_misuse                    reports a call that a contract forbids; does not return
//
// Read next: vocabulary.hpp, production.hpp, mutex.hpp.
#pragma once

#ifndef HALLMARK_BACKEND
#define HALLMARK_BACKEND <hallmark/sync/production.hpp>
#endif

#include HALLMARK_BACKEND

#include <hallmark/sync/vocabulary.hpp>

namespace hallmark::inline HALLMARK_NAMESPACE {

using sync::order;
using vocabulary::acq_rel;
using vocabulary::acquire;
using vocabulary::relaxed;
using vocabulary::release;
using vocabulary::seq_cst;

}  // namespace hallmark::inline HALLMARK_NAMESPACE
