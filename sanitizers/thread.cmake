# ThreadSanitizer: data races, by happens-before. Not to be combined with the others.
set(HALLMARK_THREAD_FLAGS -fsanitize=thread)
set(HALLMARK_THREAD_OPTIONS TSAN_OPTIONS=exitcode=66:halt_on_error=1:abort_on_error=0:second_deadlock_stack=1)
