#include "models/engine/explorer/fiber.hpp"

#include <sys/mman.h>

#include <boost/context/detail/fcontext.hpp>
#include <new>

namespace hallmark::explorer_engine {
namespace {

namespace context = boost::context::detail;

constexpr std::size_t kStack = 256 * 1024;
constexpr std::size_t kGuard = 4096;  // at the low end: an overflow faults

}  // namespace

struct FiberEntry {
  static void run(context::transfer_t transfer) {
    auto* fiber = static_cast<Fiber*>(transfer.data);
    fiber->caller_ = transfer.fctx;
    fiber->enter();
  }
};

Fiber::Fiber()
    : stack_(
          mmap(nullptr, kGuard + kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
  if (stack_ == MAP_FAILED || mprotect(stack_, kGuard, PROT_NONE) != 0) throw std::bad_alloc();
}

Fiber::~Fiber() { munmap(stack_, kGuard + kStack); }

void Fiber::start(Body body, void* argument) {
  body_ = body;
  argument_ = argument;
  finished_ = false;
  context_ = context::make_fcontext(static_cast<char*>(stack_) + kGuard + kStack, kStack, &FiberEntry::run);
}

void Fiber::resume() { context_ = context::jump_fcontext(context_, this).fctx; }

void Fiber::suspend() { caller_ = context::jump_fcontext(caller_, this).fctx; }

void Fiber::enter() {
  body_(argument_);
  finished_ = true;
  for (;;) suspend();
}

}  // namespace hallmark::explorer_engine
