// Names for clang's thread-safety attributes (-Wthread-safety); they say nothing to other compilers.
#pragma once

#if defined(__clang__)
#define HALLMARK_CAPABILITY(name) __attribute__((capability(name)))
#define HALLMARK_SCOPED_CAPABILITY __attribute__((scoped_lockable))
#define HALLMARK_GUARDED_BY(lock) __attribute__((guarded_by(lock)))
#define HALLMARK_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define HALLMARK_ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define HALLMARK_RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define HALLMARK_TRY_ACQUIRE(...) __attribute__((try_acquire_capability(__VA_ARGS__)))
#else
#define HALLMARK_CAPABILITY(name)
#define HALLMARK_SCOPED_CAPABILITY
#define HALLMARK_GUARDED_BY(lock)
#define HALLMARK_REQUIRES(...)
#define HALLMARK_ACQUIRE(...)
#define HALLMARK_RELEASE(...)
#define HALLMARK_TRY_ACQUIRE(...)
#endif
