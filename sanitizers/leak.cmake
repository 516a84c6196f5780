# LeakSanitizer: memory that nothing points to at exit. It is part of AddressSanitizer's runtime and works alone, too.
set(HALLMARK_LEAK_FLAGS -fsanitize=leak)
set(HALLMARK_LEAK_OPTIONS LSAN_OPTIONS=exitcode=66:halt_on_error=1:abort_on_error=0)
