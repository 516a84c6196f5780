#include "tests/faults/injector.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

namespace hallmark::testing {
namespace {

constexpr std::size_t kMostSites = 4096;

std::atomic<bool> active{false};
std::atomic<std::uint64_t> occasion{0};
Injector::Plan plan;  // written while not active
std::array<std::atomic<std::uint64_t>, Injector::kKinds> occasions;
std::array<std::atomic<std::uint64_t>, Injector::kKinds> refused;
std::array<std::atomic<const void*>, kMostSites> sites;

void note_site(const void* site) noexcept {
  for (std::size_t i = reinterpret_cast<std::uintptr_t>(site) % kMostSites, tried = 0; tried < kMostSites;
       i = (i + 1) % kMostSites, ++tried) {
    const void* expected = nullptr;
    if (sites[i].compare_exchange_strong(expected, site) || expected == site) return;
  }
}

}  // namespace

void Injector::begin(Plan next) {
  active = false;
  plan = next;
  occasion = 0;
  for (auto& count : occasions) count = 0;
  for (auto& count : refused) count = 0;
  for (auto& site : sites) site = nullptr;
  active = true;
}

Injector::Seen Injector::end() {
  active = false;
  Seen seen;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    seen.occasions[kind] = occasions[kind];
    seen.refused[kind] = refused[kind];
  }
  for (const auto& site : sites) seen.sites += site != nullptr ? 1 : 0;
  return seen;
}

bool Injector::set_active(bool now) noexcept { return active.exchange(now); }

bool Injector::refuses(Kind kind, const void* site) noexcept {
  if (!active) return false;
  note_site(site);
  const std::uint64_t number = occasion.fetch_add(1);
  ++occasions[static_cast<std::size_t>(kind)];
  if (number != plan.first && !(plan.all_after && number > plan.first)) return false;
  ++refused[static_cast<std::size_t>(kind)];
  return true;
}

}  // namespace hallmark::testing

using hallmark::testing::Injector;

namespace {

void* allocate(std::size_t bytes, const void* site) noexcept {
  if (Injector::refuses(Injector::Kind::object, site)) return nullptr;
  return std::malloc(bytes == 0 ? 1 : bytes);
}

}  // namespace

void* operator new(std::size_t bytes) {
  void* const memory = allocate(bytes, __builtin_return_address(0));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t bytes) {
  void* const memory = allocate(bytes, __builtin_return_address(0));
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes, __builtin_return_address(0));
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return allocate(bytes, __builtin_return_address(0));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  if (!Injector::refuses(Injector::Kind::object, __builtin_return_address(0))) {
    if (void* const memory = std::aligned_alloc(align, (bytes + align - 1) / align * align)) return memory;
  }
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

// The linker's --wrap: calls of mmap and mprotect in the program's own files come here.
extern "C" {

void* __real_mmap(void* at, size_t bytes, int protection, int flags, int file, off_t offset);
int __real_mprotect(void* at, size_t bytes, int protection);

void* __wrap_mmap(void* at, size_t bytes, int protection, int flags, int file, off_t offset) {
  if (Injector::refuses(Injector::Kind::address_space, __builtin_return_address(0))) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return __real_mmap(at, bytes, protection, flags, file, offset);
}

int __wrap_mprotect(void* at, size_t bytes, int protection) {
  if (Injector::refuses(Injector::Kind::memory, __builtin_return_address(0))) {
    errno = ENOMEM;
    return -1;
  }
  return __real_mprotect(at, bytes, protection);
}

#ifdef HALLMARK_THREADS_CAN_BE_REFUSED
// In place of the C library's: std::thread calls it from a library, where --wrap doesn't reach.
int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const Create create = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (Injector::refuses(Injector::Kind::thread, __builtin_return_address(0))) return EAGAIN;
  return create(thread, attributes, start, argument);
}
#endif

}  // extern "C"
