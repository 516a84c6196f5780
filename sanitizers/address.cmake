# AddressSanitizer: memory that is freed, out of bounds or out of scope.
set(HALLMARK_ADDRESS_FLAGS -fsanitize=address)
set(HALLMARK_ADDRESS_OPTIONS
    ASAN_OPTIONS=exitcode=66:halt_on_error=1:abort_on_error=0:detect_leaks=1:detect_stack_use_after_return=1)
